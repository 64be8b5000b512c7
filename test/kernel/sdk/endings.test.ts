import { execFileSync } from "node:child_process";
import { closeSync, createReadStream, openSync } from "node:fs";
import { join } from "node:path";
import { PassThrough } from "node:stream";
import { beforeEach, describe, expect, test } from "vitest";
import * as sdk from "../../../src/index.ts";
import {
  diff,
  listMaps,
  openMap,
  openSnapshot,
  openStream,
  type ReadOptions,
  save,
  stats,
  watch,
} from "../../../src/index.ts";
import { toArrow } from "../../../src/sdk/arrow/to-arrow.ts";
import { Reader } from "../../../src/sdk/reader/reader.ts";
import { LinuxKernel } from "../../../src/sys/linux.ts";
import { createMap, updateElement } from "../../helpers/bpf.ts";
import { type ConnKey, type ConnVal, connectionMap } from "../../helpers/connections.ts";
import { liveSuite } from "../../helpers/requirements.ts";
import { useScratch } from "../../helpers/use-scratch.ts";

type Conns = Reader<ConnKey, ConnVal>;
type Way = (reader: Conns, options: ReadOptions, folder: string) => Promise<unknown>;

const CLOSED = expect.objectContaining({ code: "CLOSED" });
const ABORTED = expect.objectContaining({ code: "ABORTED" });
const KEY: ConnKey = { addr: 1, port: 1 };

async function drain(from: AsyncIterable<unknown>): Promise<number> {
  let count = 0;
  for await (const _ of from) count += 1;
  return count;
}

/** One use of each asynchronous method of a reader. */
const METHODS: Readonly<Record<string, Way>> = {
  get: (reader, options) => reader.get(KEY, options),
  has: (reader, options) => reader.has(KEY, options),
  peek: (reader, options) => reader.peek(options),
  entries: (reader, options) => drain(reader.entries(options)),
  keys: (reader, options) => drain(reader.keys(options)),
  values: (reader, options) => drain(reader.values(options)),
  toArray: (reader, options) => reader.toArray(options),
  count: (reader, options) => reader.count(options),
  batches: async (reader, options) => drain(reader.batches(options)),
  toReadable: async (reader, options) => drain(reader.toReadable(options)),
};

/** The same with a query, and in a format. */
const QUERIES: Readonly<Record<string, Way>> = {
  "entries with a condition": (reader, options) => drain(reader.entries({ ...options, where: "true" })),
  "entries with a function": (reader, options) => drain(reader.entries({ ...options, where: () => true })),
  "columns in order": (reader, options) => drain(reader.entries({ ...options, select: "key.port", sort: "key.port" })),
  groups: (reader, options) => drain(reader.entries({ ...options, groupBy: "value.state" })),
  "count with a condition": (reader, options) => reader.count({ ...options, where: "true" }),
  "a stream in a format": async (reader, options) => drain(reader.toReadable({ ...options, format: "csv" })),
  "a stream in bpftool's": async (reader, options) => drain(reader.toReadable({ ...options, format: "bpftool" })),
};

/** One use of each function that takes an open reader. */
const FUNCTIONS: Readonly<Record<string, Way>> = {
  stats: async (reader, { signal }) => stats(reader, signal === undefined ? {} : { signal }),
  diff: async (reader, options) => drain(diff(reader, reader, options)),
  save: async (reader, { signal }, folder) =>
    save(reader, join(folder, "saved.ndjson"), signal === undefined ? {} : { signal }),
  toArrow: async (reader, options) => drain(toArrow(reader, options)),
};

const WAYS = { ...METHODS, ...QUERIES, ...FUNCTIONS };

/** What gives one thing after the other. */
const LOOPS: Readonly<Record<string, (reader: Conns, options: ReadOptions) => AsyncIterable<unknown>>> = {
  entries: (reader, options) => reader.entries(options),
  keys: (reader, options) => reader.keys(options),
  "entries with a condition": (reader, options) => reader.entries({ ...options, where: "true" }),
  columns: (reader, options) => reader.entries({ ...options, select: "key.port" }),
  batches: (reader, options) => reader.batches(options),
  toReadable: (reader, options) => reader.toReadable(options),
  toArrow: (reader, options) => toArrow(reader, { ...options, batchRows: 1 }),
};

test("the tables have every asynchronous method, and every function that takes a map", () => {
  const methods = Object.getOwnPropertyNames(Reader.prototype).filter(
    (name) => !/Sync$|^(?:constructor|close)$/.test(name),
  );
  expect([...Object.keys(METHODS), "inner"].sort()).toEqual(methods.sort());
  const others = ["listMaps", "openMap", "openSnapshot", "openStream", "watch"];
  const atOnce = ["channelMetrics", "combineHooks", "explainVerifierLog", "formatRow", "toJSON"];
  const exported = Object.keys(sdk).filter((name) => /^[a-z]/.test(name) && name !== "render");
  expect([...Object.keys(FUNCTIONS).filter((name) => name !== "toArrow"), ...others, ...atOnce].sort()).toEqual(
    exported.sort(),
  );
});

liveSuite("the end of a read before its time", ["kernel"], () => {
  const scratch = useScratch();
  let file = "";
  const openers: Readonly<Record<string, () => Promise<Conns>>> = {
    "a live map": async () => {
      const map = scratch.own(connectionMap(300));
      return scratch.own(openMap<ConnKey, ConnVal>({ fd: map.number }));
    },
    "a file": async () => scratch.own(await openMap<ConnKey, ConnVal>({ file })),
  };

  beforeEach(async () => {
    file = join(scratch.folder, "conns.ndjson");
    const map = scratch.own(connectionMap(300));
    await save({ fd: map.number }, file);
  });

  describe.each(Object.entries(openers))("%s", (kind, open) => {
    test.each(Object.entries(WAYS))("that is closed: %s", async (_, way) => {
      const reader = await open();
      reader.close();
      await expect(async () => way(reader, {}, scratch.folder)).rejects.toThrow(CLOSED);
      expect(() => watch(reader)).toThrow(CLOSED);
      // @ts-expect-error: its values are no ids of maps
      await expect(reader.inner(KEY)).rejects.toThrow(CLOSED);
    });

    test.each(Object.entries(WAYS))("with a signal that has aborted: %s", async (_, way) => {
      const reader = await open();
      const cause = new Error("the reason");
      const ended = way(reader, { signal: AbortSignal.abort(cause) }, scratch.folder);
      await expect(ended).rejects.toThrow(expect.objectContaining({ code: "ABORTED", cause }));
    });

    test.each(Object.entries(LOOPS))("with a signal that aborts in the loop: %s", async (_, loop) => {
      const reader = await open();
      const abort = new AbortController();
      const iterator = loop(reader, { signal: abort.signal })[Symbol.asyncIterator]();
      expect((await iterator.next()).done).toBe(false);
      abort.abort();
      await expect(drainWithin(iterator)).rejects.toThrow(ABORTED);
      expect(await iterator.next()).toEqual({ done: true, value: undefined });
    });

    test.each(Object.entries(LOOPS))("that is closed in the loop: %s", async (_, loop) => {
      const reader = await open();
      const iterator = loop(reader, {})[Symbol.asyncIterator]();
      expect((await iterator.next()).done).toBe(false);
      reader.close();
      await expect(drainWithin(iterator)).rejects.toThrow(CLOSED);
      expect(await iterator.next()).toEqual({ done: true, value: undefined });
    });

    test("a watch ends quietly with its signal, and with CLOSED when its reader is closed", async () => {
      const reader = await open();
      const abort = new AbortController();
      const events = watch(reader, { interval: 1, signal: abort.signal });
      expect((await events.next()).value).toMatchObject({ type: "added" });
      abort.abort();
      expect(await events.next()).toEqual({ done: true, value: undefined });
      const others = watch(reader, { interval: 1 });
      expect((await others.next()).value).toMatchObject({ type: "added" });
      reader.close();
      await expect(drain(others)).rejects.toThrow(CLOSED);
    });

    test("a loop that has ended stays so when the reader is closed", async () => {
      const reader = await open();
      const [whole, left] = [reader.entries(), reader.entries()];
      await drain(whole);
      await left.next();
      await left.return();
      reader.close();
      for (const one of [whole, left]) expect(await one.next()).toEqual({ done: true, value: undefined });
      expect(whole.report).toMatchObject({ complete: true, entries: 300 });
    });

    test(`a measurement${kind === "a file" ? ", lookup" : ""} or save that is under way when it is closed says so`, async () => {
      const reader = await open();
      const ways: Promise<unknown>[] = [stats(reader), save(reader, join(scratch.folder, "late.ndjson"))];
      if (kind === "a file") ways.push(reader.get(KEY), reader.has(KEY));
      reader.close();
      const ends = await Promise.allSettled(ways);
      expect(ends).toEqual(ways.map(() => ({ status: "rejected", reason: CLOSED })));
    });
  });

  test("a plain loop ends with CLOSED when its reader is closed in it", async () => {
    const map = scratch.own(connectionMap(9));
    const reader = scratch.own(openMap({ fd: map.number }));
    const entries = reader.entriesSync();
    entries.next();
    reader.close();
    expect(() => entries.next()).toThrow(CLOSED);
    expect(entries.next()).toEqual({ done: true, value: undefined });
  });

  test("a lookup in a file ends with its signal and its time", async () => {
    const reader = scratch.own(await openMap<ConnKey, ConnVal>({ file }));
    const abort = new AbortController();
    const found = reader.get(KEY, { signal: abort.signal });
    abort.abort();
    await expect(found).rejects.toThrow(ABORTED);
    await expect(reader.get(KEY, { timeout: -1 })).rejects.toThrow(expect.objectContaining({ code: "TIMEOUT" }));
    const odd = { timeout: "soon" } as unknown as ReadOptions;
    await expect(reader.get(KEY, odd)).rejects.toThrow(expect.objectContaining({ code: "USAGE" }));
  });

  test("a snapshot that is closed closes the readers of its maps", async () => {
    const snapshot = await openSnapshot(createReadStream(file));
    const [map] = snapshot.maps;
    const [first, second] = [snapshot.open<ConnKey, ConnVal>(map), snapshot.open<ConnKey, ConnVal>(map)];
    second.close();
    expect(await first.count()).toBe(300);
    snapshot.close();
    await expect(first.get(KEY)).rejects.toThrow(CLOSED);
    expect(() => snapshot.open(map)).toThrow(CLOSED);
  });

  describe("what takes time to open", () => {
    const OPENERS: readonly (readonly [string, (signal: AbortSignal, path: string) => Promise<unknown>])[] = [
      ["openMap", (signal, path) => openMap({ file: path }, { signal })],
      ["openSnapshot", (signal, path) => openSnapshot(path, { signal })],
      ["openSnapshot of a stream", (signal, path) => openSnapshot(createReadStream(path), { signal })],
      ["stats", (signal, path) => stats({ file: path }, { signal })],
      ["save", (signal, path) => save({ file: path }, join(scratch.folder, "copy.ndjson"), { signal })],
      ["diff", (signal, path) => drain(diff({ file: path }, { file: path }, { signal }))],
    ];

    test.each(OPENERS)("%s with a signal that has aborted", async (_, opening) => {
      const cause = new Error("the reason");
      const opened = opening(AbortSignal.abort(cause), file);
      await expect(opened).rejects.toThrow(expect.objectContaining({ code: "ABORTED", cause }));
    });

    test.each(OPENERS)("%s of a pipe that nothing comes through, until the signal", async (_, opening) => {
      const pipe = join(scratch.folder, "pipe");
      execFileSync("mkfifo", [pipe]);
      const writer = openSync(pipe, "r+");
      const abort = new AbortController();
      const opened = opening(abort.signal, pipe);
      abort.abort();
      await expect(opened).rejects.toThrow(ABORTED);
      closeSync(writer);
    });

    test("openSnapshot of streams that stall, which end with the signal, too", async () => {
      const stalled = new PassThrough();
      let isCancelled = false;
      const web = new ReadableStream<Uint8Array>({
        cancel() {
          isCancelled = true;
        },
      });
      for (const stream of [stalled, web]) {
        const abort = new AbortController();
        const opened = openSnapshot(stream, { signal: abort.signal });
        stalled.write('{"ebpf-map');
        setImmediate(() => abort.abort());
        await expect(opened).rejects.toThrow(ABORTED);
      }
      expect([stalled.destroyed, isCancelled]).toEqual([true, true]);
    });

    test("a stream that fails before it is read", async () => {
      const missing = openSnapshot(createReadStream(join(scratch.folder, "missing")));
      await expect(missing).rejects.toThrow(expect.objectContaining({ code: "FILE" }));
    });

    test("a signal that aborts when the file is open changes nothing", async () => {
      const abort = new AbortController();
      const reader = scratch.own(await openMap({ file }, { signal: abort.signal }));
      abort.abort();
      expect(await reader.count()).toBe(300);
    });

    test("a list of maps, and a stream of events", async () => {
      const signal = AbortSignal.abort();
      for (const owners of [false, true]) {
        await expect(drain(listMaps({ owners, signal }))).rejects.toThrow(ABORTED);
      }
      const ring = scratch.own(createMap({ type: "ringbuf", keySize: 0, valueSize: 0, maxEntries: 4096 }));
      const pinned = scratch.pin(ring, "ring");
      expect(await drain(openStream({ pinned }, { signal }))).toBe(0);
      const closed = openStream({ pinned });
      closed.close();
      await expect(drain(closed)).rejects.toThrow(CLOSED);
    });
  });

  test("the types refuse a signal where there is nothing to wait for", () => {
    // @ts-expect-error: a map of the kernel is open at once
    expect(() => openMap({ id: 1 }, { signal: AbortSignal.abort() })).toThrow("there is no option");
  });

  test("a file has no inner maps: an id of another day, or machine, isn't opened", async () => {
    const inner = scratch.own(connectionMap(1));
    const outer = scratch.own(
      createMap({ type: "hash_of_maps", keySize: 4, valueSize: 4, maxEntries: 1, inner, name: "sdk_outer" }),
    );
    updateElement(outer, Uint8Array.of(1, 0, 0, 0), new Uint8Array(Uint32Array.of(inner.number).buffer));
    const saved = join(scratch.folder, "outer.ndjson");
    await save({ fd: outer.number }, saved);
    const reader = scratch.own(await openMap<Uint8Array, number>({ file: saved }));
    const [entry] = await reader.toArray();
    expect(entry?.value).toBe(new LinuxKernel().mapInfo(inner).id);
    const opened = reader.inner(Uint8Array.of(1, 0, 0, 0));
    await expect(opened).rejects.toThrow(
      expect.objectContaining({ code: "USAGE", message: expect.stringContaining("ids of inner maps") }),
    );
  });
});

/** Takes all that is left of an iteration. */
async function drainWithin(iterator: AsyncIterator<unknown>): Promise<void> {
  for (let next = await iterator.next(); next.done !== true; next = await iterator.next());
}
