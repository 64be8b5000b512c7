import { describe, expect, test } from "vitest";
import { integerLayout } from "../../../../src/query/fields/synthetic-layouts.ts";
import {
  compileFollowOrder,
  followKeys,
  keysOfOneRead,
  measureName,
} from "../../../../src/query/follow/follow-order.ts";
import { ADDED, CHANGED, Follower, REMOVED, SAME } from "../../../../src/query/follow/follower.ts";
import { KEPT_RATES, RateHistory } from "../../../../src/query/follow/rate-history.ts";
import { compileQuery } from "../../../../src/query/query.ts";
import type { RowRun } from "../../../../src/query/rows/rows.ts";

const [u32, u64] = [integerLayout(32, false), integerLayout(64, false)];

function follower(maxRows?: number): Follower {
  const shape = { keySize: 4, valueSize: 8, cpus: 0, valueStride: 8 };
  return new Follower(compileQuery({}, { entryTypes: { key: u32, value: u64, untyped: undefined }, shape }), maxRows);
}

function run(rows: readonly (readonly [key: number, value: bigint])[]): RowRun {
  const batch = {
    count: rows.length,
    keys: new Uint8Array(Uint32Array.from(rows, ([key]) => key).buffer),
    values: new Uint8Array(BigUint64Array.from(rows, ([, value]) => value).buffer),
    errnos: undefined,
  };
  const entries = Int32Array.from(rows, (_, i) => i);
  return { batch, count: rows.length, entries, cpus: undefined, cpuStride: 0, index: 0 };
}

function read(one: Follower, at: number, rows: readonly (readonly [number, bigint])[], isComplete = true): number[] {
  one.begin(at);
  one.take(run(rows));
  one.end(isComplete);
  return [...one.states.subarray(0, one.table.count)];
}

describe("rows over several reads", () => {
  test("added, changed, the same, removed, and gone one read later", () => {
    const one = follower();
    expect(
      read(one, 0, [
        [1, 10n],
        [2, 20n],
        [3, 30n],
      ]),
    ).toEqual([ADDED, ADDED, ADDED]);
    expect(
      read(one, 2000, [
        [1, 14n],
        [3, 30n],
      ]),
    ).toEqual([CHANGED, REMOVED, SAME]);
    const [counter] = one.counters;
    if (counter === undefined) throw new Error("the value is a counter");
    expect([one.change(0, counter), one.rate(0, counter)]).toEqual([4n, 2]);
    expect(
      read(one, 3000, [
        [1, 13n],
        [3, 31n],
      ]),
    ).toEqual([CHANGED, CHANGED]);
    expect([one.change(0, counter), one.rate(0, counter)]).toEqual(["reset", undefined]);
    expect([one.change(1, counter), one.rate(1, counter)]).toEqual([1n, 1]);
  });

  test("of a read with gaps nothing is taken for gone", () => {
    const one = follower();
    read(one, 0, [
      [1, 1n],
      [2, 2n],
    ]);
    expect(read(one, 1, [[2, 2n]], false)).toEqual([SAME, SAME]);
    expect(read(one, 2, [[2, 2n]])).toEqual([REMOVED, SAME]);
  });

  test("past its bound it counts what it can't follow, and goes on with what it knows", () => {
    const one = follower(2);
    expect(
      read(one, 0, [
        [1, 1n],
        [2, 2n],
        [3, 3n],
      ]),
    ).toEqual([ADDED, ADDED]);
    expect(one.unfollowed).toBe(1);
    expect(
      read(one, 1, [
        [3, 3n],
        [2, 9n],
      ]),
    ).toEqual([REMOVED, CHANGED]);
    expect(
      read(one, 2, [
        [3, 3n],
        [2, 9n],
      ]),
    ).toEqual([SAME, ADDED]);
    expect(one.unfollowed).toBe(0);
  });

  test("past its bound it follows the first of an order, whatever order they come in", () => {
    const one = follower(3);
    one.best = compileFollowOrder(keysOfOneRead(followKeys({ option: "--sort", text: "value:desc" }, one)), one);
    const values = (): Record<number, bigint> =>
      Object.fromEntries(
        Array.from({ length: one.table.count }, (_, i) => [
          one.table.keysView.getUint32(4 * i, true),
          one.table.valuesView.getBigUint64(8 * i, true),
        ]),
      );
    const rows = Array.from({ length: 1000 }, (_, i): [number, bigint] => [i, BigInt((i * 7919) % 1000)]);
    const largest = (): Record<number, bigint> =>
      Object.fromEntries([...rows].sort(([, a], [, b]) => Number(b - a)).slice(0, 3));
    expect(read(one, 0, rows)).toEqual([ADDED, ADDED, ADDED]);
    expect(values()).toEqual(largest());
    expect(one.unfollowed).toBe(997);
    // A followed one grows, another one falls below the others and gives way to one that has grown.
    const [first, second] = Object.keys(largest()).map(Number) as [number, number];
    rows[first] = [first, 5000n];
    rows[second] = [second, 0n];
    rows[500] = [500, 4000n];
    expect(read(one, 1, rows)).toContain(CHANGED);
    expect(values()).toMatchObject({ [first]: 5000n, 500: 4000n });
    read(one, 1, rows);
    expect(values()).toEqual(largest());
    // One that is gone keeps its place for the read that misses it.
    rows.splice(500, 1);
    expect(read(one, 2, rows)).toContain(REMOVED);
    read(one, 3, rows);
    expect(values()).toEqual(largest());
    expect(one.unfollowed).toBe(996);
  });

  test("by how much has changed, they are those whose counter is largest", () => {
    const one = follower(1);
    const keys = followKeys({ option: "--sort", text: "value.rate,key" }, one);
    expect(keysOfOneRead(keys).map(({ measure, descending }) => [measureName(measure), descending])).toEqual([
      ["value", true],
      ["key", false],
    ]);
  });

  test("many rows that come and go take no more room than those that are there", () => {
    const one = follower();
    for (let time = 0; time < 50; time++) {
      read(
        one,
        time,
        Array.from({ length: 100 }, (_, i): [number, bigint] => [time * 100 + i, 1n]),
      );
      expect(one.table.count).toBeLessThanOrEqual(200);
    }
    expect(one.table.keys.length).toBeLessThanOrEqual(512 * 4);
  });
});

test("the last rates of the rows that are looked at", () => {
  const one = follower();
  const [counter] = one.counters;
  if (counter === undefined) throw new Error("the value is a counter");
  const history = new RateHistory(counter, one);
  const look = (at: number, rows: readonly (readonly [number, bigint])[], shown: readonly number[]): unknown[] => {
    read(one, at, rows);
    history.update(shown);
    return [0, 1, 2].map((row) => history.of(row));
  };
  const [a, b, c] = [1, 2, 3];
  expect(look(0, [[a, 1n], [b, 1n], [c, 1n]], [0, 1, 2])).toEqual([[undefined], [undefined], [undefined]]); // biome-ignore format: a row a line
  expect(look(1000, [[a, 3n], [b, 1n]], [0, 1, 2])).toEqual([[undefined, 2], [undefined, 0], [undefined, undefined]]); // biome-ignore format: a row a line
  // The third one is gone now; a counter that was set back has no rate.
  expect(look(2000, [[b, 5n], [a, 2n]], [0, 1])).toEqual([[undefined, 2, undefined], [undefined, 0, 4], []]); // biome-ignore format: a row a line
  // What is not looked at is forgotten.
  expect(look(3000, [[b, 5n], [a, 2n]], [1])).toEqual([[], [undefined, 0, 4, 0], []]); // biome-ignore format: a row a line
  for (let at = 4000; at < 20_000; at += 1000) look(at, [[b, BigInt(at)]], [0]);
  expect(history.of(0)).toHaveLength(KEPT_RATES);
});
