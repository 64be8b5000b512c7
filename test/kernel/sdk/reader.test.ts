import { readlinkSync } from "node:fs";
import { setImmediate } from "node:timers/promises";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { Worker } from "node:worker_threads";
import { afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { openMap, type Reader } from "../../../src/index.ts";
import { openDescriptors, trackDescriptors } from "../../../src/sys/fd.ts";
import { LinuxKernel } from "../../../src/sys/linux.ts";
import { createMap, deleteElement, updateElement } from "../../helpers/bpf.ts";
import { type ConnKey, type ConnVal, connection, connectionBytes, connectionMap } from "../../helpers/connections.ts";
import { repositoryPath } from "../../helpers/repository.ts";
import { liveSuite } from "../../helpers/requirements.ts";
import { useScratch } from "../../helpers/use-scratch.ts";

const COUNT = 5000;

liveSuite("a reader of a live map", ["kernel"], () => {
  const scratch = useScratch();
  let before = 0;
  const open = (): Reader<ConnKey, ConnVal> => {
    const map = scratch.own(connectionMap(COUNT));
    return scratch.own(openMap<ConnKey, ConnVal>({ fd: map.number }));
  };

  beforeAll(trackDescriptors);
  beforeEach(() => {
    before = openDescriptors().length;
  });
  afterEach(() => {
    scratch[Symbol.dispose]();
    expect(openDescriptors()).toHaveLength(before);
  });

  describe("how a map is named", () => {
    test("id, pin, name and descriptor open the same map", () => {
      const map = scratch.own(connectionMap(3, { name: "sdk_handles" }));
      const { id } = new LinuxKernel().mapInfo(map);
      const handles = [{ id }, { pinned: scratch.pin(map, "m") }, { name: "sdk_handles" }, { fd: map.number }];
      for (const handle of handles) {
        using reader = openMap(handle);
        expect(reader.info).toMatchObject({ id, name: "sdk_handles", keySize: 8 });
        expect(reader.countSync()).toBe(3);
      }
    });

    test.each([
      ["an id that isn't there", { id: 0xffff_fff0 }, "NO_SUCH_MAP"],
      ["an id past 32 bits", { id: 2 ** 32 + 1 }, "USAGE"],
      ["a name that isn't there", { name: "no_such_name" }, "NO_SUCH_MAP"],
      ["a path that isn't there", { pinned: "/sys/fs/bpf/no/such/pin" }, "NO_SUCH_MAP"],
      ["a descriptor that isn't open", { fd: 99_999 }, "NOT_A_MAP"],
      ["a descriptor of something else", { fd: 1 }, "NOT_A_MAP"],
      ["nothing", {} as { id: number }, "USAGE"],
    ])("%s is refused", (_, handle, code) => {
      expect(() => openMap(handle)).toThrow(expect.objectContaining({ code }));
    });

    test("a name of two maps is refused with their ids", () => {
      scratch.own(connectionMap(1, { name: "sdk_twice" }));
      scratch.own(connectionMap(1, { name: "sdk_twice" }));
      const details = { ids: [expect.any(Number), expect.any(Number)] };
      expect(() => openMap({ name: "sdk_twice" })).toThrow(expect.objectContaining({ code: "AMBIGUOUS_MAP", details }));
    });

    test("a caller's descriptor stays open", () => {
      const map = scratch.own(connectionMap(1));
      openMap({ fd: map.number }).close();
      expect(readlinkSync(`/proc/self/fd/${map.number}`)).toContain("bpf-map");
    });
  });

  describe("all forms give the same entries", () => {
    test("entries, keys, values, toArray and count, synchronous and not", async () => {
      const reader = open();
      const expected = Array.from({ length: COUNT }, (_, i) => connection(i));
      const byAddress = (entries: readonly { readonly key: ConnKey }[]): unknown =>
        entries.toSorted((a, b) => a.key.addr - b.key.addr);
      expect(byAddress([...reader.entriesSync()])).toEqual(expected);
      expect(byAddress(await collect(reader.entries()))).toEqual(expected);
      expect(byAddress(await collect(reader))).toEqual(expected);
      expect(byAddress(await reader.toArray())).toEqual(expected);
      expect(byAddress(reader.toArraySync())).toEqual(expected);
      expect([...reader.keysSync()]).toEqual(reader.toArraySync().map(({ key }) => key));
      expect(await collect(reader.keys())).toEqual([...reader.keysSync()]);
      expect([...reader.valuesSync()]).toEqual(reader.toArraySync().map(({ value }) => value));
      expect(await collect(reader.values())).toEqual([...reader.valuesSync()]);
      expect([reader.countSync(), await reader.count()]).toEqual([COUNT, COUNT]);
    });

    test("get and has", async () => {
      const reader = open();
      const { key, value } = connection(7);
      expect([await reader.get(key), reader.getSync(key)]).toEqual([value, value]);
      expect([await reader.has(key), reader.hasSync(key)]).toEqual([true, true]);
      const absent = { addr: 7, port: 7 };
      expect([await reader.get(absent), reader.getSync(absent)]).toEqual([undefined, undefined]);
      expect([await reader.has(absent), reader.hasSync(absent)]).toEqual([false, false]);
    });

    test("a key may be given as its bytes", () => {
      const reader = open();
      const bytes = connectionBytes(7).key;
      expect(reader.getSync(bytes as unknown as ConnKey)).toEqual(connection(7).value);
    });

    test("a key of the wrong shape is refused", async () => {
      const reader = open();
      const wrong = { addr: 1, port: 70_000 };
      const error = expect.objectContaining({
        code: "KEY_INVALID",
        details: expect.objectContaining({ path: "key.port" }),
      });
      expect(() => reader.getSync(wrong)).toThrow(error);
      await expect(reader.get(wrong)).rejects.toThrow(error);
    });

    test("decode options", () => {
      const map = scratch.own(connectionMap(2));
      using reader = openMap({ fd: map.number }, { int64: "string", enums: "both", chars: "bytes" });
      expect(reader.getSync({ addr: 1, port: 1001 })).toEqual({
        packets: "1",
        state: { name: "ST_OPEN", value: 1 },
        comm: connectionBytes(1).value.subarray(12, 28),
      });
    });

    test("a map without BTF gives bytes", () => {
      const map = scratch.own(connectionMap(2, { btf: false }));
      using reader = openMap<Uint8Array, Uint8Array>({ fd: map.number });
      const { key, value } = connectionBytes(1);
      expect(reader.getSync(key)).toEqual(value);
      expect(reader.toArraySync()).toContainEqual({ key, value });
      expect(() => reader.getSync(new Uint8Array(3))).toThrow(expect.objectContaining({ code: "KEY_INVALID" }));
    });
  });

  test("types that are given take the place of the map's own, or of none", () => {
    for (const btf of [true, false]) {
      const map = scratch.own(connectionMap(2, { btf }));
      const value = "struct { u64 packets; u32 state; char comm[16]; }";
      using reader = openMap({ fd: map.number }, { types: { key: "struct { u32 a; u16 p; }", value } });
      expect(reader.getSync({ a: 1, p: 1001 })).toEqual({ packets: 1n, state: 1, comm: "app1" });
    }
    const map = scratch.own(connectionMap(1, { btf: false }));
    const error = expect.objectContaining({ code: "LAYOUT_INVALID", details: { typeSize: 8, size: 32 } });
    expect(() => openMap({ fd: map.number }, { types: { value: "u64" } })).toThrow(error);
  });

  describe("how an iteration ends", () => {
    test("the report says how it went", async () => {
      const reader = open();
      const entries = reader.entries();
      for await (const _ of entries);
      expect(entries.report).toMatchObject({ complete: true, mode: "batch", entries: COUNT, bytes: COUNT * 40 });
    });

    test("a timeout carries the report so far", async () => {
      const reader = open();
      const error = expect.objectContaining({ code: "TIMEOUT", details: expect.objectContaining({ complete: false }) });
      await expect(collect(reader.entries({ timeout: -1 }))).rejects.toThrow(error);
      expect(() => reader.toArraySync({ timeout: -1 })).toThrow(error);
      await expect(reader.count({ timeout: -1 })).rejects.toThrow(error);
    });

    test("a signal ends it, with its reason as the cause", async () => {
      const reader = open();
      const aborter = new AbortController();
      const seen: unknown[] = [];
      const loop = async (): Promise<void> => {
        for await (const entry of reader.entries({ signal: aborter.signal })) {
          if (seen.push(entry) === 10) aborter.abort(new Error("enough"));
        }
      };
      await expect(loop()).rejects.toThrow(
        expect.objectContaining({
          code: "ABORTED",
          cause: new Error("enough"),
          details: expect.objectContaining({ mode: "batch" }),
        }),
      );
      expect(seen.length).toBeLessThan(COUNT);
    });

    test("closing the reader ends it", async () => {
      const reader = open();
      const closed = expect.objectContaining({ code: "CLOSED" });
      const loop = async (): Promise<void> => {
        for await (const _ of reader) reader.close();
      };
      await expect(loop()).rejects.toThrow(closed);
      expect(() => reader.getSync({ addr: 1, port: 1 })).toThrow(closed);
      await expect(reader.get({ addr: 1, port: 1 })).rejects.toThrow(closed);
      expect(() => reader.entriesSync()).toThrow(closed);
      expect(() => reader.batches()).toThrow(closed);
      reader.close();
    });

    test("break and throw leave nothing behind, and the reader goes on", async () => {
      const reader = open();
      for await (const _ of reader) break;
      for (const _ of reader.entriesSync()) break;
      await expect(
        (async () => {
          for await (const _ of reader) throw new Error("mine");
        })(),
      ).rejects.toThrow("mine");
      expect(reader.countSync()).toBe(COUNT);
    });

    test("steps that nobody waits for come in order", async () => {
      const reader = open();
      const entries = reader.keys();
      const steps = await Promise.all(Array.from({ length: COUNT + 2 }, () => entries.next()));
      expect(steps.map(({ done }) => done)).toEqual([...Array(COUNT).fill(false), true, true]);
      expect(steps.slice(0, COUNT).map(({ value }) => value)).toEqual([...reader.keysSync()]);
    });
  });

  describe("batches", () => {
    test("show the raw bytes of all entries", async () => {
      const reader = open();
      const ports: number[] = [];
      for await (const batch of reader.batches()) {
        for (let i = 0; i < batch.count; i++) ports.push(batch.keyView.getUint16(i * batch.keySize + 4, true));
        expect(batch.values).toHaveLength(batch.count * 32);
        expect(batch.value(0)).toEqual(connection(batch.key(0).addr).value);
        expect(batch.errno(0)).toBe(0);
      }
      expect(ports.toSorted((a, b) => a - b)).toEqual(Array.from({ length: COUNT }, (_, i) => 1000 + i));
    });

    test("can't be used any more when the next one is there", () => {
      const reader = open();
      const stale = expect.objectContaining({ code: "STALE_BATCH" });
      const batches = [...reader.batchesSync()];
      expect(batches.length).toBeGreaterThan(1);
      for (const batch of batches) {
        for (const use of [() => batch.keys, () => batch.valueView, () => batch.key(0), () => batch.errno(0)]) {
          expect(use).toThrow(stale);
        }
      }
    });

    test("have no entry behind their last", () => {
      for (const batch of open().batchesSync()) {
        expect(() => batch.key(batch.count)).toThrow(expect.objectContaining({ code: "USAGE" }));
      }
    });
  });

  describe("toReadable", () => {
    test("streams the entries", async () => {
      const reader = open();
      const entries = await reader.toReadable().toArray();
      expect(entries).toEqual(reader.toArraySync());
    });

    test("waits for its consumer, and ends when destroyed", async () => {
      const reader = open();
      const stream = reader.toReadable();
      for await (const entry of stream) {
        expect(entry).toHaveProperty("key");
        break;
      }
      expect(stream.destroyed).toBe(true);
    });

    test("fails with the read", async () => {
      await expect(open().toReadable({ timeout: -1 }).toArray()).rejects.toThrow(
        expect.objectContaining({ code: "TIMEOUT" }),
      );
    });
  });

  describe("kinds of maps", () => {
    test("per-CPU: a value for each CPU, or one of them all", () => {
      const kernel = new LinuxKernel();
      const cpus = kernel.possibleCpus();
      const map = scratch.own(createMap({ type: "percpu_array", keySize: 4, valueSize: 8, maxEntries: 1 }));
      const value = new Uint8Array(8 * cpus);
      const view = new DataView(value.buffer);
      for (let cpu = 0; cpu < cpus; cpu++) view.setBigUint64(cpu * 8, BigInt(cpu + 1), true);
      updateElement(map, new Uint8Array(4), value);
      using reader = openMap<Uint8Array, Uint8Array[]>({ fd: map.number });
      expect(reader.cpus).toHaveLength(cpus);
      expect(reader.getSync(new Uint8Array(4))).toEqual(
        Array.from({ length: cpus }, (_, cpu) => value.slice(cpu * 8, cpu * 8 + 8)),
      );
    });

    test("a map of maps gives ids, and readers of the inner maps", async () => {
      const inner = scratch.own(connectionMap(4, { maxEntries: 10 }));
      const outer = scratch.own(createMap({ type: "hash_of_maps", keySize: 4, valueSize: 4, maxEntries: 4, inner }));
      const key = Uint8Array.of(9, 0, 0, 0);
      const fd = new Uint8Array(4);
      new DataView(fd.buffer).setUint32(0, inner.number, true);
      updateElement(outer, key, fd);
      using reader = openMap<Uint8Array, number>({ fd: outer.number });
      expect(reader.toArraySync()).toEqual([{ key, value: new LinuxKernel().mapInfo(inner).id }]);
      using nested = await reader.inner<ConnKey, ConnVal>(key);
      expect(nested?.countSync()).toBe(4);
      using again = reader.innerSync<ConnKey, ConnVal>(key);
      expect(again?.getSync(connection(3).key)).toEqual(connection(3).value);
      expect(await reader.inner(Uint8Array.of(1, 0, 0, 0))).toBeUndefined();
      const cause = new Error("the reason");
      const ended = reader.inner(key, { signal: AbortSignal.abort(cause) });
      await expect(ended).rejects.toThrow(expect.objectContaining({ code: "ABORTED", cause }));
    });

    test("a queue can be peeked at, and not be read", async () => {
      const map = scratch.own(createMap({ type: "queue", keySize: 0, valueSize: 4, maxEntries: 4 }));
      using reader = openMap<never, Uint8Array>({ fd: map.number });
      expect(await reader.peek()).toBeUndefined();
      updateElement(map, null, Uint8Array.of(1, 2, 3, 4));
      expect([await reader.peek(), reader.peekSync()]).toEqual([Uint8Array.of(1, 2, 3, 4), Uint8Array.of(1, 2, 3, 4)]);
      expect(() => reader.toArraySync()).toThrow(expect.objectContaining({ code: "NOT_READABLE" }));
      using keyed = openMap({ fd: scratch.own(connectionMap(1)).number });
      const refused = { code: "USAGE", message: expect.stringContaining("its entries have keys (get takes one)") };
      expect(() => keyed.peekSync()).toThrow(expect.objectContaining(refused));
      await expect(keyed.peek()).rejects.toMatchObject(refused);
    });

    test("empty slots of a program array are left out, its keys are not", () => {
      const map = scratch.own(createMap({ type: "prog_array", keySize: 4, valueSize: 4, maxEntries: 3 }));
      using reader = openMap({ fd: map.number });
      expect(reader.toArraySync()).toEqual([]);
      expect([...reader.keysSync()]).toHaveLength(3);
      expect(reader.countSync()).toBe(0);
    });
  });

  test("several reads and readers at a time are independent", async () => {
    const map = scratch.own(connectionMap(COUNT));
    const readers = [1, 2, 3].map(() => scratch.own(openMap<ConnKey, ConnVal>({ fd: map.number })));
    const reads = readers.flatMap((reader) => [reader.toArray(), reader.toArray()]);
    const results = await Promise.all(reads);
    for (const result of results) expect(result).toEqual(results[0]);
  });

  test("entries deleted under a read don't stop it", async () => {
    const map = scratch.own(connectionMap(COUNT));
    using reader = openMap<ConnKey, ConnVal>({ fd: map.number });
    let deleted = 0;
    for await (const { key } of reader) {
      const { key: bytes } = connectionBytes(key.addr);
      deleteElement(map, bytes);
      deleted += 1;
    }
    expect(deleted).toBe(COUNT);
    expect(reader.countSync()).toBe(0);
  });

  test("a reader that is forgotten is closed by the garbage collector", async () => {
    setFlagsFromString("--expose-gc");
    const collectGarbage = runInNewContext("gc") as () => void;
    const map = scratch.own(connectionMap(COUNT));
    const pinned = scratch.pin(map, "forgotten");
    const held = openDescriptors().length;
    (() => {
      for (let i = 0; i < 20; i++) openMap({ pinned }).entries().next();
    })();
    expect(openDescriptors().length).toBe(held + 20);
    for (let i = 0; i < 50 && openDescriptors().length > held; i++) {
      await new Promise((resolve) => setTimeout(resolve, 10));
      collectGarbage();
    }
    expect(openDescriptors().length).toBe(held);
  });

  test("an iteration of a reader that nobody else holds goes on", async () => {
    setFlagsFromString("--expose-gc");
    const collectGarbage = runInNewContext("gc") as () => void;
    const map = scratch.own(connectionMap(COUNT));
    const pinned = scratch.pin(map, "held");
    const held = openDescriptors().length;
    const entries = openMap({ pinned }).entries();
    const stream = openMap({ pinned }).toReadable({ format: "ndjson" }).setEncoding("utf8");
    await entries.next();
    for (let i = 0; i < 10; i++) {
      collectGarbage();
      await setImmediate();
    }
    expect(await collect(entries)).toHaveLength(COUNT - 1);
    expect((await collect<string>(stream)).join("").split("\n")).toHaveLength(COUNT + 1);
    for (let i = 0; i < 50 && openDescriptors().length > held; i++) {
      collectGarbage();
      await setImmediate();
    }
    expect(openDescriptors()).toHaveLength(held);
  });

  test("readers in worker threads are independent", async () => {
    const map = scratch.own(connectionMap(COUNT));
    const pinned = scratch.pin(map, "workers");
    const code = `
      const { parentPort, workerData } = require("node:worker_threads");
      const warnings = [];
      process.on("warning", ({ message }) => warnings.push(message));
      import(workerData.index).then(async ({ openMap }) => {
        const reader = openMap({ pinned: workerData.pinned });
        const counts = [await reader.count(), (await reader.toArray()).length, reader.countSync()];
        reader.close();
        // Warnings come with the next turn.
        setImmediate(() => parentPort.postMessage([...counts, warnings]));
      });`;
    const workerData = { index: repositoryPath("dist", "index.js"), pinned };
    const run = (): Promise<unknown> =>
      new Promise((resolve, reject) => {
        const worker = new Worker(code, { eval: true, workerData });
        worker.once("message", resolve).once("error", reject);
      });
    using reader = openMap({ pinned });
    const results = await Promise.all([run(), run(), run(), reader.count()]);
    const all = [COUNT, COUNT, COUNT, []];
    expect(results).toEqual([all, all, all, COUNT]);
  });
});

async function collect<T>(source: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = [];
  for await (const item of source) all.push(item);
  return all;
}
