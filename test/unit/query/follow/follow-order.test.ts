import { describe, expect, test } from "vitest";
import {
  compileFollowOrder,
  followKeys,
  keysOfOneRead,
  measureName,
  orderRows,
} from "../../../../src/query/follow/follow-order.ts";
import type { Follower } from "../../../../src/query/follow/follower.ts";
import { Random } from "../../../helpers/random.ts";
import { followerOf, readEntries } from "./follow-rows.ts";

const MAP = {
  key: "u32",
  value: "struct { u64 n; s32 d; char comm[4]; double load; u32 list[70]; struct { u64 rate; } in; }",
};
const NOTHING = { d: 0, comm: "", load: 0, list: new Array<number>(70).fill(0), in: { rate: 0 } };

function keysOf(follower: Follower, text: string) {
  return followKeys({ option: "--sort", text }, follower);
}

describe("keys", () => {
  test.each<[string, string[]]>([
    ["key", ["key"]],
    ["value.n:desc", ["value.n desc"]],
    ["value.n.rate:desc,key", ["value.n.rate desc", "key"]],
    [" value.d.delta : asc ", ["value.d.delta"]],
    // A member may be called like a measure.
    ["value.in.rate", ["value.in.rate"]],
    ["value.in.rate.rate", ["value.in.rate.rate"]],
  ])("%s", (text, expected) => {
    const keys = keysOf(followerOf(MAP), text);
    expect(keys.map(({ measure, descending }) => `${measureName(measure)}${descending ? " desc" : ""}`)).toEqual(
      expected,
    );
  });

  test("of CPUs", () => {
    const keys = keysOf(followerOf({ key: "u32", value: "u64", cpus: 2 }), "cpu:desc,value.rate");
    expect(keys.map(({ measure }) => measureName(measure))).toEqual(["cpu", "value.rate"]);
  });

  test.each<[string, string]>([
    ["value.n:up", "an order is :asc or :desc"],
    ["value.comm.rate", "`value.comm` has no rate: it is no integer of the value"],
    ["value.load.delta", "`value.load` has no delta: it is no integer of the value"],
    ["key.rate", "`key` has no rate: it is no integer of the value"],
    ["value.in.delta", "no field `delta` in `anonymous struct`"],
    ["value.list", "`value.list` is an array, which has no order (an element can be sorted by: value.list[0])"],
    ["value", "`value` is `anonymous struct`, which has no order (name one of its fields)"],
    ["value.m", "no field `m` in `anonymous struct`"],
    ["cpu", "a path begins with key or value"],
    ["", "something is missing here"],
  ])("refuses %s", (text, message) => {
    expect(() => keysOf(followerOf(MAP), text)).toThrow(`--sort: ${message}`);
  });
});

describe("rows in order", () => {
  function followed(): Follower {
    const follower = followerOf(MAP);
    const value = (n: bigint | number, d: number, comm = "") => ({ ...NOTHING, n, d, comm });
    readEntries(follower, MAP, 0, [[0, value(10, 0)], [1, value(2n ** 53n, 0)], [2, value(50, 0)], [3, value(7, 9)]]); // biome-ignore format: one line
    // 0 grows by 5, 1 by 1, 2 is reset, 3 is gone, 4 is new.
    readEntries(follower, MAP, 2000, [[0, value(15, -3, "b")], [1, value(2n ** 53n + 1n, 4, "a")], [2, value(1, 4)], [4, value(9, 0)]]); // biome-ignore format: one line
    return follower;
  }

  const KEYS: Readonly<Record<number, string>> = { 0: "grown", 1: "large", 2: "reset", 3: "gone", 4: "new" };

  test.each<[string, string]>([
    ["value.n:desc", "large grown new gone reset"],
    ["value.n", "reset gone new grown large"],
    ["key:desc", "new gone reset large grown"],
    ["value.d,value.n", "grown new reset large gone"],
    ["value.comm:desc,key", "grown large reset gone new"],
    // What has no rate, or is gone, comes last either way.
    ["value.n.rate:desc", "grown large new reset gone"],
    ["value.n.rate", "new large grown reset gone"],
    ["value.n.delta:desc", "grown large new reset gone"],
    ["value.d.delta", "grown new large reset gone"],
  ])("%s", (text, expected) => {
    const follower = followed();
    const rows = Array.from({ length: follower.table.count }, (_, i) => i);
    const compare = compileFollowOrder(keysOf(follower, text), follower);
    const named = (order: readonly number[]): string =>
      order.map((row) => KEYS[follower.table.keysView.getUint32(row * 4, true)]).join(" ");
    expect(named(orderRows(rows, compare, undefined))).toBe(expected);
    expect(named(orderRows(rows, compare, 2))).toBe(expected.split(" ").slice(0, 2).join(" "));
    expect(named(orderRows(rows, compare, 0))).toBe("");
  });

  test("the first of many are those of the whole order", () => {
    const random = new Random(5);
    for (let round = 0; round < 30; round++) {
      const values = Array.from({ length: random.below(200) }, () => random.below(20));
      const rows = values.map((_, i) => i);
      const compare = (a: number, b: number): number => (values[a] as number) - (values[b] as number) || a - b;
      const most = random.below(30);
      expect(orderRows(rows, compare, most)).toEqual([...rows].sort(compare).slice(0, most));
    }
  });
});

test("rows that were not there before have no change, so the counter chooses", () => {
  const keys = keysOfOneRead(keysOf(followerOf(MAP), "value.n.rate,value.d.delta:desc,key"));
  expect(keys.map(({ measure, descending }) => [measureName(measure), descending])).toEqual([
    ["value.n", true],
    ["value.d", true],
    ["key", false],
  ]);
});
