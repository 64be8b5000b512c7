import { once } from "node:events";
import { join } from "node:path";
import { setImmediate } from "node:timers/promises";
import { beforeEach, describe, expect, test } from "vitest";
import { z } from "zod";
import { parseBtf } from "../../../../src/btf/parse.ts";
import { DEFAULT_DECODE_OPTIONS } from "../../../../src/codec/access/value-decoder.ts";
import { openMap, type StreamFormat } from "../../../../src/index.ts";
import { byteStream } from "../../../../src/sdk/reader/byte-stream.ts";
import { entryCodec, layoutCodecs } from "../../../../src/sdk/reader/entry-codec.ts";
import { Holdings, Read } from "../../../../src/sdk/reader/read.ts";
import { Rows } from "../../../../src/sdk/reader/rows.ts";
import { writeMap } from "../../../../src/sdk/reader/write-map.ts";
import { saveSnapshot } from "../../../../src/snapshot/write/save.ts";
import { openDescriptors, trackDescriptors } from "../../../../src/sys/fd.ts";
import { type ConnVal, connectionBtf, connectionBytes } from "../../../helpers/connections.ts";
import { useScratch } from "../../../helpers/use-scratch.ts";
import { runMain } from "../../cli/run-main.ts";
import { ORIGIN, type SampleMap, sampleMap } from "../../snapshot/sample-maps.ts";

const scratch = useScratch();
let file = "";

function connections(count: number): SampleMap {
  const { bytes, key, value } = connectionBtf();
  const types = { state: "known", types: parseBtf(bytes), keyTypeId: key, valueTypeId: value } as const;
  const entries = Array.from({ length: count }, (_, i) => [connectionBytes(i).key, connectionBytes(i).value] as const);
  return { info: { keySize: 8, valueSize: 32, btfId: 5 }, entries, types };
}

beforeEach(async () => {
  trackDescriptors();
  file = join(scratch.folder, "conns.ndjson");
  await saveSnapshot(file, [sampleMap(connections(5))], { ...ORIGIN, force: true });
});

const FORMATS: readonly (readonly [StreamFormat, readonly string[]])[] = [
  ["ndjson", ["-o", "ndjson"]],
  ["json", ["-o", "json"]],
  ["csv", ["-o", "csv"]],
  ["yaml", ["-o", "yaml"]],
  ["table", ["-o", "table"]],
  ["bpftool", []],
  ["bpftool-json", ["-j"]],
  ["bpftool-pretty", ["-p"]],
];

test.each(FORMATS)("%s is what the command prints", async (format, options) => {
  const printed = await runMain(["dump", "file", file, ...options]);
  expect(printed.status).toBe(0);
  using reader = await openMap({ file });
  const chunks: Buffer[] = await reader.toReadable({ format }).toArray();
  expect(Buffer.concat(chunks).toString()).toBe(printed.stdout);
});

test("decode options hold for text, too", async () => {
  using reader = await openMap({ file }, { int64: "string", enums: "number" });
  const [first] = (await reader.toReadable({ format: "ndjson" }).setEncoding("utf8").toArray()).join("").split("\n");
  expect(first).toBe('{"key":{"addr":0,"port":1000},"value":{"packets":"0","state":0,"comm":"app0"}}');
});

test("a format that doesn't fit the map destroys the stream", async () => {
  using reader = await openMap({ file });
  const stream = reader.toReadable({ format: "hist" });
  await expect(stream.toArray()).rejects.toThrow(expect.objectContaining({ code: "QUERY_INVALID" }));
});

describe("what a schema refuses", () => {
  const value = z.custom<ConnVal>((one) => (one as ConnVal).packets !== 2n, "two");

  test("is left out", async () => {
    using reader = await openMap({ file }, { value, onInvalid: "skip" });
    const text = (await reader.toReadable({ format: "ndjson" }).setEncoding("utf8").toArray()).join("");
    expect(text.match(/app\d/g)).toEqual(["app0", "app1", "app3", "app4"]);
  });

  test("ends the stream", async () => {
    using reader = await openMap({ file }, { value });
    const stream = reader.toReadable({ format: "ndjson" });
    await expect(stream.toArray()).rejects.toThrow(expect.objectContaining({ code: "VALUE_INVALID" }));
  });
});

test("time-outs and signals destroy the stream, with the report so far", async () => {
  using reader = await openMap({ file });
  const timeout = expect.objectContaining({ code: "TIMEOUT", details: expect.objectContaining({ complete: false }) });
  await expect(reader.toReadable({ format: "csv", timeout: -1 }).toArray()).rejects.toThrow(timeout);
  const signal = AbortSignal.abort(new Error("enough"));
  const aborted = expect.objectContaining({ code: "ABORTED", cause: new Error("enough") });
  await expect(reader.toReadable({ format: "csv", signal }).toArray()).rejects.toThrow(aborted);
});

test("destroying the stream before, during and after closes the file", async () => {
  const before = openDescriptors().length;
  using reader = await openMap({ file });
  const open = openDescriptors().length;
  for (const steps of [0, 1, 9]) {
    const stream = reader.toReadable({ format: "ndjson" });
    const chunks = stream[Symbol.asyncIterator]();
    for (let i = 0; i < steps; i++) await chunks.next();
    stream.destroy();
    if (!stream.closed) await once(stream, "close");
    expect(openDescriptors()).toHaveLength(open);
  }
  reader.close();
  expect(openDescriptors()).toHaveLength(before);
});

describe("a consumer that takes its time", () => {
  const BATCHES = 100;
  const COUNT = 40_000;
  let batches = 0;
  const open = () => {
    batches = 0;
    const sample = { ...connections(COUNT), batch: COUNT / BATCHES, beforeBatch: () => (batches += 1) };
    const map = sampleMap(sample);
    const read = new Read(new Holdings(map), {});
    const codec = entryCodec(layoutCodecs(undefined, map.shape, DEFAULT_DECODE_OPTIONS), map.shape);
    const checks = { key: undefined, value: undefined, onInvalid: "throw", report: () => undefined } as const;
    const rows = new Rows(map, codec, checks);
    const queried = { map, rows, decode: DEFAULT_DECODE_OPTIONS, perCpu: "each" } as const;
    const options = { queried, asked: {}, note: () => undefined };
    return byteStream(
      map,
      read,
      (batch) => batch,
      (source, out) => writeMap(source, "ndjson", out, options),
    );
  };

  test("isn't read ahead of, and gets all", async () => {
    const stream = open();
    await once(stream, "readable");
    for (let turn = 0; turn < 50; turn++) await setImmediate();
    const ahead = batches;
    expect(ahead).toBeLessThan(BATCHES / 4);
    stream.read();
    for (let turn = 0; turn < 50; turn++) await setImmediate();
    expect(batches).toBeGreaterThan(ahead);
    expect(batches).toBeLessThan(BATCHES / 2);
    const rest: Buffer[] = await stream.toArray();
    expect(
      Buffer.concat(rest)
        .toString()
        .trimEnd()
        .endsWith(`"comm":"app${COUNT - 1}"}}`),
    ).toBe(true);
  });

  test("may go away", async () => {
    const stream = open();
    await once(stream, "readable");
    stream.destroy();
    await once(stream, "close");
    const read = batches;
    for (let turn = 0; turn < 50; turn++) await setImmediate();
    expect(batches).toBe(read);
  });
});
