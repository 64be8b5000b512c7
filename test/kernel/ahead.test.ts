import { once } from "node:events";
import { readlinkSync } from "node:fs";
import { Worker } from "node:worker_threads";
import { expect, test } from "vitest";
import type { EntrySource } from "../../src/reader/entries.ts";
import { LiveMap } from "../../src/reader/live-map.ts";
import type { Fd } from "../../src/sys/fd.ts";
import { LinuxKernel } from "../../src/sys/linux.ts";
import { createMap, updateBatch } from "../helpers/bpf.ts";
import { repositoryPath } from "../helpers/repository.ts";
import { liveSuite } from "../helpers/requirements.ts";
import { useScratch } from "../helpers/use-scratch.ts";

const COUNT = 50_000;

liveSuite("reading ahead", ["kernel", "build"], () => {
  const scratch = useScratch();
  const kernel = new LinuxKernel();

  /** A hash whose values are their keys, plus `shift`. */
  function numbered(name: string, shift = 0): Fd {
    const map = scratch.own(
      createMap({ type: "hash", keySize: 4, valueSize: 4, maxEntries: 2 * COUNT, flags: 1, name }),
    );
    const keys = Uint32Array.from({ length: COUNT }, (_, n) => n);
    const values = keys.map((n) => n + shift);
    updateBatch(map, new Uint8Array(keys.buffer), new Uint8Array(values.buffer), COUNT);
    return map;
  }

  const opened = (map: Fd): LiveMap => new LiveMap(kernel, kernel.openMap(kernel.mapInfo(map).id));

  /** The keys of a read, each of whose values is checked. */
  async function keysOf(source: EntrySource, shift = 0): Promise<Set<number>> {
    const keys = new Set<number>();
    for (let batch = await source.next(); batch !== undefined; batch = await source.next()) {
      const [key, value] = [new Uint32Array(batch.keys.buffer), new Uint32Array(batch.values.buffer)];
      for (let i = 0; i < batch.count; i++) if (value[i] === (key[i] ?? 0) + shift) keys.add(key[i] ?? 0);
    }
    return keys;
  }

  test("gives every entry once, and knows the end by the errno of the other thread", async () => {
    using map = opened(numbered("ahead_all"));
    using source = map.entries({ ahead: true });
    expect((await keysOf(source)).size).toBe(COUNT);
    expect(source.report).toMatchObject({ complete: true, mode: "batch", entries: COUNT, retries: 0, errno: 0 });
  });

  test("many reads at once share the threads and keep apart", async () => {
    const maps = Array.from({ length: 6 }, (_, n) => opened(numbered(`ahead_${n}`, n)));
    const found = await Promise.all(maps.map((map, n) => keysOf(map.entries({ ahead: true }), n)));
    expect(found.map(({ size }) => size)).toEqual(maps.map(() => COUNT));
    for (const map of maps) map[Symbol.dispose]();
  });

  test("a map that is closed in the middle of a call keeps its descriptor until that is over", async () => {
    const fd = kernel.openMap(kernel.mapInfo(numbered("ahead_closed")).id);
    const { number } = fd;
    const map = new LiveMap(kernel, fd);
    const source = map.entries({ ahead: true });
    expect(source.next()).toHaveProperty("count");
    const asked = source.next();
    source[Symbol.dispose]();
    map[Symbol.dispose]();
    expect(readlinkSync(`/proc/self/fd/${number}`)).toContain("bpf-map");
    expect(await asked).toBeUndefined();
    expect(() => readlinkSync(`/proc/self/fd/${number}`)).toThrow("ENOENT");
  });

  test("a worker may be ended in the middle of a read", async () => {
    const path = scratch.pin(numbered("ahead_worker"), "ahead_worker");
    const code = `
      const { parentPort, workerData } = require("node:worker_threads");
      import(workerData.sdk).then(async ({ openMap }) => {
        for (;;) {
          const reader = await openMap({ pinned: workerData.path });
          for await (const _ of reader.batches()) parentPort.postMessage("read");
          reader.close();
        }
      });`;
    const sdk = repositoryPath("dist", "index.js");
    for (let round = 0; round < 5; round++) {
      const worker = new Worker(code, { eval: true, workerData: { sdk, path } });
      await once(worker, "message");
      expect(await worker.terminate()).toBe(1);
    }
  });
});
