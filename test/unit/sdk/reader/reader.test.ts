import { writeFileSync } from "node:fs";
import { join } from "node:path";
import type { StandardSchemaV1 } from "@standard-schema/spec";
import { beforeEach, describe, expect, expectTypeOf, test } from "vitest";
import { z } from "zod";
import { parseBtf } from "../../../../src/btf/parse.ts";
import { type InvalidEntry, openMap, type PerCpu, type Reader } from "../../../../src/index.ts";
import { saveSnapshot } from "../../../../src/snapshot/write/save.ts";
import { openDescriptors, trackDescriptors } from "../../../../src/sys/fd.ts";
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

const scratch = useScratch();
let file = "";

beforeEach(async () => {
  trackDescriptors();
  file = join(scratch.folder, "conns.ndjson.gz");
  const { bytes, key, value } = connectionBtf();
  const types = { state: "known", types: parseBtf(bytes), keyTypeId: key, valueTypeId: value } as const;
  const entries = [0, 1, 2].map((i) => [connectionBytes(i).key, connectionBytes(i).value] as const);
  const map = { info: { keySize: 8, valueSize: 32, btfId: 5 }, entries, types };
  const other = { info: { name: "other", id: 8 }, entries: [] };
  await saveSnapshot(file, [sampleMap(map), sampleMap(other)], { ...ORIGIN, force: true });
});

const connections = [0, 1, 2].map(connection);

describe("a reader of a snapshot", () => {
  test("has all that a live one has, asynchronously", async () => {
    const before = openDescriptors().length;
    let pending: Promise<PromiseSettledResult<unknown>[]>;
    {
      using reader = await openMap<ConnKey, ConnVal>({ file, map: "conns" });
      expect(await reader.toArray()).toEqual(connections);
      expect(await reader.count()).toBe(3);
      expect(await reader.get({ addr: 2, port: 1002 })).toEqual(connection(2).value);
      expect(await reader.get({ addr: 9, port: 9 })).toBeUndefined();
      for await (const _ of reader) break;
      for await (const batch of reader.batches()) expect(batch.count).toBe(3);
      expect(await reader.toReadable().toArray()).toEqual(connections);
      pending = Promise.allSettled([reader.entries().next()]);
    }
    // A read of the file that was under way keeps it open until it is done.
    const [outcome] = await pending;
    expect(outcome).toMatchObject({ status: "rejected", reason: { code: "CLOSED" } });
    while (openDescriptors().length > before) await new Promise(setImmediate);
    expect(openDescriptors()).toHaveLength(before);
  });

  test("has no synchronous forms", async () => {
    using reader = await openMap<ConnKey, ConnVal>({ file, map: "conns" });
    const uses = [() => reader.toArraySync(), () => reader.countSync(), () => reader.getSync({ addr: 1, port: 1 })];
    for (const use of uses) expect(use).toThrow(expect.objectContaining({ code: "NOT_SYNC" }));
  });

  test.each([
    ["several maps", { map: undefined }, "AMBIGUOUS_MAP"],
    ["no such map", { map: "absent" }, "NO_SUCH_MAP"],
    ["no such file", { file: "/no/such/file" }, "FILE"],
  ])("%s is refused", async (_, handle, code) => {
    const before = openDescriptors().length;
    const given = {
      file,
      ...("file" in handle ? { file: handle.file } : handle.map === undefined ? {} : { map: handle.map }),
    };
    await expect(openMap(given)).rejects.toThrow(expect.objectContaining({ code }));
    expect(openDescriptors()).toHaveLength(before);
  });
});

describe("a schema of the program's own", () => {
  const key = z.object({ addr: z.number(), port: z.number() });
  const value = z.object({ packets: z.bigint().max(1n), state: z.string(), comm: z.string() });

  test("gives the types", async () => {
    const reader = await openMap({ file, map: "conns" }, { key, value });
    expectTypeOf(reader).toEqualTypeOf<
      Reader<{ addr: number; port: number }, { packets: bigint; state: string; comm: string }>
    >();
    reader.close();
  });

  test("throws where an entry is refused, with map, key, path and bytes", async () => {
    using reader = await openMap({ file, map: "conns" }, { value });
    const details = {
      map: expect.stringContaining("conns"),
      side: "value",
      key: '{"addr":2,"port":1002}',
      path: "value.packets",
      issues: [expect.stringMatching(/^value\.packets: /)],
      bytes: Buffer.from(connectionBytes(2).value).toString("hex"),
    };
    await expect(reader.toArray()).rejects.toThrow(expect.objectContaining({ code: "VALUE_INVALID", details }));
    await expect(reader.get({ addr: 2, port: 1002 } as never)).rejects.toThrow(
      expect.objectContaining({ code: "VALUE_INVALID" }),
    );
  });

  test("leaves such entries out, or tells of them", async () => {
    using skipping = await openMap({ file, map: "conns" }, { value, onInvalid: "skip" });
    expect(await skipping.toArray()).toEqual(connections.slice(0, 2));
    const told: InvalidEntry[] = [];
    using telling = await openMap(
      { file, map: "conns" },
      { value, onInvalid: "report", onInvalidEntry: (one) => told.push(one) },
    );
    expect(await telling.toArray()).toEqual(connections.slice(0, 2));
    expect(told).toMatchObject([{ side: "value", key: connection(2).key, issues: [{ path: "value.packets" }] }]);
  });

  test("may change the values", async () => {
    using reader = await openMap(
      { file, map: "conns" },
      { value: z.object({ comm: z.string() }).transform(({ comm }) => comm.length) },
    );
    expectTypeOf(reader.values()).toExtend<AsyncIterable<number>>();
    expect((await reader.toArray()).map((entry) => entry.value)).toEqual([4, 4, 4]);
  });

  test("may be of any library, or of none", async () => {
    const even: StandardSchemaV1<unknown, ConnVal> = {
      "~standard": {
        version: 1,
        vendor: "nobody",
        validate: (given) =>
          (given as ConnVal).packets % 2n === 0n
            ? { value: given as ConnVal }
            : { issues: [{ message: "it is odd", path: [{ key: "packets" }, 0] }, { message: "and small" }] },
      },
    };
    using reader = await openMap({ file, map: "conns" }, { key, value: even });
    expectTypeOf(reader).toEqualTypeOf<Reader<{ addr: number; port: number }, ConnVal>>();
    const details = expect.objectContaining({
      path: "value.packets[0]",
      issues: ["value.packets[0]: it is odd", "value: and small"],
    });
    const invalid = expect.objectContaining({ code: "VALUE_INVALID", details });
    await expect(reader.toArray()).rejects.toThrow(invalid);
    await expect(reader.get({ addr: 1, port: 1001 })).rejects.toThrow(invalid);
    expect(await reader.get({ addr: 2, port: 1002 })).toEqual(connection(2).value);
  });

  test("catches what a program takes entries for and they aren't, keys too", async () => {
    using values = await openMap({ file, map: "conns" }, { value: z.object({ pockets: z.bigint() }) });
    await expect(values.toArray()).rejects.toThrow(expect.objectContaining({ code: "VALUE_INVALID" }));
    using keys = await openMap({ file, map: "conns" }, { key: z.object({ addr: z.string(), port: z.number() }) });
    const details = expect.objectContaining({ side: "key", path: "key.addr" });
    await expect(keys.toArray()).rejects.toThrow(expect.objectContaining({ code: "VALUE_INVALID", details }));
  });

  test("must be synchronous", async () => {
    using reader = await openMap(
      { file, map: "conns" },
      { value: z.any().refine(async () => true) as z.ZodType<unknown> },
    );
    await expect(reader.toArray()).rejects.toThrow(/synchronous|async/i);
  });
});

describe("the schema of a map", () => {
  test("as C, as a tree and as a schema file", async () => {
    using reader = await openMap({ file, map: "conns" });
    expect(reader.schema.isTyped).toBe(true);
    expect(reader.schema.c).toContain("struct conn_val {\n\tu64 packets;");
    expect(reader.schema.tree).toContain("28        4    (padding)");
    expect(reader.schema.compare(reader.schema.json, "6.1.0")).toEqual([]);
    expect(reader.schema.fingerprint).toMatch(/^[\da-f]{16}$/);
  });

  test("of a map without types", async () => {
    using reader = await openMap({ file, map: "other" });
    const { isTyped, c, tree, json, fingerprint } = reader.schema;
    expect([isTyped, c, tree, json, fingerprint]).toEqual([false, "", "", "", ""]);
  });

  test("is compared with a file before the first read", async () => {
    using reader = await openMap({ file, map: "conns" });
    const path = join(scratch.folder, "schema.json");
    writeFileSync(path, reader.schema.json);
    (await openMap({ file, map: "conns" }, { schemaFile: path })).close();
    writeFileSync(path, reader.schema.json.replace('"packets"', '"pockets"'));
    const findings = ["value.pockets: declared u64 at 0, map has packets: u64 at 0 (struct conn_val)"];
    const mismatch = expect.objectContaining({ code: "SCHEMA_MISMATCH", details: { findings } });
    await expect(openMap({ file, map: "conns" }, { schemaFile: path })).rejects.toThrow(mismatch);
    writeFileSync(path, reader.schema.json.replace('"size"', '"sise"'));
    const invalid = expect.objectContaining({ code: "SCHEMA_INVALID" });
    await expect(openMap({ file, map: "conns" }, { schemaFile: path })).rejects.toThrow(invalid);
  });
});

describe("the values of several CPUs", () => {
  async function openCounters(perCpu: PerCpu): Promise<Reader<number, unknown>> {
    const btf = new BtfBuilder();
    const u32 = btf.int("u32", 4);
    const value = btf.struct("counters", 24, [
      { name: "n", type: u32, bitOffset: 0 },
      { name: "on", type: btf.int("bool", 1, { encoding: 4 }), bitOffset: 32 },
      { name: "big", type: btf.int("u64", 8), bitOffset: 64 },
      { name: "text", type: btf.array(btf.signed("char", 1), 8), bitOffset: 128 },
    ]);
    const types = { state: "known", types: parseBtf(btf.build()), keyTypeId: u32, valueTypeId: value } as const;
    const values = Buffer.from(
      ["ffffffff 01000000 ffffffffffffffff 6100000000000000", "01000000 00000000 0100000000000000 6100000000000000"]
        .join("")
        .replaceAll(" ", ""),
      "hex",
    );
    const info = { type: 5, keySize: 4, valueSize: 24, btfId: 5 };
    const map = sampleMap({ info, cpus: 2, entries: [[Uint8Array.of(7, 0, 0, 0), new Uint8Array(values)]], types });
    await saveSnapshot(file, [map], { ...ORIGIN, force: true });
    return openMap<number, unknown>({ file }, { perCpu });
  }

  test.each<[PerCpu, unknown]>([
    [
      "each",
      [
        { n: 0xffff_ffff, on: true, big: 2n ** 64n - 1n, text: "a" },
        { n: 1, on: false, big: 1n, text: "a" },
      ],
    ],
    ["sum", { n: 2n ** 32n, on: [true, false], big: 2n ** 64n, text: "a" }],
    ["min", { n: 1, on: [true, false], big: 1n, text: "a" }],
    ["max", { n: 0xffff_ffff, on: [true, false], big: 2n ** 64n - 1n, text: "a" }],
    ["avg", { n: 2 ** 31, on: [true, false], big: 2 ** 63, text: "a" }],
  ])("%s", async (perCpu, value) => {
    using reader = await openCounters(perCpu);
    expect(reader.cpus).toEqual([0, 1]);
    expect(await reader.toArray()).toEqual([{ key: 7, value }]);
    expect(await reader.get(7)).toEqual(value);
  });

  test("can't be added up where nothing is known of them", async () => {
    const map = { info: { type: 5 }, cpus: 2, entries: [] };
    await saveSnapshot(file, [sampleMap(map)], { ...ORIGIN, force: true });
    await expect(openMap({ file }, { perCpu: "sum" })).rejects.toThrow(expect.objectContaining({ code: "USAGE" }));
  });
});
