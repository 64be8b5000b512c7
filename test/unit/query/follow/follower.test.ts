import { describe, expect, test } from "vitest";
import { integerLayout } from "../../../../src/query/fields/synthetic-layouts.ts";
import {
  compileFollowOrder,
  followKeys,
  keysOfOneRead,
  measureName,
} from "../../../../src/query/follow/follow-order.ts";
import { ADDED, CHANGED, Follower, REMOVED, SAME } from "../../../../src/query/follow/follower.ts";
import { compileQuery } from "../../../../src/query/query.ts";
import type { RowRun } from "../../../../src/query/rows/rows.ts";
import { followerOf, readEntries } from "./follow-rows.ts";

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
  one.add(run(rows));
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

describe("what is compared", () => {
  const LOCKED = {
    key: "u32",
    value:
      "struct bpf_spin_lock { u32 val; }; struct bpf_list_head { u64 a; u64 b; }; struct { u64 n; struct bpf_spin_lock lock; struct bpf_list_head list; }",
  };
  const entry = (key: number, n: number, pointer: bigint) =>
    [key, { n, lock: { val: Number(pointer % 2n) }, list: { a: pointer, b: pointer } }] as const;

  test("fields that belong to the kernel are no change, and have no rates", () => {
    const one = followerOf(LOCKED);
    expect(one.counters.map(({ name }) => name)).toEqual(["n"]);
    readEntries(one, LOCKED, 0, [entry(1, 5, 0xffff_8880_0000_0001n), entry(2, 5, 0xffff_8880_0000_0001n)]);
    readEntries(one, LOCKED, 1000, [entry(1, 5, 0xffff_8880_0000_0010n), entry(2, 6, 0xffff_8880_0000_0010n)]);
    expect([...one.states.subarray(0, 2)]).toEqual([SAME, CHANGED]);
  });

  test("only what is selected", () => {
    const map = { key: "u32", value: "struct { u32 a; u32 b; }" };
    const one = followerOf(map, { select: "value.b" });
    readEntries(one, map, 0, [[1, { a: 1, b: 1 }], [2, { a: 1, b: 1 }]]); // biome-ignore format: one line
    readEntries(one, map, 1, [[1, { a: 2, b: 1 }], [2, { a: 1, b: 2 }]]); // biome-ignore format: one line
    expect([...one.states.subarray(0, 2)]).toEqual([SAME, CHANGED]);
  });
});

test("a read without time between has no rate", () => {
  const map = { key: "u32", value: "u64" };
  const one = followerOf(map);
  const [counter] = one.counters;
  if (counter === undefined) throw new Error("the value is a counter");
  readEntries(one, map, 5, [[1, 1]]);
  expect([one.seconds, one.rate(0, counter), one.present]).toEqual([0, undefined, 1]);
  readEntries(one, map, 5, [[1, 3]]);
  expect([one.change(0, counter), one.rate(0, counter)]).toEqual([2n, undefined]);
  readEntries(one, map, 5.5, []);
  expect([one.seconds, one.present, one.states[0]]).toEqual([0.0005, 0, REMOVED]);
});

test("unread values are no rows", () => {
  const one = follower();
  one.begin(0);
  const rows = run([[1, 1n], [2, 2n]]); // biome-ignore format: one line
  one.add({ ...rows, batch: { ...rows.batch, errnos: Int32Array.of(2, 0) } });
  one.end(true);
  expect([one.table.count, one.table.keysView.getUint32(0, true), one.query.counts.unread]).toEqual([1, 2, 1]);
});
