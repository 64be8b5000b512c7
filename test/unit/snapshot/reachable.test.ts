import { describe, expect, test } from "vitest";
import type { BtfType, TypeSource } from "../../../src/btf/types.ts";
import { reachableTypes } from "../../../src/snapshot/reachable.ts";
import { typeSource } from "./sample-maps.ts";

const int: BtfType = { kind: "int", name: "int", size: 4, encoding: 1, offset: 0, bits: 32 };
const struct = (name: string, ...types: number[]): BtfType => ({
  kind: "struct",
  name,
  size: 8,
  members: types.map((type, i) => ({ name: `m${i}`, type, bitOffset: 0, bitfieldSize: 0 })),
});
const ptr = (type: number): BtfType => ({ kind: "ptr", type });
const fwd = (name: string, union = false): BtfType => ({ kind: "fwd", name, union });

interface Row {
  readonly what: string;
  readonly types: Readonly<Record<number, BtfType>>;
  readonly roots: readonly number[];
  /** What is kept in another form than it had, and that nothing else is kept. */
  readonly kept: Readonly<Record<number, BtfType | "same">>;
}

const rows: readonly Row[] = [
  { what: "void is not listed", types: {}, roots: [0, 0], kept: {} },
  { what: "what isn't reached is left out", types: { 1: int, 2: int }, roots: [2], kept: { 2: "same" } },
  {
    what: "members, elements, indexes, typedefs, qualifiers and tags",
    types: {
      1: int,
      2: struct("outer", 3, 9),
      3: { kind: "array", type: 4, indexType: 1, nelems: 3 },
      4: { kind: "typedef", name: "t", type: 5 },
      5: { kind: "const", type: 6 },
      6: { kind: "volatile", type: 7 },
      7: { kind: "restrict", type: 8 },
      8: { kind: "type_tag", name: "tag", type: 10 },
      9: { kind: "enum", name: "e", size: 4, signed: false, values: [{ name: "A", value: 0 }] },
      10: { kind: "float", name: "double", size: 8 },
      11: int,
    },
    roots: [2],
    kept: Object.fromEntries([1, 2, 3, 4, 5, 6, 7, 8, 9, 10].map((id) => [id, "same"])),
  },
  {
    what: "a data section's variables",
    types: {
      1: { kind: "datasec", name: ".bss", size: 4, vars: [{ type: 2, offset: 0, size: 4 }] },
      2: { kind: "var", name: "counter", type: 3, linkage: 1 },
      3: int,
    },
    roots: [0, 1],
    kept: { 1: "same", 2: "same", 3: "same" },
  },
  {
    what: "behind a pointer a struct or union is only named, and what it holds is left out",
    types: {
      1: struct("s", 2, 3),
      2: ptr(4),
      3: ptr(5),
      4: struct("far", 6),
      5: { ...struct("u", 6), kind: "union" } as BtfType,
      6: int,
    },
    roots: [1],
    kept: { 1: "same", 2: "same", 3: "same", 4: fwd("far"), 5: fwd("u", true) },
  },
  {
    what: "a pointer to pointers to qualified typedefs is named to its end",
    types: {
      1: ptr(2),
      2: ptr(3),
      3: { kind: "const", type: 4 },
      4: { kind: "typedef", name: "task_t", type: 5 },
      5: struct("task", 6),
      6: int,
    },
    roots: [1],
    kept: { 1: "same", 2: "same", 3: "same", 4: "same", 5: fwd("task") },
  },
  {
    what: "a list that points to itself stays whole",
    types: { 1: struct("node", 2, 3), 2: ptr(1), 3: int },
    roots: [1],
    kept: { 1: "same", 2: "same", 3: "same" },
  },
  {
    what: "whole, if it is reached through a pointer first and as a member later",
    types: { 1: struct("s", 2, 3), 2: ptr(3), 3: struct("inner", 4), 4: int },
    roots: [1],
    kept: { 1: "same", 2: "same", 3: "same", 4: "same" },
  },
  {
    what: "a pointer to a function names what it takes and returns",
    types: {
      1: ptr(2),
      2: { kind: "func_proto", type: 3, params: [{ name: "ctx", type: 4 }] },
      3: int,
      4: ptr(5),
      5: struct("ctx", 3),
    },
    roots: [1],
    kept: { 1: "same", 2: "same", 3: "same", 4: "same", 5: fwd("ctx") },
  },
  {
    what: "ids that aren't there are left out",
    types: { 1: struct("s", 2, 3, 99), 2: int },
    roots: [1, 77],
    kept: { 1: "same", 2: "same" },
  },
  {
    what: "types that hold themselves end too",
    types: {
      1: struct("s", 1, 2),
      2: { kind: "typedef", name: "t", type: 3 },
      3: { kind: "typedef", name: "u", type: 2 },
    },
    roots: [1],
    kept: { 1: "same", 2: "same", 3: "same" },
  },
  { what: "an unknown kind is kept", types: { 1: { kind: "unknown", number: 20 } }, roots: [1], kept: { 1: "same" } },
];

describe("reachableTypes", () => {
  test.each(rows)("$what", ({ types, roots, kept }) => {
    const expected = Object.entries(kept).map(([id, type]) => [Number(id), type === "same" ? types[Number(id)] : type]);
    const found = [...reachableTypes(typeSource(types), roots)].sort(([a], [b]) => a - b);
    expect(found).toEqual(expected);
  });

  test("a hundred thousand types in a row, and a struct of as many members", () => {
    const count = 100_000;
    const chain: TypeSource = {
      littleEndian: true,
      kinds: [],
      fourBitKinds: true,
      type: (id) => (id === count ? struct("wide", ...Array(count).fill(1)) : { kind: "const", type: id + 1 }),
    };
    expect(reachableTypes(chain, [1]).size).toBe(count);
  });

  test("an error that isn't about the BTF comes through", () => {
    const broken: TypeSource = {
      littleEndian: true,
      kinds: [],
      fourBitKinds: true,
      type() {
        throw new RangeError("a fault of this program");
      },
    };
    expect(() => reachableTypes(broken, [1])).toThrow(RangeError);
  });
});
