import type { BtfBuilder } from "../../helpers/btf-builder.ts";
import { arrayCases, edgeValues, type GoldenCase, le, packed, type TypeCase, text } from "../case.ts";

const CHAR = 2;

/** What a string field may hold: with and without its NUL, and bytes that are no text. */
const STRINGS: readonly Uint8Array[] = [
  text(12, "eth0"),
  text(12, ""),
  text(12, "\0hidden"),
  text(12, "twelve bytes"),
  text(12, "eleven byte"),
  text(12, 'say "hi"'),
  text(12, "back\\slash"),
  text(12, "it's ~ok~ </>"),
  text(12, "tab\there"),
  text(12, "line\nbreak"),
  text(12, "del\x7f"),
  text(12, "caf\xc3\xa9"),
  text(12, "\xff\xfe\x80"),
  text(12, "after\0\xff\x01"),
  ...edgeValues(12),
];

const ARRAYS: readonly TypeCase[] = [
  {
    name: "values/strings/char",
    covers: "an array of `char` is a string if it ends in a NUL and all before it is printable",
    size: 12,
    type: (btf) => btf.array(btf.signed("char", 1), 12),
    values: STRINGS,
  },
  {
    name: "values/strings/encodings",
    covers:
      "which elements make a string: unsigned char called `char`, CHAR, through qualifiers; not u8, not a typedef",
    size: 84,
    type: (btf) => {
      const char = btf.signed("char", 1);
      return packed(
        btf,
        "strings",
        [
          btf.int("char", 1),
          btf.int("anything", 1, { encoding: CHAR }),
          btf.const(btf.volatile(char)),
          btf.typedef("char_t", char),
          btf.int("unsigned char", 1),
          btf.signed("signed char", 1),
          btf.typedef("octet", btf.int("octet", 1, { encoding: CHAR })),
        ].map((element, i) => [`s${i}`, btf.array(element, 12), 12] as const),
      );
    },
    values: STRINGS.map((bytes) => Uint8Array.from({ length: 84 }, (_, i) => bytes[i % 12] ?? 0)),
  },
  {
    name: "values/strings/through-typedef",
    covers: "a typedef of the whole array is a string still",
    size: 12,
    type: (btf) => btf.typedef("comm_t", btf.const(btf.array(btf.signed("char", 1), 12))),
    values: STRINGS,
  },
  {
    name: "values/strings/two-dimensions",
    covers: "an array of strings, and strings of one byte",
    size: 16,
    type: (btf) => {
      const char = btf.signed("char", 1);
      return packed(btf, "names", [
        ["names", btf.array(btf.array(char, 4), 3), 12],
        ["letters", btf.array(btf.array(char, 1), 4), 4],
      ]);
    },
    values: [text(16, "one\0two\0fourab"), text(16, "\0\0\0\0a\0\0\0bb\0\0\0c\0d"), ...edgeValues(16)],
  },
  {
    name: "values/arrays/of-each-kind",
    covers: "arrays of integers, bools, enums, pointers, 128-bit integers and structs",
    size: 90,
    type: (btf) => {
      const point = packed(btf, "point", [
        ["x", btf.signed("short", 2), 2],
        ["y", btf.signed("short", 2), 2],
      ]);
      return packed(btf, "arrays", [
        ["u32", btf.array(btf.int("unsigned int", 4), 3), 12],
        ["bools", btf.array(btf.int("_Bool", 1, { encoding: 4 }), 2), 2],
        [
          "states",
          btf.array(
            btf.enum(
              "state",
              [
                ["OFF", 0],
                ["ON", -1],
              ],
              { signed: true },
            ),
            3,
          ),
          12,
        ],
        ["pointers", btf.array(btf.ptr(0), 2), 16],
        ["wide", btf.array(btf.int("unsigned __int128", 16), 2), 32],
        ["points", btf.array(point, 4), 16],
      ]);
    },
  },
  {
    name: "values/arrays/dimensions",
    covers: "two and three dimensions, as one array of arrays and through typedefs",
    size: 36,
    type: (btf) => {
      const byte = btf.int("unsigned char", 1);
      const row = btf.typedef("row_t", btf.array(byte, 3));
      return packed(btf, "cube", [
        ["square", btf.array(btf.array(byte, 3), 4), 12],
        ["cube", btf.array(btf.array(btf.array(byte, 3), 2), 2), 12],
        ["rows", btf.array(row, 4), 12],
      ]);
    },
  },
  {
    name: "values/arrays/zero-length",
    covers: "arrays without elements, in the middle, as the flexible end, and in arrays",
    size: 8,
    type: (btf) => {
      const word = btf.int("unsigned int", 4);
      const none = btf.array(word, 0);
      return btf.struct("message", 8, [
        { name: "length", type: word, bitOffset: 0 },
        { name: "none", type: none, bitOffset: 32 },
        { name: "nones", type: btf.array(none, 2), bitOffset: 32 },
        { name: "chars", type: btf.array(btf.signed("char", 1), 0), bitOffset: 32 },
        { name: "kind", type: word, bitOffset: 32 },
        { name: "data", type: btf.array(btf.int("unsigned char", 1), 0), bitOffset: 64 },
      ]);
    },
  },
  {
    name: "values/arrays/alone",
    covers: "an array as the whole value",
    size: 20,
    type: (btf) => btf.array(btf.signed("int", 4), 5),
  },
  {
    name: "values/arrays/of-structs-alone",
    covers: "an array of structs as the whole value",
    size: 16,
    type: (btf) => btf.array(pair(btf), 2),
  },
  {
    name: "values/sizes/1-byte",
    covers: "the smallest value",
    size: 1,
    type: (btf) => btf.int("unsigned char", 1),
    values: Array.from({ length: 256 }, (_, i) => le(1, i)),
  },
  {
    name: "values/sizes/4-kib",
    covers: "values of 4096 bytes, with BTF",
    size: 4096,
    type: (btf) =>
      packed(btf, "page", [
        ["name", btf.array(btf.signed("char", 1), 64), 64],
        ["pairs", btf.array(pair(btf), 256), 2048],
        ["data", btf.array(btf.int("unsigned char", 1), 1984), 1984],
      ]),
    values: [text(4096, "page"), ...edgeValues(4096).slice(4)],
  },
];

export const ARRAY_CASES: readonly GoldenCase[] = arrayCases(ARRAYS);

function pair(btf: BtfBuilder): number {
  return packed(btf, "pair", [
    ["key", btf.int("unsigned int", 4), 4],
    ["value", btf.signed("int", 4), 4],
  ]);
}
