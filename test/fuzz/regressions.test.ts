import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { describe, expect, test } from "vitest";
import { parseBtf } from "../../src/btf/parse.ts";
import { wholeField } from "../../src/codec/access/field.ts";
import { compileValueDecoder } from "../../src/codec/access/value-decoder.ts";
import { NEWEST_DIALECT } from "../../src/codec/bpftool/dialect.ts";
import { compileEntryEncoder } from "../../src/codec/bpftool/entry-encoder.ts";
import { compileJsonRow } from "../../src/codec/json/json-row.ts";
import { OutputBuffer } from "../../src/codec/text/output-buffer.ts";
import { EbpfMapError } from "../../src/errors.ts";
import { YamlRows } from "../../src/output/rows/yaml.ts";
import { compileQuery } from "../../src/query/query.ts";
import { OneBatch } from "../../src/reader/one-batch.ts";
import { layoutFromBtf } from "../../src/schema/from-btf.ts";
import type { Layout } from "../../src/schema/layout.ts";
import { namedFields } from "../../src/schema/named-fields.ts";
import { openSnapshotFile } from "../../src/snapshot/read/load.ts";
import { EventBatch } from "../../src/stream/event-batch.ts";
import { openPerfSource } from "../../src/stream/perf/perf-source.ts";
import { RingReader } from "../../src/stream/ring/ring-reader.ts";
import { BtfBuilder } from "../helpers/btf-builder.ts";
import { FakeStreamKernel } from "../helpers/fake-stream-kernel.ts";
import { sampleRecord } from "../helpers/perf-bytes.ts";
import { QueryKernel } from "../helpers/query-kernel.ts";
import { FakeRing } from "../helpers/ring-bytes.ts";
import { runOurs } from "../helpers/run-ours.ts";
import { useScratch } from "../helpers/use-scratch.ts";
import { NDJSON } from "../unit/query/run-query.ts";

const scratch = useScratch();

function layoutOf(make: (btf: BtfBuilder) => number): Layout {
  const btf = new BtfBuilder();
  const id = make(btf);
  return layoutFromBtf(parseBtf(btf.build()), id);
}

/** A value as a line of JSON. */
function printedRow(value: Layout, bytes: Uint8Array): string {
  const chunks: string[] = [];
  const out = new OutputBuffer((part) => void chunks.push(Buffer.from(part).toString()));
  const shape = { keySize: 0, valueSize: value.size, cpus: 0, valueStride: value.size };
  const columns = [{ name: "value", source: { kind: "field", field: wholeField("value", value) } }] as const;
  const format = {
    columns,
    shape,
    options: { int64: "digits", enums: "name" },
    render: () => undefined,
    tail: "}",
  } as const;
  const none = new Uint8Array(0);
  compileJsonRow(format, out).print({ keys: none, values: bytes }, { key: 0, value: 0, cpu: 0, index: 0 });
  out.flush();
  return chunks.join("");
}

/** A value as YAML; that of the only CPU of one, aggregated. */
async function printedRows(value: Layout, bytes: Uint8Array, perCpu?: "sum" | "min"): Promise<string> {
  const chunks: string[] = [];
  const out = new OutputBuffer((part) => void chunks.push(Buffer.from(part).toString()));
  const shape = { keySize: 0, valueSize: value.size, cpus: perCpu ? 1 : 0, valueStride: bytes.length };
  const query = compileQuery(perCpu ? { perCpu } : {}, {
    entryTypes: { key: undefined, value, untyped: undefined },
    shape,
  });
  const writer = new YamlRows(query, out, NDJSON);
  const batch = { count: 1, keys: new Uint8Array(0), values: bytes, errnos: undefined };
  writer.begin();
  for await (const run of query.run(new OneBatch(batch))) writer.write(run);
  writer.end();
  out.flush();
  return chunks.join("");
}

/** Each level holds the one below it twice, in the same bytes. */
function doubled(btf: BtfBuilder, levels: number, name: string): number {
  let type = btf.int("unsigned char", 1);
  for (let level = 0; level < levels; level++) {
    const members = ["a", "b"].map((letter) => ({ name: name && `${name}${letter}`, type, bitOffset: 0 }));
    type = btf.union("", 1, level === 0 ? members.map((member, i) => ({ ...member, name: `u${i}` })) : members);
  }
  return type;
}

/** An array of arrays of nothing: no bytes, but more elements than memory has. */
function nothings(btf: BtfBuilder): number {
  return btf.array(btf.array(btf.struct("nothing", 0, []), 65536), 65536);
}

const ENDLESS: readonly [name: string, make: (btf: BtfBuilder) => number][] = [
  ["2^32 - 1 empty structs", (btf) => btf.array(btf.struct("nothing", 0, []), 0xffffffff)],
  ["arrays of arrays of empty structs", nothings],
  ["unions in unions that double with each level", (btf) => doubled(btf, 31, "m")],
  ["anonymous unions in anonymous unions", (btf) => doubled(btf, 31, "")],
];

describe.each(ENDLESS)("%s", (_, make) => {
  const refused = expect.objectContaining({ code: "LAYOUT_INVALID" });

  test("are an error when they are decoded", () => {
    expect(() => compileValueDecoder(layoutOf(make))).toThrow(refused);
  });

  test("are an error when they are printed", () => {
    const format = {
      style: "json",
      dialect: NEWEST_DIALECT,
      shape: { keySize: 4, valueSize: 1, cpus: 0, valueStride: 1 },
      layouts: { key: undefined, value: layoutOf(make) },
      mapOfMaps: false,
      depth: 1,
    } as const;
    const out = new OutputBuffer(() => undefined);
    expect(() => compileEntryEncoder(format, out, () => undefined)).toThrow(refused);
  });
});

test("the names of anonymous unions in anonymous unions are not counted one by one", () => {
  const layout = layoutOf((btf) => doubled(btf, 31, ""));
  if (layout.kind !== "union") throw new TypeError("a union was built");
  expect(() => namedFields(layout)).toThrow(expect.objectContaining({ code: "LAYOUT_INVALID" }));
});

test("an anonymous bit-field whose type is a struct is read as its bits, not as the struct", () => {
  const layout = layoutOf((btf) => {
    const byte = btf.int("unsigned char", 1);
    const inner = btf.struct("", 40, [{ name: "far", type: byte, bitOffset: 39 * 8 }]);
    return btf.struct("s", 1, [{ name: "", type: inner, bitOffset: 3, bitfieldSize: 2 }]);
  });
  const bytes = Uint8Array.of(0b11000);
  expect(compileValueDecoder(layout)(bytes, new DataView(bytes.buffer), 0)).toEqual({ _0: 3 });
});

test("a bit-field whose type is an array shows its bits, and nothing behind the value", async () => {
  const layout = layoutOf((btf) => {
    const array = btf.array(btf.int("unsigned char", 1), 1061026501);
    return btf.union("u", 1, [{ name: "bits", type: array, bitOffset: 2, bitfieldSize: 3 }]);
  });
  expect(printedRow(layout, Uint8Array.of(0b10100))).toBe('{"value":{"bits":5}}');
});

test.each(["1e0000000000000000001", "0.12345678901234567890", "-1.5E00000000000000000"])(
  "digits that are a part of the number %s are not taken for an integer of their own",
  async (number) => {
    const run = await runOurs(["lookup", "id", "7", "--key", number], new QueryKernel());
    expect(run.stderr).toMatch(/^Error: --key: /);
  },
);

test("members of one name have one each in YAML", async () => {
  const layout = layoutOf((btf) => {
    const type = btf.int("unsigned char", 1);
    return btf.struct("s", 2, [
      { name: "m", type, bitOffset: 0 },
      { name: "m", type, bitOffset: 8 },
    ]);
  });
  expect(await printedRows(layout, Uint8Array.of(1, 2))).toBe("- value:\n    m: 1\n    m_1: 2\n");
});

test("integers of nine bytes are aggregated over CPUs like others", async () => {
  const layout = layoutOf((btf) => btf.int("odd", 9, { bits: 72 }));
  expect(await printedRows(layout, Uint8Array.of(1, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0), "min")).toBe(
    "- value: 18446744073709551617\n",
  );
});

test("arrays of nothing are no work for an aggregation, but an error", async () => {
  const layout = layoutOf((btf) => btf.struct("s", 8, [{ name: "none", type: nothings(btf), bitOffset: 0 }]));
  await expect(printedRows(layout, new Uint8Array(16), "sum")).rejects.toMatchObject({ code: "QUERY_INVALID" });
});

test.each([0, 3, 6, 26, 65536])("an enum of %i bytes is an error", (size) => {
  for (const make of ["enum", "enum64"] as const) {
    const values = [["A", make === "enum" ? 1 : 1n]] as never;
    expect(() => layoutOf((btf) => btf[make]("e", values, { size }))).toThrow(
      expect.objectContaining({ code: "LAYOUT_INVALID" }),
    );
  }
});

const NAMES = [
  "__proto__",
  "constructor",
  "`$" + "{process.exit()}`",
  "*/ throw 1 /*",
  "'\"\\",
  "a\nb\u2028",
  "\u001b]0;x\u0007",
  "\udcff",
];

test.each(NAMES.map((name) => [name.slice(0, 20), name] as const))("a member called %j is data", (_, name) => {
  const layout = layoutOf((btf) => {
    const type = btf.int("unsigned char", 1);
    return btf.struct(name, 2, [
      { name, type, bitOffset: 0 },
      { name: "next", type, bitOffset: 8 },
    ]);
  });
  const bytes = Uint8Array.of(1, 2);
  const value = compileValueDecoder(layout)(bytes, new DataView(bytes.buffer), 0) as Record<string, unknown>;
  expect(Object.keys(value)).toEqual([name, "next"]);
  expect(Object.getOwnPropertyDescriptor(value, name)?.value).toBe(1);
  expect(Object.getPrototypeOf(value)).toBe(Object.prototype);
});

test("a name of 64 KiB is no name", () => {
  const make = (btf: BtfBuilder): number => btf.struct("x".repeat(65536), 0, []);
  expect(() => layoutOf(make)).toThrow(expect.objectContaining({ code: "BTF_INVALID" }));
});

test("types that nest 10,000 deep, or in a circle, are an error", () => {
  const deep = (btf: BtfBuilder): number => {
    let type = btf.int("unsigned char", 1);
    for (let i = 0; i < 10_000; i++) type = btf.struct("s", 1, [{ name: "m", type, bitOffset: 0 }]);
    return type;
  };
  const circle = (btf: BtfBuilder): number => btf.struct("s", 1, [{ name: "m", type: btf.nextId, bitOffset: 0 }]);
  const modifiers = (btf: BtfBuilder): number => btf.const(btf.nextId);
  for (const make of [deep, circle, modifiers]) expect(() => layoutOf(make)).toThrow(EbpfMapError);
});

describe("a compressed snapshot that becomes gigabytes", () => {
  // gzip members one behind the other are one file: a few of these megabytes of nothing are as good as many.
  const bomb = (start: string): Buffer => {
    const filling = gzipSync(Buffer.alloc(64 << 20, 0x20), { level: 9 });
    return Buffer.concat([gzipSync(Buffer.from(start)), ...Array.from({ length: 16 }, () => filling)]);
  };

  test.each([
    ["blanks only", ""],
    ["one header without end", '{"format":"ebpf-map-snapshot","version":1,"tool":"'],
  ])("%s: refused within the memory of one line", async (_, start) => {
    const path = join(scratch.folder, "bomb.gz");
    writeFileSync(path, bomb(start));
    const before = process.memoryUsage().rss;
    await expect(openSnapshotFile(path)).rejects.toMatchObject({ code: "SNAPSHOT_INVALID" });
    expect(process.memoryUsage().rss - before).toBeLessThan(256 << 20);
  });
});

test("names and paths in messages can't command a terminal", async () => {
  const nasty = "/nowhere/\u001b]0;owned\u0007\u009b31m\u202e\nError: forged";
  for (const words of [["dump", "file", nasty], ["dump", "pinned", nasty], [nasty], ["list", `--${nasty}`]]) {
    const { stderr } = await runOurs(words);
    const lines = Buffer.from(stderr, "latin1").toString("utf8").split("\n");
    for (const line of lines) expect(line).not.toMatch(/[\p{Cc}\p{Cf}]/u);
  }
});

describe("a ring buffer whose positions can't be", () => {
  const numbers = (ring: FakeRing, reader: RingReader): number[] => {
    const batch = new EventBatch(64);
    const seen: number[] = [];
    for (let reads = 0; reads <= ring.size && reader.read(batch) > 0; reads++) {
      for (let i = 0; i < batch.count; i++) seen.push(batch.bytes[batch.at[i] ?? 0] ?? -1);
    }
    return seen;
  };

  test("a producer between records: no event comes twice", () => {
    const ring = new FakeRing(256);
    for (const byte of [1, 2, 3]) ring.write(Uint8Array.of(byte));
    const reader = new RingReader(ring.memory, { consume: false, from: "oldest" });
    ring.producer += 3n;
    expect(numbers(ring, reader)).toEqual([1, 2, 3]);
    expect(reader.stats).toMatchObject({ received: 3, overrun: 0, malformed: 0 });
  });

  test("a producer that goes back: it is no overrun of 2^64 bytes", () => {
    const ring = new FakeRing(256, { start: 4096n });
    const reader = new RingReader(ring.memory, { consume: false, from: "now" });
    ring.producer = 1024n;
    ring.consumer = 1024n;
    ring.write(Uint8Array.of(7));
    expect(numbers(ring, reader)).toEqual([]);
    expect(reader.stats).toMatchObject({ overrun: 0, overrunBytes: 0, malformed: 1 });
  });
});

test("a perf record that is longer than all that is there doesn't hold up its ring for ever", () => {
  const kernel = new FakeStreamKernel([0]);
  const options = { slots: "online", pages: 1, ordered: false, pollMs: 20 } as const;
  using source = openPerfSource(kernel, { id: 5 }, { id: 5, type: 4, maxEntries: 1, mapFlags: 0 }, options);
  const long = sampleRecord(1n, "long");
  long.set([0xf8, 0xff], 6);
  kernel.write(0, long);
  const batch = new EventBatch(64);
  expect(source.read(batch)).toBe(0);
  source.release();
  kernel.write(0, sampleRecord(2n, "next"));
  expect(source.read(batch)).toBe(1);
  expect(source.stats).toMatchObject({ received: 1, malformed: 1 });
});
