import { expect, test } from "vitest";
import type { MapRef } from "../../../../src/sdk/maps/map-ref.ts";
import { stats } from "../../../../src/sdk/maps/stats.ts";
import { connectionsOf, errorOf, readerOf } from "../sample-readers.ts";

test("how full a map is", async () => {
  using reader = readerOf(connectionsOf(25));
  expect(await stats(reader)).toMatchObject({
    id: 7,
    name: "conns",
    type: "hash",
    label: "map id 7 (conns)",
    entries: 25,
    maxEntries: 100,
    ratio: 0.25,
    whenFull: "refuses",
    complete: true,
    growth: undefined,
  });
});

test("growth since an earlier measurement of the same map", async () => {
  using reader = readerOf(connectionsOf(30));
  const now = await stats(reader);
  const before = { ...now, at: now.at - 10_000, entries: 10 };
  const other = { ...before, id: 99, entries: 0 };
  const { growth } = await stats(reader, { since: [other, before] });
  expect(growth?.perSecond).toBeGreaterThan(1);
  expect(growth?.perSecond).toBeLessThanOrEqual(2);
  expect(growth?.fullIn).toBeGreaterThanOrEqual(35);
});

test("of a list, maps that are gone are left out; other errors end it", async () => {
  using reader = readerOf(connectionsOf(1));
  const gone = readerOf(connectionsOf(1));
  expect((await stats([reader, reader])).map(({ entries }) => entries)).toEqual([1, 1]);
  gone.close();
  expect(await errorOf(() => stats([reader, gone]))).toMatchObject({ code: "CLOSED" });
});

test("a signal ends it, and wrong options are USAGE", async () => {
  using reader = readerOf(connectionsOf(1));
  expect(await errorOf(() => stats(reader, { signal: AbortSignal.abort() }))).toMatchObject({
    code: "ABORTED",
    message: "measure map id 7 (conns): aborted",
  });
  expect(await errorOf(() => stats(reader, { since: 5 as never }))).toMatchObject({ code: "USAGE" });
});

test("a signal ends the measurement of a list, also of one without maps or with none but those that are gone", async () => {
  using reader = readerOf(connectionsOf(1));
  const gone = { id: 2 ** 32 - 1 };
  for (const list of [[reader], [], [gone]]) {
    const signal = AbortSignal.abort("enough");
    const ended = { code: "ABORTED", message: "measure maps: aborted", cause: "enough" };
    expect(await errorOf(() => stats(list, { signal }))).toMatchObject(ended);
  }
  const stop = new AbortController();
  function* maps(): Generator<MapRef> {
    yield reader;
    stop.abort("enough");
    yield gone;
  }
  expect(await errorOf(() => stats(maps(), { signal: stop.signal }))).toMatchObject({ code: "ABORTED" });
});
