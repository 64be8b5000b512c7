import { expect, test } from "vitest";
import { EbpfMapError } from "../../../../src/errors.ts";
import type { RowLocation } from "../../../../src/query/diff/comparisons.ts";
import { Diff, type DiffEvents } from "../../../../src/query/diff/diff.ts";
import { OrderedDiff } from "../../../../src/query/diff/ordered-diff.ts";
import { type Entry, inputOf, queryOf, runOf } from "../typed-rows.ts";

const MAP = { key: "u32", value: "struct { u64 n; u64 last_seen; u32 w; char name[4]; }" };
const value = (n: number, w = 0) => ({ n, last_seen: n, w, name: "x" });

const A: readonly Entry[] = [
  [1, value(10, 3)],
  [2, value(10, 2)],
  [3, value(10, 1)],
  [4, value(7, 9)],
];
const B: readonly Entry[] = [
  [1, value(15, 3)],
  [2, value(5, 2)],
  [3, value(40, 1)],
  [5, value(8, 8)],
];

/** The marks and keys of the differences, in an order. */
function ordered(sort: string, top?: number): string[] {
  const sides = { a: queryOf(MAP), b: queryOf(MAP) };
  const order = new OrderedDiff(sides, { option: "--sort", text: sort }, top);
  const diff = new Diff(sides.a, sides.b, true, order);
  diff.keep(runOf(inputOf(MAP), A));
  diff.compare(runOf(inputOf(MAP), B));
  for (const _ of diff.finish());
  const told: string[] = [];
  const key = ({ keysView, k }: RowLocation): number => keysView.getUint32(k, true);
  const events: DiffEvents = {
    added: (b) => void told.push(`+${key(b)}`),
    removed: (a) => void told.push(`-${key(a)}`),
    changed: (_, b) => void told.push(`~${key(b)}`),
  };
  for (const _ of order.tell(events));
  return told;
}

test.each<[sort: string, top: number | undefined, expected: string[]]>([
  ["value.n.delta:desc", undefined, ["~3", "~1", "~2", "+5", "-4"]],
  ["value.n.rate", undefined, ["~2", "~1", "~3", "+5", "-4"]],
  ["value.n.delta:desc", 2, ["~3", "~1"]],
  ["value.n.delta:desc", 0, []],
  // A row that only the first map has is ordered by what it was there.
  ["value.n:desc", undefined, ["~3", "~1", "+5", "-4", "~2"]],
  ["key:desc", 3, ["+5", "-4", "~3"]],
  ["value.w,key", undefined, ["~3", "~2", "~1", "+5", "-4"]],
])("--sort %s --top %s", (sort, top, expected) => {
  expect(ordered(sort, top)).toEqual(expected);
});

test.each([
  ["value.last_seen.delta", "`value.last_seen` has no delta: it counts nothing"],
  ["value.name.rate", "`value.name` has no rate: it counts nothing"],
  ["value.nope", "no field `nope`"],
  ["value.n:down", "an order is :asc or :desc"],
])("--sort %s is refused", (sort, message) => {
  expect(() => ordered(sort)).toThrow(EbpfMapError);
  expect(() => ordered(sort)).toThrow(message);
});

test("of many differences, no more than wanted are kept", () => {
  const map = { key: "u32", value: "u32" };
  const sides = { a: queryOf(map), b: queryOf(map) };
  const order = new OrderedDiff(sides, { option: "--sort", text: "value:desc" }, 2);
  const diff = new Diff(sides.a, sides.b, true, order);
  diff.compare(
    runOf(
      inputOf(map),
      Array.from({ length: 5000 }, (_, i) => [i, (i * 7919) % 5003] as const),
    ),
  );
  const told: number[] = [];
  const value = ({ valuesView, v }: RowLocation): unknown => told.push(valuesView.getUint32(v, true));
  for (const _ of order.tell({ added: value, removed: value, changed: value }));
  expect(told).toEqual([5002, 5001]);
});
