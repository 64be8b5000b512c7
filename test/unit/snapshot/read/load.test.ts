import { execFileSync } from "node:child_process";
import { chmodSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { describe, expect, test } from "vitest";
import { openSnapshotFile, type SnapshotMap } from "../../../../src/snapshot/read/load.ts";
import { saveSnapshot } from "../../../../src/snapshot/write/save.ts";
import { openDescriptors } from "../../../../src/sys/fd.ts";
import { useScratch } from "../../../helpers/use-scratch.ts";
import { digest, type Entry, numbered, ORIGIN, readEntries, type SampleMap, sampleMap } from "../sample-maps.ts";

const scratch = useScratch();
const EPERM = 1;
const ENOENT = 2;
const EINVAL = 22;
const ENOTSUPP = 524;

async function loaded(sample: SampleMap, name = "map.ndjson"): Promise<SnapshotMap> {
  const path = join(scratch.folder, name);
  await saveSnapshot(path, [sampleMap(sample)], { ...ORIGIN, force: true });
  const [map] = await openSnapshotFile(path);
  if (map === undefined) throw new Error("no map came back");
  return scratch.own(map);
}

function u32(number: number): Uint8Array {
  const key = Buffer.alloc(4);
  key.writeUInt32LE(number);
  return new Uint8Array(key);
}

describe.each(["map.ndjson", "map.ndjson.gz"])("lookup and nextKey in %s", (name) => {
  const entries: Entry[] = [...numbered(5000), [u32(9000), ENOTSUPP]];

  test("a key that is there, that isn't, that couldn't be read", async () => {
    const map = await loaded({ entries, batch: 1000 }, name);
    const value = new Uint8Array(8);
    expect(await map.lookup(u32(0), value)).toBe(0);
    expect(value).toEqual(new Uint8Array(8).fill(0));
    expect(await map.lookup(u32(4999), value)).toBe(0);
    expect(value).toEqual(new Uint8Array(8).fill(4999 & 255));
    value.fill(7);
    expect(await map.lookup(u32(5000), value)).toBe(ENOENT);
    expect(await map.lookup(u32(9000), value)).toBe(ENOTSUPP);
    expect(value).toEqual(new Uint8Array(8).fill(7));
  });

  test("the first key, the next one, behind the last one, behind one that isn't there", async () => {
    const map = await loaded({ entries, batch: 1000 }, name);
    const next = new Uint8Array(4);
    const rows: [Uint8Array | null, number, Uint8Array | undefined][] = [
      [null, 0, u32(0)],
      [u32(0), 0, u32(1)],
      [u32(4095), 0, u32(4096)],
      [u32(4999), 0, u32(9000)],
      [u32(9000), ENOENT, undefined],
      [u32(12345), 0, u32(0)],
    ];
    for (const [key, errno, expected] of rows) {
      expect(await map.nextKey(key, next)).toBe(errno);
      if (expected !== undefined) expect(next).toEqual(expected);
    }
  });
});

describe("maps that can't be read like others", () => {
  const unreadable = (errno: number) => ({ complete: false, errno });
  const peek = Uint8Array.of(1, 2, 3, 4, 5, 6, 7, 8);

  test.each<[string, SampleMap, { lookup: number; next: number }]>([
    ["a queue", { info: { type: 22, keySize: 0 }, report: unreadable(EINVAL), peek }, { lookup: 0, next: EINVAL }],
    ["a stack", { info: { type: 23, keySize: 0 }, report: unreadable(EINVAL), peek }, { lookup: 0, next: EINVAL }],
    [
      "an empty queue",
      { info: { type: 22, keySize: 0 }, report: unreadable(EINVAL) },
      { lookup: ENOENT, next: EINVAL },
    ],
    [
      "a ring buffer, which isn't peeked at",
      { info: { type: 27, keySize: 0 }, report: unreadable(ENOTSUPP), peek },
      { lookup: ENOTSUPP, next: ENOTSUPP },
    ],
    ["an empty map", {}, { lookup: ENOENT, next: ENOENT }],
  ])("%s", async (_, sample, { lookup, next }) => {
    const map = await loaded(sample);
    const value = new Uint8Array(8);
    const key = map.info.keySize === 0 ? null : u32(1);
    expect(await map.lookup(key, value)).toBe(lookup);
    expect(value).toEqual(lookup === 0 ? peek : new Uint8Array(8));
    expect(await map.nextKey(null, new Uint8Array(4))).toBe(next);

    const source = scratch.own(map.entries());
    expect(await readEntries(source, map.shape)).toEqual([]);
    expect(source.report).toMatchObject({ mode: "snapshot", entries: 0, bytes: 0, ...sample.report });
  });

  test("behind the last entry of a read that failed comes its errno", async () => {
    const map = await loaded({ entries: numbered(2), report: unreadable(EPERM) });
    expect(await map.nextKey(u32(1), new Uint8Array(4))).toBe(EPERM);
    expect(await map.nextKey(u32(0), new Uint8Array(4))).toBe(0);
    expect(await map.lookup(u32(7), new Uint8Array(8))).toBe(EPERM);
    expect(await map.lookup(u32(1), new Uint8Array(8))).toBe(0);
  });
});

describe("a source", () => {
  test("is named after file and map, by id if it has no name", async () => {
    const named = await loaded({ info: { name: "conns" } });
    expect(named.label).toBe(`snapshot ${join(scratch.folder, "map.ndjson")} (map conns)`);
    const nameless = await loaded({ info: { name: "", id: 12 } });
    expect(nameless.label).toBe(`snapshot ${join(scratch.folder, "map.ndjson")} (map id 12)`);
  });

  test("can be read by several at once, each from the start", async () => {
    const map = await loaded({ entries: numbered(6000), batch: 1000 });
    const sources = [1, 2, 3].map(() => scratch.own(map.entries()));
    const all = await Promise.all(sources.map((source) => readEntries(source, map.shape)));
    for (const entries of all) expect(digest(entries)).toEqual(digest(numbered(6000)));
  });

  test("gives batches of at most 4096 entries and a MiB, in buffers that it uses again", async () => {
    const small = scratch.own((await loaded({ entries: numbered(5000), batch: 1000 })).entries());
    const first = await small.next();
    expect(first?.count).toBe(4096);
    const second = await small.next();
    expect(second?.count).toBe(904);
    expect(second?.values).toBe(first?.values);
    expect(await small.next()).toBeUndefined();

    const large = await loaded({ info: { valueSize: 300_000 }, entries: numbered(4, 4, 300_000) });
    expect((await scratch.own(large.entries()).next())?.count).toBe(3);
  });

  test("forgets errnos from one batch to the next", async () => {
    const entries = numbered(8192).map(([key, value], i): Entry => [key, i < 4096 ? 2 : value]);
    const source = scratch.own((await loaded({ entries, batch: 1000 })).entries());
    expect((await source.next())?.errnos?.every((errno) => errno === 2)).toBe(true);
    expect((await source.next())?.errnos).toBeUndefined();
  });

  test("reads the file that was opened, though another one has its name now", async () => {
    const map = await loaded({ entries: numbered(3) });
    const path = join(scratch.folder, "map.ndjson");
    writeFileSync(`${path}.new`, "something else");
    renameSync(`${path}.new`, path);
    expect(await readEntries(scratch.own(map.entries()), map.shape)).toHaveLength(3);
  });

  test.each(["map.ndjson", "map.ndjson.gz"])("outlives its map, and may be left in the middle, %s", async (name) => {
    const map = await loaded({ entries: numbered(20_000), batch: 4096 }, name);
    const source = map.entries();
    map[Symbol.dispose]();
    map[Symbol.dispose]();
    expect((await source.next())?.count).toBe(4096);
    source[Symbol.dispose]();
    source[Symbol.dispose]();
    expect(openDescriptors()).toEqual([]);
  });

  test.each(["map.ndjson", "map.ndjson.gz"])("can't be read once everything is closed, %s", async (name) => {
    const map = await loaded({ entries: numbered(3) }, name);
    map[Symbol.dispose]();
    const source = scratch.own(map.entries());
    await expect(source.next()).rejects.toMatchObject({ code: "CLOSED", message: "use of a closed descriptor" });
  });

  test.each(["map.ndjson", "map.ndjson.gz"])("notices that the file is written over behind it, %s", async (name) => {
    const map = await loaded({ entries: numbered(50_000), batch: 4096 }, name);
    writeFileSync(join(scratch.folder, name), Buffer.alloc(1000, 0xaa));
    const entries = readEntries(scratch.own(map.entries()), map.shape);
    await expect(entries).rejects.toMatchObject({ code: "SNAPSHOT_INVALID" });
  });

  test.each(["map.ndjson", "map.ndjson.gz"])("closed during a step ends it, one way or the other, %s", async (name) => {
    const map = await loaded({ entries: numbered(50_000), batch: 4096 }, name);
    const source = map.entries();
    const step = Promise.resolve(source.next());
    source[Symbol.dispose]();
    map[Symbol.dispose]();
    const end = await step.catch((error) => error.code);
    expect(end === "CLOSED" || end?.count === 4096).toBe(true);
  });
});

describe("files that can't be opened", () => {
  test.each<[string, (path: string) => void, string]>([
    ["one that isn't there", () => undefined, "no such file or directory"],
    ["a folder", (path) => execFileSync("mkdir", [path]), "is a directory"],
    ["a named pipe that nobody writes to", (path) => execFileSync("mkfifo", [path]), "nothing comes through this pipe"],
    ["a link to itself", (path) => execFileSync("ln", ["-s", path, path]), "too many levels of symbolic links"],
  ])("%s", async (_, make, reason) => {
    const path = join(scratch.folder, "map");
    make(path);
    await expect(openSnapshotFile(path)).rejects.toMatchObject({
      code: "FILE",
      message: `read snapshot ${path}: ${reason}`,
    });
  });

  test("a device", async () => {
    await expect(openSnapshotFile("/dev/zero")).rejects.toMatchObject({ code: "FILE" });
  });

  test("one that this user may not read", async () => {
    const map = await loaded({});
    map[Symbol.dispose]();
    const path = join(scratch.folder, "map.ndjson");
    chmodSync(path, 0);
    const asNobody = process.getuid?.() === 0;
    // Rights don't stop root, so for the time of the attempt this process is somebody else.
    if (asNobody) process.seteuid?.(65534);
    try {
      await expect(openSnapshotFile(path)).rejects.toMatchObject({
        code: "FILE",
        message: `read snapshot ${path}: permission denied`,
      });
    } finally {
      if (asNobody) process.seteuid?.(0);
    }
  });

  test.each<[string, string | Buffer]>([
    ["nothing", ""],
    ["text", "hello\n"],
    ["other JSON", '{"format":"something else"}\n'],
    ["JSON of bpftool", '[{"key":["0x00"]}]\n'],
    ["white space before a header", ' {"format":"ebpf-map-snapshot","version":1}\n'],
    ["half the beginning", '{"format":"ebpf-'],
    ["a megabyte without an end", Buffer.alloc(1 << 20, "x")],
    ["compressed text", gzipSync("hello\n")],
    ["compressed nothing", gzipSync("")],
  ])("no snapshot at all: %s", async (_, bytes) => {
    const path = join(scratch.folder, "map");
    writeFileSync(path, bytes);
    await expect(openSnapshotFile(path)).rejects.toMatchObject({
      code: "SNAPSHOT_INVALID",
      message: `read snapshot ${path}: it is not an ebpf-map snapshot`,
      details: { path, line: 1 },
    });
  });
});
