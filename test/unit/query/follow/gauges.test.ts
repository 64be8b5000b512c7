import { expect, test } from "vitest";
import { Gauges } from "../../../../src/query/follow/gauges.ts";
import { followerOf, readEntries } from "./follow-rows.ts";

const MAP = { key: "u32", value: "u64" };

test.each<[string, readonly number[], boolean]>([
  ["goes up and down", [10, 9, 12, 11, 13, 12], true],
  ["has fallen too seldom", [10, 9, 12, 11, 13], false],
  ["only rises", [1, 2, 3, 4, 5, 6, 7], false],
  ["is reset again and again", [1000, 3, 1000, 0, 1000, 500, 1001, 7], false],
])("a number that %s", (_, values, expected) => {
  const follower = followerOf(MAP);
  const gauges = new Gauges();
  for (const [i, value] of values.entries()) {
    readEntries(follower, MAP, i * 1000, [[1, value]]);
    gauges.look(follower, [0]);
  }
  expect(follower.counters.map((one) => gauges.has(one))).toEqual([expected]);
});

test("a number that may be negative has no resets", () => {
  const signed = { key: "u32", value: "s64" };
  const follower = followerOf(signed);
  const gauges = new Gauges();
  for (const [i, value] of [9, 8, 9, 8, 9, 8, 9, 8].entries()) {
    readEntries(follower, signed, i * 1000, [[1, value]]);
    gauges.look(follower, [0]);
  }
  expect(follower.counters.map((one) => gauges.has(one))).toEqual([false]);
});
