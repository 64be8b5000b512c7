import { describe, expect, test } from "vitest";
import type { JsonOptions } from "../../../../src/codec/json/json-options.ts";
import { WatchEvents } from "../../../../src/output/watch/watch-events.ts";
import { CollectedOutput } from "../../../helpers/collected-output.ts";
import { followerOf, readEntries } from "../../query/follow/follow-rows.ts";
import type { Asked } from "../../query/run-query.ts";
import type { Entry, TypedMap } from "../../query/typed-rows.ts";

const U64: TypedMap = { key: "u32", value: "u64" };
const PAIR: TypedMap = { key: "u32", value: "struct { u64 n; u32 m; char name[4]; }" };

/** The lines of the last of several reads, half a second apart. */
function lines(
  map: TypedMap,
  reads: readonly (readonly Entry[])[],
  { asked = {}, ...more }: Partial<JsonOptions> & { asked?: Asked } = {},
): unknown[] {
  const follower = followerOf(map, asked);
  const collected = new CollectedOutput();
  const options = { int64: "digits", enums: "name", ...more } as const;
  const events = new WatchEvents(follower, collected.out, { ...options, render: () => undefined });
  let before = 0;
  for (const [i, entries] of reads.entries()) {
    readEntries(follower, map, i * 500, entries);
    before = collected.text.length;
    const rows = Array.from({ length: follower.table.count }, (_, row) => row).filter(
      (row) => follower.states[row] !== 0,
    );
    events.write(rows, `2026-01-01T00:00:0${i}.000Z`);
  }
  return collected.text
    .slice(before)
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => JSON.parse(line));
}

describe("the first read", () => {
  test("adds all entries", () => {
    expect(lines(U64, [[[1, 10]]])).toEqual([
      { time: "2026-01-01T00:00:00.000Z", event: "added", initial: true, key: 1, value: 10 },
    ]);
  });
});

describe("a later read", () => {
  const time = "2026-01-01T00:00:01.000Z";

  test("has what is new and what is gone", () => {
    expect(lines(U64, [[[1, 10]], [[2, 20]]])).toEqual([
      { time, event: "removed", key: 1, value: 10 },
      { time, event: "added", key: 2, value: 20 },
    ]);
  });

  test("has the change and the rate of a number", () => {
    expect(lines(U64, [[[1, 10]], [[1, 13]]])).toEqual([
      { time, event: "changed", key: 1, value: 13, previous: 10, delta: 3, rate: 6 },
    ]);
  });

  test("has those of each counter that changed", () => {
    const row = (n: number, m: number, name: string): Entry => [1, { n, m, name }];
    expect(lines(PAIR, [[row(1, 1, "a")], [row(3, 1, "b")]])).toEqual([
      {
        ...{ time, event: "changed", key: 1, value: { n: 3, m: 1, name: "b" }, previous: { n: 1, m: 1, name: "a" } },
        ...{ delta: { n: 2 }, rate: { n: 4 } },
      },
    ]);
    expect(lines(PAIR, [[row(1, 1, "a")], [row(1, 1, "b")]])).toEqual([
      expect.not.objectContaining({ delta: expect.anything() }),
    ]);
  });

  test("says which counters fell", () => {
    const row = (n: number, m: number): Entry => [1, { n, m, name: "" }];
    expect(lines(PAIR, [[row(9, 1)], [row(2, 3)]])).toEqual([
      expect.objectContaining({ delta: { m: 2 }, rate: { m: 4 }, reset: ["n"] }),
    ]);
    expect(lines(U64, [[[1, 10]], [[1, 5]]])).toEqual([expect.objectContaining({ value: 5, reset: true })]);
  });

  test("rounds rates, and writes wide changes as asked", () => {
    const reads: Entry[][] = [[[1, 0]], [[1, 2n ** 60n]]];
    expect(lines(U64, reads, { int64: "string" })).toEqual([
      expect.objectContaining({ value: "1152921504606846976", delta: "1152921504606846976" }),
    ]);
  });

  test("has selected fields by their names", () => {
    const row = (n: number, m: number): Entry => [1, { n, m, name: "" }];
    expect(lines(PAIR, [[row(1, 1)], [row(2, 1)]], { asked: { select: "value.n" } })).toEqual([
      { time, event: "changed", key: 1, "value.n": 2, delta: { n: 1 }, rate: { n: 2 } },
    ]);
  });
});
