import type { BtfBuilder, MemberSpec } from "../../helpers/btf-builder.ts";
import { arrayCases, type GoldenCase, type TypeCase } from "../case.ts";

const SIGNED = 1;
const BOOL = 4;

/** Bit-fields: bare hex in plain output, strings of hex in JSON, never sign-extended. */
const BIT_FIELDS: readonly TypeCase[] = [
  {
    name: "values/bit-fields/widths-8",
    covers: "bit-fields of 1 to 8 bits, unsigned, across bytes",
    size: 5,
    type: (btf) => fields(btf, 5, btf.int("unsigned char", 1), widths(1, 8)),
  },
  {
    name: "values/bit-fields/widths-32",
    covers: "bit-fields of 1 to 32 bits, signed",
    size: 66,
    type: (btf) => fields(btf, 66, btf.signed("int", 4), widths(1, 32)),
  },
  {
    name: "values/bit-fields/widths-64",
    covers: "bit-fields of 33 to 64 bits, unsigned and signed by turns, at every bit of a byte",
    size: 208,
    type: (btf) => {
      const types = [btf.int("unsigned long long", 8), btf.signed("long long", 8)] as const;
      return fields(btf, 208, (i) => types[i % 2 === 0 ? 0 : 1], widths(33, 64));
    },
  },
  {
    name: "values/bit-fields/widths-128",
    covers: "bit-fields of 65 to 120 bits",
    size: 78,
    type: (btf) => fields(btf, 78, btf.int("unsigned __int128", 16), [65, 3, 100, 64, 120, 72, 96, 97]),
  },
  {
    name: "values/bit-fields/of-old-compilers",
    covers: "bit-fields as integers of few bits, without kind_flag",
    size: 8,
    type: (btf) => {
      const members: MemberSpec[] = [];
      let bitOffset = 0;
      for (const bits of [1, 3, 12, 5, 24, 17]) {
        const encoding = bits % 2 === 1 ? SIGNED : 0;
        members.push({ name: `b${bits}`, type: btf.int("unsigned int", 4, { bits, encoding }), bitOffset });
        bitOffset += bits;
      }
      return btf.struct("old", 8, members);
    },
  },
  {
    name: "values/bit-fields/of-other-types",
    covers: "bit-fields of bool, enum, typedef and qualified types",
    size: 4,
    type: (btf) => {
      const state = btf.enum("state", [
        ["OFF", 0],
        ["ON", 1],
      ]);
      const types = [
        btf.int("_Bool", 1, { encoding: BOOL }),
        state,
        btf.typedef("state_t", btf.const(state)),
        btf.volatile(btf.signed("int", 4)),
      ];
      return fields(btf, 4, (i) => types[i] ?? 0, [1, 2, 5, 9]);
    },
  },
  {
    name: "values/bit-fields/mixed",
    covers: "bit-fields, gaps and whole members in one struct, in a union and in an array",
    size: 24,
    type: (btf) => {
      const word = btf.int("unsigned int", 4);
      const header = btf.struct("header", 8, [
        { name: "version", type: word, bitOffset: 0, bitfieldSize: 4 },
        { name: "ihl", type: word, bitOffset: 4, bitfieldSize: 4 },
        { name: "tos", type: btf.int("unsigned char", 1), bitOffset: 8 },
        { name: "", type: word, bitOffset: 20, bitfieldSize: 7 },
        { name: "length", type: word, bitOffset: 32 },
      ]);
      const choice = btf.union("choice", 8, [
        { name: "low", type: word, bitOffset: 0, bitfieldSize: 13 },
        { name: "header", type: header, bitOffset: 0 },
      ]);
      return btf.array(choice, 3);
    },
  },
];

export const BIT_FIELD_CASES: readonly GoldenCase[] = arrayCases(BIT_FIELDS);

function widths(first: number, last: number): number[] {
  return Array.from({ length: last - first + 1 }, (_, i) => first + i);
}

/** A struct of bit-fields without gaps. */
function fields(
  btf: BtfBuilder,
  size: number,
  type: number | ((i: number) => number),
  bits: readonly number[],
): number {
  let bitOffset = 0;
  const members = bits.map((bitfieldSize, i) => {
    const member = {
      name: `b${i}_${bitfieldSize}`,
      type: typeof type === "number" ? type : type(i),
      bitOffset,
      bitfieldSize,
    };
    bitOffset += bitfieldSize;
    return member;
  });
  return btf.struct("bits", size, members);
}
