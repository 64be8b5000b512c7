import { expect, test } from "vitest";
import { KEPT_RATES, RateHistory } from "../../../../src/query/follow/rate-history.ts";
import type { Entry } from "../typed-rows.ts";
import { followerOf, readEntries } from "./follow-rows.ts";

const MAP = { key: "u32", value: "u64" };

function historyOf() {
  const follower = followerOf(MAP);
  const [counter] = follower.counters;
  if (counter === undefined) throw new Error("the value is a counter");
  const history = new RateHistory(counter, follower);
  const read = (at: number, entries: readonly Entry[], shown: readonly number[]): unknown[] => {
    readEntries(follower, MAP, at, entries);
    history.update(shown);
    return [0, 1, 2].map((row) => history.of(row));
  };
  return { history, read };
}

test("the last rates of the rows on the screen", () => {
  const { history, read } = historyOf();
  const [a, b, c] = [1, 2, 3];
  expect(read(0, [[a, 1], [b, 1], [c, 1]], [0, 1, 2])).toEqual([[undefined], [undefined], [undefined]]); // biome-ignore format: a row a line
  expect(read(1000, [[a, 3], [b, 1]], [0, 1, 2])).toEqual([[undefined, 2], [undefined, 0], [undefined, undefined]]); // biome-ignore format: a row a line
  // The third one is gone now; a counter that was reset has no rate.
  expect(read(2000, [[b, 5], [a, 2]], [0, 1])).toEqual([[undefined, 2, undefined], [undefined, 0, 4], []]); // biome-ignore format: a row a line
  // Rows that are not shown are forgotten.
  expect(read(3000, [[b, 5], [a, 2]], [1])).toEqual([[], [undefined, 0, 4, 0], []]); // biome-ignore format: a row a line
  for (let at = 4000; at < 20_000; at += 1000) read(at, [[b, at]], [0]);
  expect(history.of(0)).toHaveLength(KEPT_RATES);
});

test("rates go with the key, wherever its row moves", () => {
  const { history, read } = historyOf();
  read(0, [[1, 0], [2, 0], [3, 0]], [0, 1, 2]); // biome-ignore format: one line
  read(500, [[2, 5], [3, 50]], [0, 1, 2]); // biome-ignore format: one line
  // The first one is gone, so the others move up.
  read(1000, [[2, 6], [3, 60]], [0, 1]); // biome-ignore format: one line
  expect([history.of(0), history.of(1)]).toEqual([
    [undefined, 10, 2],
    [undefined, 100, 20],
  ]);
});

test("rates past 2^53 are doubles", () => {
  const { history, read } = historyOf();
  read(0, [[1, 0]], [0]);
  read(1000, [[1, 2n ** 63n]], [0]);
  expect(history.of(0)).toEqual([undefined, 2 ** 63]);
});
