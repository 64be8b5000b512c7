import { expect, test } from "vitest";
import { compileWhere } from "../../../../src/query/cel/where.ts";
import { declared } from "../../../helpers/generated-layouts.ts";

const SHAPE = { keySize: 0, valueSize: 8, cpus: 0, valueStride: 8 };

/** The entries that a condition keeps of values with 2, 4 and 8 bytes, and how many it couldn't decide. */
function kept(text: string): unknown {
  const value = declared("struct { u16 id; u16 n; u32 end; }");
  const scope = { entryTypes: { key: undefined, value, untyped: undefined }, cpu: false };
  const where = compileWhere({ option: "--where", text }, scope, SHAPE);
  const values = Uint8Array.from(Buffer.from("0100000000000000020005000000000003000500ff000000", "hex"));
  const batch = { count: 3, keys: new Uint8Array(0), values, errnos: undefined, lengths: Uint32Array.of(2, 4, 8) };
  const entries = new Int32Array(3);
  const count = where.filter(batch, 0, entries, new Int32Array(3));
  return [[...entries.subarray(0, count)], where.undecided()];
}

test.each<[condition: string, kept: readonly number[], undecided: number]>([
  ["value.end == 255 || value.id == 1", [0, 2], 1],
  ["value.end == 255 || value.n == 5 || value.id == 1", [0, 1, 2], 0],
  ["value.end == 9 || value.n == 9 || value.id == 9", [], 2],
  ["(value.end == 255 || value.id == 1) && value.id != 2", [0, 2], 0],
  ["!(value.n == 5 && value.id != 2)", [1], 1],
  ["!(value.n == 0 && value.id != 1)", [0, 1, 2], 0],
])("%s", (text, entries, undecided) => {
  expect(kept(text)).toEqual([entries, undecided]);
});
