import { createMap, loadBtf, updateElement } from "../../helpers/bpf.ts";
import { BtfBuilder } from "../../helpers/btf-builder.ts";
import { edgeValues, type GoldenCase, le, packed } from "../case.ts";

/** A variable of a data section: `[name, type, offset, size]`. */
type Variable = readonly [string, number, number, number];

interface SectionCase {
  readonly name: string;
  readonly covers: string;
  /** The section's name, which need not be the map's. */
  readonly section: string;
  readonly size: number;
  readonly variables: (btf: BtfBuilder) => readonly Variable[];
}

/** Global data: a map with a DATASEC for its value and no key type. */
const SECTIONS: readonly SectionCase[] = [
  {
    name: "sections/data",
    covers: "global variables of several types, with a gap between them",
    section: ".data",
    size: 48,
    variables: (btf) => [
      ["counter", btf.int("unsigned long long", 8), 0, 8],
      ["enabled", btf.volatile(btf.int("_Bool", 1, { encoding: 4 })), 8, 1],
      ["comm", btf.array(btf.signed("char", 1), 16), 16, 16],
      [
        "config",
        packed(btf, "config", [
          ["mode", btf.signed("int", 4), 4],
          ["target", btf.array(btf.int("unsigned char", 1), 4), 4],
        ]),
        40,
        8,
      ],
    ],
  },
  {
    name: "sections/rodata",
    covers: "constants, in a section of a name of its own",
    section: ".rodata.str",
    size: 24,
    variables: (btf) => {
      const format = btf.const(btf.array(btf.const(btf.signed("char", 1)), 12));
      return [
        ["main.fmt", format, 0, 12],
        ["limit", btf.const(btf.volatile(btf.signed("int", 4))), 12, 4],
        ["next", btf.ptr(0), 16, 8],
      ];
    },
  },
  {
    name: "sections/odd-name",
    covers: "a section's name with quotes, a backslash and a blank, which newer kernels take",
    section: `.data."it's" c:\\new`,
    size: 4,
    variables: (btf) => [["drive", btf.int("unsigned int", 4), 0, 4]],
  },
  {
    name: "sections/bss",
    covers: "one variable",
    section: ".bss",
    size: 4,
    variables: (btf) => [["zero", btf.int("unsigned int", 4), 0, 4]],
  },
  {
    name: "sections/float",
    covers: "a double among the variables",
    section: ".data",
    size: 24,
    variables: (btf) => [
      ["before", btf.int("unsigned long long", 8), 0, 8],
      ["ratio", btf.float("double", 8), 8, 8],
      ["after", btf.int("unsigned long long", 8), 16, 8],
    ],
  },
];

export const SECTION_CASES: readonly GoldenCase[] = SECTIONS.flatMap((section) => [
  sectionCase(section, `${section.name}/ones`, "all ones", new Uint8Array(section.size).fill(0xff)),
  sectionCase(section, `${section.name}/noise`, "noise", edgeValues(section.size)[5]),
]);

function sectionCase(
  { section, covers, size, variables }: SectionCase,
  name: string,
  what: string,
  value: Uint8Array = new Uint8Array(size),
): GoldenCase {
  return {
    name,
    covers: `${covers} (${what})`,
    make: (scratch, mapName) => {
      const btf = new BtfBuilder();
      const vars = variables(btf).map(([label, type, offset, bytes]) => ({
        type: btf.var(label, type),
        offset,
        size: bytes,
      }));
      const datasec = btf.datasec(section, size, vars);
      const types = { fd: scratch.own(loadBtf(btf.build())), key: 0, value: datasec };
      const spec = { type: "array", keySize: 4, valueSize: size, maxEntries: 1, name: mapName, btf: types } as const;
      const map = scratch.own(createMap(spec));
      updateElement(map, le(4, 0), value);
      return [map];
    },
  };
}
