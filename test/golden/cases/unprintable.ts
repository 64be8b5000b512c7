import type { BtfBuilder } from "../../helpers/btf-builder.ts";
import { arrayCases, btfOf, edgeValues, type GoldenCase, hashOf, INT, le, packed, type TypeCase } from "../case.ts";

/** Kinds that bpftool can't print: it stops there, with what encloses them, and ends in success. */
const UNPRINTABLE: readonly TypeCase[] = [
  {
    name: "values/floats/alone",
    covers: "a float as the whole value",
    size: 4,
    type: (btf) => btf.float("float", 4),
  },
  {
    name: "values/floats/in-struct",
    covers: "a double in a struct: the members behind it are missing",
    size: 20,
    type: (btf) => withDouble(btf, "sample"),
  },
  {
    name: "values/floats/first",
    covers: "a float as the first member of a union",
    size: 8,
    type: (btf) =>
      btf.union("either", 8, [
        { name: "d", type: btf.float("double", 8), bitOffset: 0 },
        { name: "bits", type: btf.int("unsigned long long", 8), bitOffset: 0 },
      ]),
  },
  {
    name: "values/floats/nested",
    covers: "a double two structs down: all that encloses it stops",
    size: 52,
    type: (btf) =>
      packed(btf, "outer", [
        ["before", btf.signed("int", 4), 4],
        ["samples", btf.array(withDouble(btf, "sample"), 2), 40],
        ["after", btf.signed("long long", 8), 8],
      ]),
  },
  {
    name: "values/floats/in-array",
    covers: "an array of floats",
    size: 16,
    type: (btf) => btf.array(btf.float("double", 8), 2),
  },
  {
    name: "values/floats/array-of-none",
    covers: "an array of no floats is []",
    size: 4,
    type: (btf) =>
      packed(btf, "none", [
        ["none", btf.array(btf.float("double", 8), 0), 0],
        ["n", btf.signed("int", 4), 4],
      ]),
  },
  {
    name: "values/floats/unused",
    covers: "a float somewhere in the BTF but not in the map's types: only 5.10 minds",
    size: 4,
    type: (btf) => {
      btf.float("double", 8);
      return btf.int("unsigned int", 4);
    },
  },
  {
    name: "values/modifiers/type-tag-on-member",
    covers: "a type tag directly on a member",
    size: 12,
    type: (btf) =>
      packed(btf, "tagged", [
        ["before", btf.signed("int", 4), 4],
        ["tagged", btf.typeTag("kernel", btf.int("unsigned int", 4)), 4],
        ["after", btf.signed("int", 4), 4],
      ]),
  },
  {
    name: "values/modifiers/type-tag-alone",
    covers: "a type tag as the whole value",
    size: 8,
    type: (btf) => btf.typeTag("kernel", btf.typeTag("twice", btf.int("unsigned long long", 8))),
  },
  {
    name: "values/modifiers/type-tag-of-1-byte",
    covers: "a type tag on a value of one byte",
    without: { "5.10": "takes the tag for a pointer and reads 8 bytes of a value of 1" },
    size: 1,
    type: (btf) => btf.typeTag("kernel", btf.int("unsigned char", 1)),
  },
];

export const UNPRINTABLE_CASES: readonly GoldenCase[] = [
  ...arrayCases(UNPRINTABLE),
  ...arrayCases(
    [
      {
        name: "values/floats/per-cpu",
        covers: "a double in a per-CPU value: the CPUs behind the first are missing",
        size: 20,
        type: (btf) => withDouble(btf, "sample"),
      },
    ],
    "percpu_array",
  ),
  {
    name: "values/floats/in-key",
    covers: "a double in a key: the entry has no value at all",
    make: (scratch, mapName) => {
      const key = { size: 20, type: (btf: BtfBuilder) => withDouble(btf, "key") };
      const btf = btfOf(scratch, key, INT);
      return [hashOf(scratch, mapName, edgeValues(20)[4] ?? new Uint8Array(20), le(4, 7), btf)];
    },
  },
];

function withDouble(btf: BtfBuilder, name: string): number {
  return packed(btf, name, [
    ["count", btf.signed("long long", 8), 8],
    ["mean", btf.float("double", 8), 8],
    ["last", btf.signed("int", 4), 4],
  ]);
}
