import { appendFileSync, copyFileSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { gunzipSync, gzipSync } from "node:zlib";
import { describe, expect, test } from "vitest";
import { openSnapshotFile } from "../../../src/snapshot/read/load.ts";
import { saveSnapshot } from "../../../src/snapshot/write/save.ts";
import { Random } from "../../helpers/random.ts";
import { useScratch } from "../../helpers/use-scratch.ts";
import {
  digest,
  type Entry,
  NO_REPORT,
  numbered,
  ORIGIN,
  readEntries,
  readSnapshot,
  type SampleMap,
  sampleMap,
  typeSource,
} from "./sample-maps.ts";

const scratch = useScratch();
const random = new Random(7);
const bytes = (length: number): Uint8Array => random.bytes(length);
const sized = (keySize: number, valueSize: number) => ({ info: { keySize, valueSize } });

function entriesOf(count: number, keySize: number, valueBytes: number): Entry[] {
  return Array.from({ length: count }, (): Entry => [bytes(keySize), bytes(valueBytes)]);
}

interface Row extends SampleMap {
  readonly what: string;
}

const rows: readonly Row[] = [
  { what: "no entries" },
  { what: "one entry", entries: numbered(1) },
  { what: "as many entries as a batch has", entries: numbered(4096), batch: 4096 },
  { what: "more than a batch, odd batches", entries: numbered(10_001), batch: 333 },
  { what: "keys and values of one byte", ...sized(1, 1), entries: entriesOf(256, 1, 1) },
  { what: "sizes that are no powers of two", ...sized(3, 5), entries: entriesOf(50, 3, 5) },
  { what: "values of 4 KiB", ...sized(4, 4096), entries: entriesOf(300, 4, 4096), batch: 64 },
  { what: "an entry larger than the writer's buffer", ...sized(4, 200_000), entries: entriesOf(3, 4, 200_000) },
  { what: "an entry larger than a batch", ...sized(4, 1_500_001), entries: entriesOf(3, 4, 1_500_001) },
  { what: "an entry whose line is never in memory whole", ...sized(4, 9_000_001), entries: entriesOf(3, 4, 9_000_001) },
  { what: "large keys", ...sized(4096, 4), entries: entriesOf(20, 4096, 4) },
  { what: "per-CPU values", info: { type: 5, valueSize: 12 }, cpus: 3, entries: entriesOf(7, 4, 48) },
  {
    what: "per-CPU values of many CPUs",
    info: { type: 6, valueSize: 8 },
    cpus: 4096,
    entries: entriesOf(70, 4, 32768),
  },
  {
    what: "entries that couldn't be read, among others",
    entries: numbered(9).map(([key, value], i): Entry => [key, i % 3 === 1 ? i : value]),
  },
  { what: "nothing but errnos", entries: numbered(5000).map(([key]): Entry => [key, 524]), batch: 512 },
  {
    what: "errnos of large values",
    ...sized(4, 9_000_001),
    entries: [
      [bytes(4), 2],
      [bytes(4), bytes(9_000_001)],
      [bytes(4), 4095],
    ],
  },
  {
    what: "a map without keys",
    ...sized(0, 6),
    entries: [
      [bytes(0), bytes(6)],
      [bytes(0), 2],
      [bytes(0), bytes(6)],
    ],
  },
  {
    what: "a map without keys and values",
    info: { type: 27, keySize: 0, valueSize: 0 },
    report: { errno: 524, complete: false },
  },
  { what: "a read that failed at once", info: { type: 22, keySize: 0 }, report: { errno: 22, complete: false } },
  { what: "a read that failed on the way", entries: numbered(5), report: { errno: 1, complete: false, retries: 3 } },
  {
    what: "a read under churn",
    entries: numbered(5),
    report: { mode: "walk", restarts: 2, duplicates: 7, skipped: 1 },
  },
  {
    what: "all fields at their edges",
    info: {
      type: 0xffff_ffff,
      id: 0xffff_ffff,
      maxEntries: 0xffff_ffff,
      mapFlags: 0xffff_ffff,
      ifindex: 0xffff_ffff,
      btfVmlinuxValueTypeId: 0xffff_ffff,
      netnsDev: 2n ** 64n - 1n,
      netnsIno: 2n ** 53n + 1n,
      btfId: 1,
      btfKeyTypeId: 2,
      btfValueTypeId: 0xffff_ffff,
      mapExtra: 2n ** 64n - 1n,
    },
    fdinfo: { memlock: "18446744073709551615", frozen: "0", ownerProgType: "6", ownerJited: "1" },
  },
  ...["", "ümlaut", "\udcff\udc80raw", 'quote"\\\n\u0000', '{"format":"ebpf-map-snapshot"'].map((name) => ({
    what: `the name ${JSON.stringify(name)}`,
    info: { name },
    fdinfo: { memlock: name },
    entries: numbered(1),
  })),
];

describe.each(["map.ndjson", "map.ndjson.gz"])("%s", (name) => {
  test.each(rows)("$what", async ({ what: _, ...sample }) => {
    const path = join(scratch.folder, name);
    const map = sampleMap(sample);
    const saved = await saveSnapshot(path, [map], ORIGIN);
    const entries = sample.entries ?? [];
    expect(saved.entries).toBe(entries.length);
    expect(saved.bytes).toBe(readFileSync(path).length);
    expect(saved.reports).toEqual([{ ...NO_REPORT, entries: entries.length, ...sample.report }]);

    const [loaded, ...others] = await openSnapshotFile(path);
    if (loaded === undefined) throw new Error("no map came back");
    scratch.own(loaded);
    expect(others).toEqual([]);
    expect(loaded.info).toEqual(map.info);
    expect(loaded.fdinfo).toEqual(map.fdinfo);
    expect(loaded.shape).toEqual(map.shape);
    expect(loaded.types()).toEqual({ state: "none" });

    using source = loaded.entries();
    expect(digest(await readEntries(source, loaded.shape))).toEqual(digest(entries));
    const read = entries.filter(([, value]) => typeof value !== "number").length;
    expect(source.report).toEqual({
      ...NO_REPORT,
      ...sample.report,
      mode: "snapshot",
      entries: entries.length,
      bytes: entries.length * map.shape.keySize + read * map.shape.valueStride,
    });
    expect(await source.next()).toBeUndefined();
  });
});

test("the origin and the types come back", async () => {
  const path = join(scratch.folder, "map.ndjson");
  const int = { kind: "int", name: "int", size: 4, encoding: 1, offset: 0, bits: 32 } as const;
  const types = typeSource({ 5: int, 6: { kind: "ptr", type: 7 }, 7: int, 8: int }, [1, 2, 19]);
  await saveSnapshot(path, [sampleMap({ types: { state: "known", types, keyTypeId: 5, valueTypeId: 6 } })], ORIGIN);

  const loaded = scratch.own((await openSnapshotFile(path))[0] ?? sampleMap());
  expect(loaded).toMatchObject({
    label: `snapshot ${path} (map conns)`,
    header: {
      tool: "ebpf-map 0.1.0",
      kernel: "6.18.0",
      arch: "x64",
      littleEndian: true,
      time: "2026-01-31T12:00:00.123Z",
      bootTimeOffsetNs: 1_769_860_800_000_000_123n,
      possibleCpus: 0,
    },
  });
  const known = loaded.types();
  if (known.state !== "known") throw new Error(`the types are ${known.state}`);
  expect(known).toMatchObject({ keyTypeId: 5, valueTypeId: 6, types: { littleEndian: true, kinds: [1, 2, 19] } });
  expect([5, 6, 7].map((id) => known.types.type(id))).toEqual([int, { kind: "ptr", type: 7 }, int]);
  expect(() => known.types.type(8)).toThrow(expect.objectContaining({ code: "BTF_INVALID" }));
});

describe("several maps", () => {
  const first: SampleMap = { info: { id: 1, name: "same" }, entries: numbered(3) };
  const second: SampleMap = {
    info: { id: 2, name: "same", valueSize: 20 },
    entries: numbered(5000, 4, 20),
    batch: 1000,
  };
  const third: SampleMap = { info: { id: 3, name: "same" } };
  const contents = [first, second, third].map((sample) => ({
    info: sampleMap(sample).info,
    entries: digest(sample.entries ?? []),
  }));

  test.each(["maps.ndjson", "maps.ndjson.gz"])("in one %s, read in any order and at once", async (name) => {
    const path = join(scratch.folder, name);
    await saveSnapshot(path, [first, second, third].map(sampleMap), ORIGIN);
    expect(await readSnapshot(path)).toMatchObject(contents);

    const maps = (await openSnapshotFile(path)).map((map) => scratch.own(map));
    const reads = maps.reverse().map((map) => readEntries(scratch.own(map.entries()), map.shape));
    const counts = (await Promise.all(reads)).map((entries) => entries.length);
    expect(counts).toEqual([0, 5000, 3]);
  });

  test.each([".ndjson", ".ndjson.gz"])("concatenated %s files", async (ending) => {
    const paths = [first, second, third].map((_, i) => join(scratch.folder, `${i}${ending}`));
    for (const [i, sample] of [first, second, third].entries()) {
      await saveSnapshot(paths[i] ?? "", [sampleMap(sample)], ORIGIN);
    }
    const all = join(scratch.folder, "all");
    copyFileSync(paths[0] ?? "", all);
    for (const path of paths.slice(1)) appendFileSync(all, readFileSync(path));
    expect(await readSnapshot(all)).toMatchObject(contents);
  });

  test("gzip is known by its first bytes, not by the name", async () => {
    const plain = join(scratch.folder, "a.ndjson");
    const compressed = join(scratch.folder, "b.ndjson.gz");
    await saveSnapshot(plain, [sampleMap(first)], ORIGIN);
    await saveSnapshot(compressed, [sampleMap(first)], ORIGIN);
    expect(gunzipSync(readFileSync(compressed))).toEqual(readFileSync(plain));
    appendFileSync(join(scratch.folder, "c.ndjson"), gzipSync(readFileSync(plain)));
    expect(await readSnapshot(join(scratch.folder, "c.ndjson"))).toMatchObject([
      { entries: digest(first.entries ?? []) },
    ]);
  });
});

test("the text is as the format says", async () => {
  const path = join(scratch.folder, "map.ndjson");
  const entries: Entry[] = [
    [Uint8Array.of(1, 0, 0, 0), Uint8Array.of(0xff, 0, 0x10)],
    [Uint8Array.of(2, 0, 0, 0), 2],
  ];
  const map = sampleMap({ info: { valueSize: 3 }, fdinfo: { memlock: "4096" }, entries });
  await saveSnapshot(path, [map], ORIGIN);
  const [header, ...rest] = readFileSync(path, "utf8").split("\n");
  expect(header).toBe(
    '{"format":"ebpf-map-snapshot","version":1,"tool":"ebpf-map 0.1.0","kernel":"6.18.0","arch":"x64",' +
      '"byteOrder":"little","time":"2026-01-31T12:00:00.123Z","bootTimeOffsetNs":"1769860800000000123",' +
      '"possibleCpus":0,"map":{"type":1,"id":7,"keySize":4,"valueSize":3,"maxEntries":100,"mapFlags":1,"name":"conns",' +
      '"ifindex":0,"btfVmlinuxValueTypeId":0,"netnsDev":"0","netnsIno":"0","btfId":0,"btfKeyTypeId":0,' +
      '"btfValueTypeId":0,"mapExtra":"0"},"fdinfo":{"memlock":"4096"},"types":null}',
  );
  expect(rest).toEqual([
    '{"key":"01000000","value":"ff0010"}',
    '{"key":"02000000","errno":2}',
    expect.stringMatching(
      /^\{"entries":2,"report":\{"complete":true,"mode":"batch","entries":2,"restarts":0,"duplicates":0,"skipped":0,"retries":0,"bytes":0,"errno":0\},"sha256":"[0-9a-f]{64}"\}$/,
    ),
    "",
  ]);
});
