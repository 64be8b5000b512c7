import { spawn } from "node:child_process";
import { once } from "node:events";
import { type FSWatcher, readdirSync, watch } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import type { Fd } from "../../src/sys/fd.ts";
import type { BatchBuffers, BatchResult } from "../../src/sys/kernel.ts";
import { LinuxKernel } from "../../src/sys/linux.ts";
import { le } from "../golden/case.ts";
import { createMap, deleteElement, type MapSpec, updateBatch, updateElement } from "../helpers/bpf.ts";
import { run } from "../helpers/bpftools.ts";
import { repositoryPath } from "../helpers/repository.ts";
import { liveSuite } from "../helpers/requirements.ts";
import { runCommand, runOurs } from "../helpers/run-ours.ts";
import { useScratch } from "../helpers/use-scratch.ts";

const kernel = new LinuxKernel();
const COMMAND = `${process.execPath} ${repositoryPath("bin", "ebpf-map.js")}`;

/** Calls `meanwhile` after each step of a read, where another process would have had its chance. */
class DisturbedKernel extends LinuxKernel {
  readonly #meanwhile: () => void;

  constructor(meanwhile: () => void) {
    super();
    this.#meanwhile = meanwhile;
  }

  override nextKey(fd: Fd, key: Uint8Array | null, next: Uint8Array): number {
    const errno = super.nextKey(fd, key, next);
    this.#meanwhile();
    return errno;
  }

  override lookupBatch(fd: Fd, buffers: BatchBuffers, capacity: number, first: boolean, result: BatchResult): void {
    super.lookupBatch(fd, buffers, capacity, first, result);
    this.#meanwhile();
  }
}

liveSuite("what can go wrong", ["kernel", "build"], () => {
  const scratch = useScratch();

  const makeMap = (entries: number, more: Partial<MapSpec> = {}): Fd => {
    const spec = { type: "hash", keySize: 4, valueSize: 64, maxEntries: entries, ...more } as const;
    const map = scratch.own(createMap(spec));
    const keys = new Uint8Array(Uint32Array.from({ length: entries }, (_, i) => i).buffer);
    updateBatch(map, keys, new Uint8Array(entries * spec.valueSize), entries);
    return map;
  };
  const idOf = (map: Fd): string => String(kernel.mapInfo(map).id);

  test.for([{ type: "hash" }, { type: "lpm_trie" }] as const)(
    "entries of a $type deleted while it is read",
    async ({ type }) => {
      const map = type === "hash" ? makeMap(5000) : prefixes(scratch.own(createMap(TRIE)));
      let doomed = 0;
      const disturbed = new DisturbedKernel(() => {
        for (let i = 0; i < 100; i++) deleteQuietly(map, type === "hash" ? le(4, doomed++) : prefix(doomed++));
      });
      const { stdout, status } = await runOurs(["-j", "dump", "id", idOf(map)], disturbed);
      // What one pass over a trie missed while entries were deleted isn't known.
      expect(status).toBe(type === "hash" ? 0 : 3);
      const keys = JSON.parse(stdout.toString()).map((entry: { key: string[] }) => entry.key.join());
      expect(new Set(keys).size).toBe(keys.length);
    },
  );

  test("entries put into a hash while it is read: it ends", async () => {
    const map = makeMap(3000, { maxEntries: 100_000 });
    let fresh = 3000;
    const disturbed = new DisturbedKernel(() => {
      for (let i = 0; i < 500 && fresh < 90_000; i++) updateElement(map, le(4, fresh++), new Uint8Array(64));
    });
    const { stdout, status } = await runOurs(["-j", "dump", "id", idOf(map)], disturbed);
    expect(status).toBe(0);
    const first = JSON.parse(stdout.toString()).map((entry: { key: string[] }) => entry.key.join());
    expect(new Set(first).size).toBe(first.length);
  });

  test("maps that come and go while all are listed", async () => {
    const disturbed = new (class extends LinuxKernel {
      override nextMapId(id: number): { errno: number; id: number } {
        const next = super.nextMapId(id);
        if (next.errno === 0) transient.close();
        return next;
      }
    })();
    const transient = createMap({ type: "array", keySize: 4, valueSize: 4, maxEntries: 1 });
    const { stdout, status } = await runOurs(["-j", "list"], disturbed);
    transient.close();
    expect(status).toBe(0);
    expect(JSON.parse(stdout.toString())).toBeInstanceOf(Array);
  });

  test("a pipe whose reader has gone ends it quietly", async () => {
    const id = idOf(makeMap(20_000));
    for (const options of ["", "-j", "-p"]) {
      const line = `${COMMAND} ${options} dump id ${id} | head -c 10 > /dev/null; exit \${PIPESTATUS[0]}`;
      const { status, stderr } = await run("bash", ["-c", line]);
      expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
    }
  });

  test("a full disk is an error", async () => {
    const id = idOf(makeMap(2000));
    for (const options of ["", "-j"]) {
      const { status, stderr } = await run("bash", ["-c", `${COMMAND} ${options} dump id ${id} > /dev/full`]);
      expect(status).toBe(1);
      expect(stderr).toMatch(/^Error: .*no space left on device/i);
    }
  });

  test("a signal while a snapshot is written leaves no file behind", async () => {
    const id = idOf(makeMap(300_000));
    const appears = once(scratch.own(watched(scratch.folder)), "change");
    const saving = spawn(process.execPath, [
      repositoryPath("bin", "ebpf-map.js"),
      "save",
      "id",
      id,
      join(scratch.folder, "map.ndjson"),
    ]);
    scratch.own({ [Symbol.dispose]: () => saving.kill("SIGKILL") });
    const ended = once(saving, "exit");
    await appears;
    saving.kill("SIGINT");
    expect(await ended).toEqual([130, null]);
    expect(readdirSync(scratch.folder)).toEqual([]);
  });

  test.for(["id 0", "id -1", "id 4294967296", "id 1e3", "name no_such_map", "pinned /nowhere", "file /nowhere", "id"])(
    "%s is refused with a reason",
    async (words) => {
      const { stdout, stderr, status } = await runCommand(["dump", ...words.split(" ")]);
      expect(stdout.toString().trim()).toBe("");
      expect(stderr).toMatch(/^Error: ./m);
      expect(status).not.toBe(0);
    },
  );

  test("what changes maps is refused", async () => {
    for (const command of ["create", "update", "delete", "pin", "push", "pop", "enqueue", "dequeue", "freeze"]) {
      const { stderr, status } = await runOurs(["map", command, "id", "1"]);
      expect({ command, status }).toEqual({ command, status: 2 });
      expect(stderr).toContain("ebpf-map only reads maps");
    }
  });
});

const TRIE = { type: "lpm_trie", keySize: 8, valueSize: 4, maxEntries: 2000, flags: 1 } as const;

function prefixes(trie: Fd): Fd {
  for (let i = 0; i < TRIE.maxEntries; i++) updateElement(trie, prefix(i), le(4, i));
  return trie;
}

function prefix(i: number): Uint8Array {
  return Uint8Array.of(32, 0, 0, 0, 10, 0, i >> 8, i & 0xff);
}

/** Tells at once when a file appears in a folder. */
function watched(folder: string): FSWatcher & Disposable {
  const watcher = watch(folder);
  return Object.assign(watcher, { [Symbol.dispose]: () => watcher.close() });
}

/** A key that is gone already is none of the test's business. */
function deleteQuietly(map: Fd, key: Uint8Array): void {
  try {
    deleteElement(map, key);
  } catch {
    // ENOENT
  }
}
