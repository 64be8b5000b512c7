import { expect, test } from "vitest";
import type { Query, QuerySpec } from "../../../../src/query/query.ts";
import type { MapSource } from "../../../../src/reader/map-source.ts";
import { compileSpec, querySpec } from "../../../../src/sdk/query/compile.ts";
import type { AnyQuery } from "../../../../src/sdk/query/query-options.ts";
import { type WatchedMap, Watcher } from "../../../../src/sdk/watch/watcher.ts";
import { connectionsOf } from "../sample-readers.ts";

/** A map that has as many connections at each read as a list says, and is gone behind its end. */
function growing(counts: readonly number[]): WatchedMap {
  const { label, info } = connectionsOf(0);
  const left = [...counts];
  const open = async (isTyped: boolean): Promise<MapSource | undefined> => {
    const count = isTyped ? left[0] : left.shift();
    return count === undefined ? undefined : connectionsOf(count);
  };
  return { label, info, origin: undefined, open };
}

async function watcherOf(counts: readonly number[], query: AnyQuery = {}): Promise<Watcher | undefined> {
  let now = 0;
  const clock = (): number => {
    now += 10;
    return now;
  };
  const stamps = { next: () => ({ at: clock(), time: new Date(now) }) };
  const compile = async (map: MapSource, spec: QuerySpec): Promise<Query> => compileSpec(map, spec);
  return await Watcher.open(
    growing(counts),
    { spec: querySpec(query), compile },
    { clock, stamps, isStopped: () => false },
  );
}

async function opened(counts: readonly number[], query?: AnyQuery): Promise<Watcher> {
  const watcher = await watcherOf(counts, query);
  if (watcher === undefined) throw new Error("the map is gone");
  return watcher;
}

test("each read has its rows, those that changed, its report and its time", async () => {
  const watcher = await opened([2, 3]);
  expect([await watcher.read(), watcher.rows(false).length]).toEqual([true, 2]);
  expect([await watcher.read(), watcher.rows(false).length, watcher.rows(true).length]).toEqual([true, 1, 3]);
  expect(watcher.report).toMatchObject({ complete: true, entries: 3 });
  expect(watcher.took).toBeGreaterThan(0);
  expect(watcher.time.getTime()).toBeGreaterThan(0);
});

test("a map that is gone ends it", async () => {
  const watcher = await opened([1]);
  expect([await watcher.read(), await watcher.read()]).toEqual([true, false]);
  expect(await watcher.filter(undefined)).toBe(false);
  expect(await watcherOf([])).toBeUndefined();
});

test("rows come in an order, as many as are asked for", async () => {
  const watcher = await opened([5], { sort: "value.packets:desc", top: 2 });
  await watcher.read();
  const packets = watcher.rows(true).map((row) => watcher.follower.now(row).values[watcher.follower.now(row).v]);
  expect(packets).toEqual([4, 3]);
  expect(watcher.followed).toBe("the first by value.packets:desc");
  watcher.order([]);
  expect([watcher.rows(true, 4).length, watcher.followed]).toEqual([4, "the first ones met"]);
});

test("another condition begins anew", async () => {
  const watcher = await opened([5, 5, 5]);
  await watcher.read();
  expect(await watcher.filter({ option: "where", text: "value.packets > 2u" })).toBe(true);
  await watcher.read();
  expect(watcher.rows(true)).toHaveLength(2);
  await expect(watcher.filter({ option: "where", text: "value.nothing" })).rejects.toMatchObject({
    code: "QUERY_INVALID",
  });
});
