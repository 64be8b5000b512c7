import { expect, test } from "vitest";
import type { MapSource } from "../../../../src/reader/map-source.ts";
import { compareMaps } from "../../../../src/sdk/diff/compare-maps.ts";
import type { DiffOptions } from "../../../../src/sdk/diff/diff-options.ts";
import { connectionBytes } from "../../../helpers/connections.ts";
import { numbered, sampleMap } from "../../snapshot/sample-maps.ts";
import { all, connectionsOf, errorOf, hitsMap, readerOf } from "../sample-readers.ts";

async function eventsOf(a: MapSource, b: MapSource, options: DiffOptions = {}): Promise<unknown[]> {
  using first = readerOf(a);
  using second = readerOf(b);
  return await all(compareMaps(first, second, options));
}

/** Connections 1 to 3, of which the last has 99 packets. */
function others(): MapSource {
  const entries = [1, 2, 3].map((i) => {
    const { key, value } = connectionBytes(i);
    if (i === 2) new DataView(value.buffer, value.byteOffset).setBigUint64(0, 99n, true);
    return [key, value] as const;
  });
  return connectionsOf(0, { entries });
}

test("what is added, removed and changed, with the fields that differ", async () => {
  expect(await eventsOf(connectionsOf(3), others())).toMatchObject([
    {
      type: "changed",
      key: { addr: 2 },
      cpu: undefined,
      a: { packets: 2n },
      fields: { packets: { a: 2n, b: 99n } },
      delta: { packets: 97n },
      rate: {},
    },
    { type: "added", key: { addr: 3 }, value: { comm: "app3" } },
    { type: "removed", key: { addr: 0 }, value: { comm: "app0" } },
  ]);
});

test("only what is asked for is compared", async () => {
  expect(await eventsOf(connectionsOf(3), others(), { where: "value.packets == 1u" })).toEqual([]);
  expect(await eventsOf(connectionsOf(3), others(), { where: "key.addr == 2u", select: "value.comm" })).toEqual([]);
});

test("in an order, and only the first of it", async () => {
  const sort = "value.packets.delta:desc";
  expect(await eventsOf(connectionsOf(3), others(), { sort })).toMatchObject([
    { type: "changed", key: { addr: 2 } },
    { type: "added", key: { addr: 3 } },
    { type: "removed", key: { addr: 0 } },
  ]);
  expect(await eventsOf(connectionsOf(3), others(), { sort: "key.addr:desc", top: 1 })).toMatchObject([
    { type: "added", key: { addr: 3 } },
  ]);
  expect(await errorOf(() => eventsOf(connectionsOf(1), others(), { sort: "value.comm.delta" }))).toMatchObject({
    code: "QUERY_INVALID",
    details: { option: "sort" },
  });
});

test("by the time that a snapshot tells, changes are rates", async () => {
  const at = (time: string): Pick<MapSource, "origin"> => ({ origin: { time, bootTimeOffsetNs: 0n, arch: "x64" } });
  const [a, b] = [
    { ...connectionsOf(3), ...at("2026-01-01T00:00:00Z") },
    { ...others(), ...at("2026-01-01T00:00:10Z") },
  ];
  const [changed] = await eventsOf(a, b);
  expect(changed).toMatchObject({ delta: { packets: 97n }, rate: { packets: 9.7 } });
  const [, back] = await eventsOf(b, a);
  expect(back).toMatchObject({ delta: { packets: -97n }, rate: {} });
});

test("each CPU is a row, or they are one", async () => {
  const entries = [[Uint8Array.of(0, 0, 0, 0), new Uint8Array(24).fill(1, 8, 9)] as const];
  const [a, b] = [
    hitsMap(),
    { ...hitsMap(), entries: sampleMap({ info: { valueSize: 8 }, cpus: 3, entries }).entries },
  ];
  expect(await eventsOf(a, b, { where: "key == 0u" })).toEqual([
    {
      type: "changed",
      key: 0,
      cpu: 2,
      a: { hits: 2n },
      b: { hits: 0n },
      fields: { hits: { a: 2n, b: 0n } },
      delta: { hits: -2n },
      rate: {},
    },
  ]);
  expect(await eventsOf(a, b, { where: "key == 0u", perCpu: "sum" })).toMatchObject([
    { type: "changed", cpu: undefined, fields: { hits: { a: 3n, b: 1n } } },
  ]);
  expect(await eventsOf(a, b, { where: "key == 0u", agg: "value.hits=max" })).toMatchObject([
    { type: "changed", cpu: undefined, fields: { hits: { a: 2n, b: 1n } } },
  ]);
});

test("types that differ come first; keys of other sizes can't be compared", async () => {
  const bare = sampleMap({ entries: numbered(1) });
  using a = readerOf(connectionsOf(1));
  using b = readerOf(bare);
  const seen: unknown[] = [];
  const error = await errorOf(async () => {
    for await (const event of compareMaps(a, b, {})) seen.push(event);
  });
  expect(seen).not.toEqual([]);
  expect(new Set(seen.map((event) => (event as { type: string }).type))).toEqual(new Set(["layout"]));
  expect(error).toMatchObject({
    code: "LAYOUT_INVALID",
    message: expect.stringContaining("the keys have 8 and 4 bytes"),
  });
});

test("a signal that came before ends it, whatever there is to compare", async () => {
  const other = sampleMap({ info: { keySize: 2 }, entries: [] });
  for (const [a, b] of [
    [connectionsOf(0), connectionsOf(0)],
    [connectionsOf(1), other],
  ] as const) {
    const error = await errorOf(() => eventsOf(a, b, { signal: AbortSignal.abort("enough") }));
    expect(error).toMatchObject({ code: "ABORTED", cause: "enough" });
  }
});
