import { join } from "node:path";
import type { Readable } from "node:stream";
import { beforeEach, describe, expect, expectTypeOf, test } from "vitest";
import { z } from "zod";
import { parseBtf } from "../../../../src/btf/parse.ts";
import {
  type CpuEntry,
  type DecodedValue,
  type Entries,
  type Entry,
  openMap,
  type Reader,
} from "../../../../src/index.ts";
import { saveSnapshot } from "../../../../src/snapshot/write/save.ts";
import { BtfBuilder } from "../../../helpers/btf-builder.ts";
import {
  type ConnKey,
  type ConnVal,
  connection,
  connectionBtf,
  connectionBytes,
} from "../../../helpers/connections.ts";
import { useScratch } from "../../../helpers/use-scratch.ts";
import { ORIGIN, sampleMap } from "../../snapshot/sample-maps.ts";

const COUNT = 40;
const CPUS = 3;
const scratch = useScratch();
let file = "";

beforeEach(async () => {
  file = join(scratch.folder, "maps.ndjson.gz");
  const { bytes, key, value } = connectionBtf();
  const types = { state: "known", types: parseBtf(bytes), keyTypeId: key, valueTypeId: value } as const;
  const entries = Array.from({ length: COUNT }, (_, i) => [connectionBytes(i).key, connectionBytes(i).value] as const);
  const conns = { info: { keySize: 8, valueSize: 32, btfId: 5 }, entries, types, batch: 7 };
  const bare = { info: { name: "bare", id: 8, keySize: 4, valueSize: 4 }, entries: [[four(1), four(9)] as const] };
  await saveSnapshot(file, [sampleMap(conns), sampleMap(bare), sampleMap(perCpuMap())], { ...ORIGIN, force: true });
});

function four(number: number): Uint8Array {
  const bytes = new Uint8Array(4);
  new DataView(bytes.buffer).setUint32(0, number, true);
  return bytes;
}

/** Two keys; CPU c of key k has `k * 10 + c` hits, and nothing at CPU 0 of key 0. */
function perCpuMap(): Parameters<typeof sampleMap>[0] {
  const btf = new BtfBuilder();
  const u32 = btf.int("unsigned int", 4);
  const value = btf.struct("hits", 8, [{ name: "hits", type: btf.int("unsigned long long", 8), bitOffset: 0 }]);
  const entries = [0, 1].map((k) => {
    const bytes = new Uint8Array(8 * CPUS);
    for (let cpu = 0; cpu < CPUS; cpu++) new DataView(bytes.buffer).setBigUint64(cpu * 8, BigInt(k * 10 + cpu), true);
    return [four(k), bytes] as const;
  });
  const types = { state: "known", types: parseBtf(btf.build()), keyTypeId: u32, valueTypeId: value } as const;
  return { info: { name: "hits", id: 9, type: 5, keySize: 4, valueSize: 8, btfId: 6 }, cpus: CPUS, entries, types };
}

interface Hits {
  readonly hits: bigint;
}

const open = (): Promise<Reader<ConnKey, ConnVal>> => openMap<ConnKey, ConnVal>({ file, map: "conns" });
const openHits = (): Promise<Reader<number, readonly Hits[]>> => openMap({ file, map: "hits" });

describe("a condition", () => {
  test("as text and as a function keep the same entries", async () => {
    using reader = await open();
    const expected = Array.from({ length: COUNT }, (_, i) => connection(i)).filter(
      ({ key, value }) => value.packets > 20n && key.port % 2 === 1,
    );
    expect(expected).toHaveLength(10);
    const text = reader.entries({ where: "value.packets > 20u && key.port % 2u == 1u" });
    expect(await text.toArray()).toEqual(expected);
    const where = (key: ConnKey, value: ConnVal): boolean => value.packets > 20n && key.port % 2 === 1;
    expect(await reader.entries({ where }).toArray()).toEqual(expected);
    expect(await reader.count({ where })).toBe(10);
    expect(await reader.count({ where: "value.packets > 20u" })).toBe(19);
  });

  test("that keeps nothing says what looks wrong with it", async () => {
    using reader = await open();
    const entries = reader.entries({ where: 'value.comm == "app"' });
    expect(entries.hints).toEqual([]);
    expect(await entries.toArray()).toEqual([]);
    const none = reader.entries({ where: "value.state > 7" });
    expect(await none.toArray()).toEqual([]);
    expect(none.report).toMatchObject({ complete: true, entries: COUNT });
  });

  test("with a mistake is refused with its place, in the words of the options", async () => {
    using reader = await open();
    const error = expect.objectContaining({
      code: "QUERY_INVALID",
      message: expect.stringMatching(/^where: no field `packet` .*did you mean `packets`\?\n {2}value\.packet > 1\n/),
      details: expect.objectContaining({ option: "where", start: 6, end: 12 }),
    });
    await expect(reader.entries({ where: "value.packet > 1" }).next()).rejects.toThrow(error);
    await expect(reader.count({ where: "value.packet > 1" })).rejects.toThrow(error);
    await expect(reader.toReadable({ format: "ndjson", where: "value.packet > 1" }).toArray()).rejects.toThrow(error);
    await expect(reader.entries({ select: "cpu" }).next()).rejects.toThrow('with perCpu: "each"');
  });
});

describe("an order and a limit", () => {
  test("sort, top and limit", async () => {
    using reader = await open();
    const addresses = async (entries: Entries<Entry<ConnKey, ConnVal>>): Promise<number[]> =>
      (await entries.toArray()).map(({ key }) => key.addr);
    expect(await addresses(reader.entries({ sort: "value.packets:desc", top: 3 }))).toEqual([39, 38, 37]);
    expect(await addresses(reader.entries({ sort: ["value.state", "key.addr:desc"], limit: 2 }))).toEqual([38, 36]);
    const limited = reader.entries({ limit: 9 });
    expect(await addresses(limited)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8]);
    expect(limited.report.complete).toBe(true);
    expect(await addresses(reader.entries({ limit: 0 }))).toEqual([]);
  });
});

describe("columns and groups", () => {
  test("select gives typed columns under their paths", async () => {
    using reader = await open();
    const rows = reader.entries({ select: ["key.addr", "value.packets", "entry.index"], where: "key.addr == 7u" });
    const [row] = await rows.toArray();
    expectTypeOf(row).toEqualTypeOf<
      { readonly "key.addr": number; readonly "value.packets": bigint; readonly "entry.index": number } | undefined
    >();
    expect(row).toEqual({ "key.addr": 7, "value.packets": 7n, "entry.index": 7 });
    const [text] = await reader.entries({ select: "value.comm, value.state", limit: 1 }).toArray();
    expectTypeOf(text).toEqualTypeOf<{ readonly "value.comm": string; readonly "value.state": string } | undefined>();
    expect(text).toEqual({ "value.comm": "app0", "value.state": "ST_NEW" });
    const [all] = await reader.entries({ select: "key.*", limit: 1 }).toArray();
    expectTypeOf(all).toEqualTypeOf<{ readonly [path: string]: DecodedValue } | undefined>();
    expect(all).toEqual({ "key.addr": 0, "key.port": 1000 });
  });

  test("groupBy gives groups with typed aggregates", async () => {
    using reader = await open();
    const groups = await reader
      .entries({
        groupBy: "value.state",
        agg: ["count()", "sum(value.packets)", "avg(key.addr)", "max(value.packets)"],
      })
      .toArray();
    expectTypeOf(groups[0]).toEqualTypeOf<
      | ({ readonly "value.state": string } & {
          readonly "count()": number;
          readonly "sum(value.packets)": bigint;
          readonly "avg(key.addr)": number;
          readonly "max(value.packets)": bigint;
        })
      | undefined
    >();
    expect(groups).toEqual([
      {
        "value.state": "ST_NEW",
        "count()": 20,
        "sum(value.packets)": 380n,
        "avg(key.addr)": 19,
        "max(value.packets)": 38n,
      },
      {
        "value.state": "ST_OPEN",
        "count()": 20,
        "sum(value.packets)": 400n,
        "avg(key.addr)": 20,
        "max(value.packets)": 39n,
      },
    ]);
    const counted = await reader.entries({ groupBy: ["value.state"], sort: "count():desc", limit: 1 }).toArray();
    expect(counted).toEqual([{ "value.state": "ST_NEW", "count()": 20 }]);
    await expect(reader.entries({ groupBy: "key.addr", maxGroups: 3 }).toArray()).rejects.toThrow(
      "groupBy: more than 3 groups (maxGroups raises the limit)",
    );
  });

  test("decode options hold for columns", async () => {
    using reader = await openMap({ file, map: "conns" }, { int64: "string", enums: "number", chars: "bytes" });
    const [row] = await reader
      .entries({ select: "value.packets,value.state,value.comm", where: "key.addr == 3u" })
      .toArray();
    expect(row).toEqual({
      "value.packets": "3",
      "value.state": 1,
      "value.comm": connectionBytes(3).value.slice(12, 28),
    });
  });

  test("of a map without types are bytes", async () => {
    using reader = await openMap({ file, map: "bare" });
    const rows = await reader.entries({ where: "value.bytes[0] == 9", select: "key,value.bytes[0]" }).toArray();
    expect(rows).toEqual([{ key: four(1), "value.bytes[0]": 9 }]);
    expect(await reader.entries({ where: "value.bytes[0] == 9" }).toArray()).toEqual([
      { key: four(1), value: four(9) },
    ]);
  });
});

describe("a per-CPU map", () => {
  test("gives a row for each CPU, or one of all", async () => {
    using reader = await openHits();
    const each = await reader.entries({ perCpu: "each", where: "value.hits >= 10u && cpu > 0" }).toArray();
    expectTypeOf(each).toEqualTypeOf<CpuEntry<number, Hits>[]>();
    expect(each).toEqual([
      { key: 1, cpu: 1, value: { hits: 11n } },
      { key: 1, cpu: 2, value: { hits: 12n } },
    ]);
    expect(await reader.entries({ perCpu: "any", limit: 1 }).toArray()).toEqual([
      { key: 0, cpu: 1, value: { hits: 1n } },
      { key: 0, cpu: 2, value: { hits: 2n } },
    ]);
    const sorted = await reader.entries({ perCpu: "each", sort: "value.hits:desc", top: 1 }).toArray();
    expect(sorted).toEqual([{ key: 1, cpu: 2, value: { hits: 12n } }]);
    expect(await reader.entries({ perCpu: "sum", where: "value.hits > 3" }).toArray()).toEqual([
      { key: 1, value: { hits: 33n } },
    ]);
    expect(await reader.entries({ perCpu: "each", groupBy: "cpu", agg: "sum(value.hits)" }).toArray()).toEqual(
      [0, 1, 2].map((cpu) => ({ cpu, "sum(value.hits)": BigInt(10 + 2 * cpu) })),
    );
    expect(await reader.count({ perCpu: "any" })).toBe(5);
  });

  test("a function gets the values as the reader gives them", async () => {
    using reader = await openHits();
    const entries = await reader.entries({ where: (_, values) => values[0]?.hits === 10n }).toArray();
    expect(entries).toEqual([{ key: 1, value: [{ hits: 10n }, { hits: 11n }, { hits: 12n }] }]);
  });

  test("a reader that aggregates queries what it aggregates", async () => {
    using reader = await openMap<number, Hits>({ file, map: "hits" }, { perCpu: "max" });
    expect(await reader.entries({ where: "value.hits == 12u" }).toArray()).toEqual([{ key: 1, value: { hits: 12n } }]);
    expect(await reader.entries({ select: "value.hits", sort: "value.hits:desc" }).toArray()).toEqual([
      { "value.hits": 12n },
      { "value.hits": 2n },
    ]);
  });

  test("has its values aggregated field by field", async () => {
    using reader = await openHits();
    const most = await reader.entries({ agg: "value.hits=max" }).toArray();
    expectTypeOf(most).toEqualTypeOf<Entry<number, DecodedValue>[]>();
    expect(most).toEqual(await reader.entries({ perCpu: "max" }).toArray());
    expect(await reader.entries({ perCpu: "sum", agg: ["value.hits=min"], limit: 1 }).toArray()).toEqual(
      await reader.entries({ perCpu: "min", limit: 1 }).toArray(),
    );
    await expect(reader.entries({ agg: "value.hots=max" }).next()).rejects.toThrow("did you mean `hits`?");
    using other = await open();
    await expect(other.entries({ agg: "value.packets=max" }).next()).rejects.toThrow(
      expect.objectContaining({ code: "USAGE", message: expect.stringContaining("groupBy makes groups") }),
    );
  });

  test("is not queried without a word on its CPUs", async () => {
    using reader = await openHits();
    const needed = expect.objectContaining({ code: "USAGE", details: { option: "where" } });
    await expect(reader.entries({ where: "value.hits > 1" }).next()).rejects.toThrow(needed);
    using other = await open();
    await expect(other.entries({ perCpu: "sum" }).next()).rejects.toThrow("the map has one value for each key");
  });
});

describe("formats", () => {
  test("a stream in a format takes a query", async () => {
    using reader = await open();
    const text = async (stream: Readable): Promise<string> => Buffer.concat(await stream.toArray()).toString();
    expect(
      await text(reader.toReadable({ format: "csv", where: "key.addr < 2u", select: "key.addr,value.comm" })),
    ).toBe("key.addr,value.comm\r\n0,app0\r\n1,app1\r\n");
    const where = (key: ConnKey): boolean => key.addr === 5;
    expect(await text(reader.toReadable({ format: "ndjson", where, select: "value.packets" }))).toBe(
      '{"value.packets":5}\n',
    );
    expect(await reader.toReadable({ select: "key.addr", limit: 1 }).toArray()).toEqual([{ "key.addr": 0 }]);
    // @ts-expect-error: bpftool's formats have no place for a query
    expect(() => reader.toReadable({ format: "bpftool", limit: 1 })).toThrow("bpftool's formats show all entries");
  });
});

describe("options that don't go together", () => {
  test("are refused by the types, and where there are none, by the program", async () => {
    using reader = await open();
    using hits = await openHits();
    const refused = [
      // @ts-expect-error: there is no order of which these would be the first
      () => reader.entries({ top: 3 }),
      // @ts-expect-error: the first of no order
      () => hits.entries({ agg: "value.hits=max", top: 1 }),
      // @ts-expect-error: groups have the columns that groupBy names
      () => reader.entries({ groupBy: "value.state", select: "key.addr" }),
      // @ts-expect-error: a function gets whole values
      () => hits.entries({ perCpu: "sum", where: () => true }),
      // @ts-expect-error: a misspelt option
      () => reader.entries({ were: "true" }),
      // @ts-expect-error: no condition
      () => reader.entries({ where: 3 }),
      // @ts-expect-error: there is no such treatment
      () => reader.entries({ perCpu: "median" }),
      // @ts-expect-error: bytes have a format, objects none
      () => reader.toReadable({ csvSafe: true }),
      // @ts-expect-error: CPUs that are kept apart are not one value
      () => hits.entries({ perCpu: "any", agg: "value.hits=max" }),
      () => reader.entries({ limit: -1 }),
      () => reader.entries({ select: [] }),
    ];
    for (const one of refused) expect(one).toThrow(expect.objectContaining({ code: "USAGE" }));
    // @ts-expect-error: a count of columns is that of rows
    await expect(reader.count({ select: "key.addr" })).rejects.toMatchObject({ code: "USAGE" });
  });

  test("columns of a reader with schemas", async () => {
    using reader = await openMap({ file, map: "conns" }, { value: z.object({ packets: z.bigint() }) });
    await expect(reader.entries({ select: "value.packets" }).next()).rejects.toThrow(
      expect.objectContaining({ code: "USAGE", details: { option: "select" } }),
    );
    const [first] = await reader.entries({ where: "key.addr == 4u" }).toArray();
    expectTypeOf(first?.value).toEqualTypeOf<{ packets: bigint } | undefined>();
    expect(first?.value).toEqual({ packets: 4n });
  });
});

describe("the end of a query", () => {
  test("abort, timeout and close end one that is under way", async () => {
    const reader = await open();
    const options = { sort: "key.addr" } as const;
    await expect(reader.entries({ ...options, signal: AbortSignal.abort() }).next()).rejects.toThrow(
      expect.objectContaining({ code: "ABORTED" }),
    );
    await expect(reader.entries({ ...options, timeout: 0 }).next()).rejects.toThrow(
      expect.objectContaining({ code: "TIMEOUT" }),
    );
    const entries = reader.entries({ limit: 20 });
    await entries.next();
    reader.close();
    await expect(entries.toArray()).rejects.toThrow(expect.objectContaining({ code: "CLOSED" }));
    expect(() => reader.entries(options)).toThrow(expect.objectContaining({ code: "CLOSED" }));
  });
});
