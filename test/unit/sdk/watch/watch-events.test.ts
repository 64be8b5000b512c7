import { expect, test } from "vitest";
import type { MapSource } from "../../../../src/reader/map-source.ts";
import { watchEvents } from "../../../../src/sdk/watch/watch-events.ts";
import type { WatchOptions } from "../../../../src/sdk/watch/watch-options.ts";
import { connectionBytes } from "../../../helpers/connections.ts";
import { repositoryPath } from "../../../helpers/repository.ts";
import { all, connectionsOf, errorOf, hitsMap, readerOf } from "../sample-readers.ts";

/** Connections of which each has so many packets. */
function withPackets(packets: Readonly<Record<number, number>>): MapSource {
  const entries = Object.entries(packets).map(([i, count]) => {
    const { key, value } = connectionBytes(Number(i));
    new DataView(value.buffer, value.byteOffset).setBigUint64(0, BigInt(count), true);
    return [key, value] as const;
  });
  return connectionsOf(0, { entries });
}

/** The events of a map that is another one at each read. */
async function eventsOf(states: readonly MapSource[], options: WatchOptions = {}): Promise<object[]> {
  let reads = 0;
  const [first] = states;
  if (first === undefined) throw new Error("there is no map");
  using reader = readerOf({ ...first, entries: () => (states[reads++] ?? first).entries() });
  return await all(watchEvents(reader, { interval: 1, reads: states.length, ...options }));
}

test("what is new, different or gone, with the change of each counter", async () => {
  const states = [withPackets({ 1: 10, 2: 20 }), withPackets({ 1: 15, 2: 5, 3: 1 }), withPackets({ 1: 15, 3: 1 })];
  expect(await eventsOf(states)).toMatchObject([
    { type: "added", key: { addr: 1 }, value: { packets: 10n }, initial: true, cpu: undefined },
    { type: "added", key: { addr: 2 }, initial: true },
    {
      type: "changed",
      key: { addr: 1 },
      previous: { packets: 10n },
      value: { packets: 15n },
      delta: { packets: 5n },
      reset: [],
    },
    { type: "changed", key: { addr: 2 }, delta: {}, rate: {}, reset: ["packets"] },
    { type: "added", key: { addr: 3 }, initial: false },
    { type: "removed", key: { addr: 2 }, value: { packets: 5n } },
  ]);
});

test("a rate is the change by the time between both reads", async () => {
  const [before, changed] = (await eventsOf([withPackets({ 1: 0 }), withPackets({ 1: 500 })], { interval: 20 })) as {
    time: Date;
    rate: Record<string, number>;
  }[];
  const seconds = ((changed?.time.getTime() ?? 0) - (before?.time.getTime() ?? 0)) / 1000;
  expect(changed?.rate.packets).toBeCloseTo(500 / seconds, 6);
});

test("rows of CPUs, a condition, an order", async () => {
  expect(await eventsOf([hitsMap()], { where: "value.hits > 10u", sort: "value.hits:desc", top: 1 })).toMatchObject([
    { type: "added", key: 1, cpu: 2, value: { hits: 12n } },
  ]);
  expect(await eventsOf([hitsMap()], { perCpu: "sum", select: "value.hits" })).toMatchObject([
    { key: 0, cpu: undefined, value: { "value.hits": 3n } },
    { key: 1, value: { "value.hits": 33n } },
  ]);
});

test("groups: what tells them apart is the key, their aggregates are the value", async () => {
  const agg = "count(), sum(value.packets)";
  const states = [withPackets({ 1: 10, 3: 20 }), withPackets({ 1: 15, 3: 20, 5: 1 }), withPackets({ 3: 20 })];
  const events = await eventsOf(states, { groupBy: "value.state", agg });
  const [added, grown, shrunk] = events;
  expect(events).toHaveLength(3);
  expect(added).toMatchObject({
    type: "added",
    key: { "value.state": "ST_OPEN" },
    value: { "count()": 2, "sum(value.packets)": 30n },
    cpu: undefined,
    initial: true,
  });
  expect(grown).toMatchObject({
    type: "changed",
    previous: { "count()": 2, "sum(value.packets)": 30n },
    value: { "count()": 3, "sum(value.packets)": 36n },
    delta: { "count()": 1n, "sum(value.packets)": 6n },
    reset: [],
  });
  expect(shrunk).toMatchObject({ delta: {}, reset: ["count()", "sum(value.packets)"] });
});

test("groups of CPUs, and CPUs made one by fields", async () => {
  expect(await eventsOf([hitsMap()], { groupBy: "cpu", agg: "max(value.hits)" })).toMatchObject([
    { key: { cpu: 0 }, value: { "max(value.hits)": 10n } },
    { key: { cpu: 1 }, value: { "max(value.hits)": 11n } },
    { key: { cpu: 2 }, value: { "max(value.hits)": 12n } },
  ]);
  expect(await eventsOf([hitsMap()], { agg: "value.hits=max" })).toMatchObject([
    { key: 0, cpu: undefined, value: { hits: 2n } },
    { key: 1, cpu: undefined, value: { hits: 12n } },
  ]);
});

test("a signal ends it quietly, a reader that is closed with an error", async () => {
  expect(await eventsOf([withPackets({ 1: 1 })], { signal: AbortSignal.abort() })).toEqual([]);
  const reader = readerOf(connectionsOf(1));
  reader.close();
  expect(await errorOf(() => all(watchEvents(reader, { reads: 1 })))).toMatchObject({ code: "CLOSED" });
});

test("a read with gaps is told", async () => {
  const notes: string[] = [];
  const gaps = connectionsOf(2, { report: { complete: false } });
  await eventsOf([gaps], { onNote: (note) => notes.push(note) });
  expect(notes).toEqual(["watch map id 7 (conns): it changed while it was read: events may be missing"]);
});

test("a signal while a file is being opened ends the watch, too", async () => {
  const file = repositoryPath("golden", "demo", "connections.ndjson.gz");
  expect(await all(watchEvents({ file }, { signal: AbortSignal.abort() }))).toEqual([]);
  const error = await errorOf(() =>
    all(watchEvents({ file: `${file}.none` }, { signal: new AbortController().signal })),
  );
  expect(error).toMatchObject({ code: "FILE" });
});
