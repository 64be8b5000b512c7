import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { beforeAll, expect, it } from "vitest";
import type { EntrySource, ReadReport } from "../../src/reader/entries.ts";
import { findMaps } from "../../src/reader/find.ts";
import type { MapSource } from "../../src/reader/map-source.ts";
import { LinuxKernel } from "../../src/sys/linux.ts";
import { createMap, updateElement } from "../helpers/bpf.ts";
import { isPerCpu, type MapTypeName } from "../helpers/map-types.ts";
import { repositoryPath } from "../helpers/repository.ts";
import { liveSuite } from "../helpers/requirements.ts";
import { runOurs } from "../helpers/run-ours.ts";
import { Scratch } from "../helpers/scratch.ts";
import { useScratch } from "../helpers/use-scratch.ts";

const READS = 200;
const STABLE = 1500;
const CHURNED = 1500;
const VALUE_SIZE = 8;

interface Sound {
  readonly lost: number;
  readonly repeated: number;
  readonly incomplete: number;
  readonly churnedSeen: number;
  /** Entries of the read that gave most. */
  readonly most: number;
}

liveSuite("reads of a map that two processes hammer", ["kernel"], () => {
  const scratch = useScratch();
  it.each<[MapTypeName, number, number]>([
    ["hash", 4, 1],
    ["lru_hash", 4, 0],
    ["percpu_hash", 4, 1],
    ["lpm_trie", 8, 1],
  ])(`${READS} reads of a %s give every untouched key exactly once, and end`, async (type, keySize, flags) => {
    const possibleCpus = new LinuxKernel().possibleCpus();
    const valueBytes = isPerCpu(type) ? VALUE_SIZE * possibleCpus : VALUE_SIZE;
    // An LRU map evicts long before it is full: room enough that the untouched keys stay.
    const maxEntries = type === "lru_hash" ? 64 * (STABLE + 2 * CHURNED) : STABLE + 2 * CHURNED;
    const fd = scratch.own(createMap({ type, keySize, valueSize: VALUE_SIZE, maxEntries, flags, name: "churned" }));
    for (let n = 0; n < STABLE; n++) updateElement(fd, key(n, keySize), new Uint8Array(valueBytes).fill(0xcd));
    const path = scratch.pin(fd, "churned");
    for (const first of [STABLE, STABLE + CHURNED]) {
      await started(scratch.own(start([path, keySize, valueBytes, first, CHURNED])).child);
    }
    const [map] = findMaps(new LinuxKernel(), { by: "pinned", path });
    if (map === undefined) throw new Error("the map is not there");
    scratch.own(map);
    const { churnedSeen, most, incomplete, ...sound } = readOften(map, keySize);
    expect(sound).toEqual({ lost: 0, repeated: 0 });
    expect(churnedSeen).toBeGreaterThan(0);
    expect(most).toBeLessThanOrEqual(maxEntries);
    // Of a trie nothing tells what one pass has missed, so it is not known that all entries were read.
    if (type === "lpm_trie") expect(incomplete).toBeGreaterThan(0);
    else expect(incomplete).toBe(0);
  });
});

/** An LPM trie of 28,000 networks of which some thousand a second give way to others. */
liveSuite("a busy trie", ["kernel", "build"], () => {
  const scratch = new Scratch();
  const MAX_ENTRIES = 30_000;
  const FIXED = 27_000;
  const CHANGING = 1000;
  let id: string;

  beforeAll(async () => {
    const spec = { keySize: 8, valueSize: VALUE_SIZE, maxEntries: MAX_ENTRIES, flags: 1, name: "busy_trie" };
    const fd = scratch.own(createMap({ type: "lpm_trie", ...spec }));
    for (let n = 0; n < FIXED; n++) updateElement(fd, key(n, 8), new Uint8Array(VALUE_SIZE));
    id = String(new LinuxKernel().mapInfo(fd).id);
    const path = scratch.pin(fd, "busy-trie");
    for (let first = FIXED; first < MAX_ENTRIES; first += CHANGING) {
      await started(scratch.own(start([path, 8, VALUE_SIZE, first, CHANGING])).child);
    }
    return () => scratch[Symbol.dispose]();
  });

  it("stats counts it by its memory, and --warn goes by that", async () => {
    for (let i = 0; i < 10; i++) {
      const { stdout, stderr, status } = await runOurs(["stats", "id", id, "-o", "ndjson", "--warn", "90"]);
      const stats = JSON.parse(stdout.toString()) as { entries: number; mode: string; complete: boolean };
      expect(stats).toMatchObject({ mode: "memlock", complete: true });
      expect(stats.entries).toBeGreaterThanOrEqual(FIXED);
      expect(stats.entries).toBeLessThanOrEqual(MAX_ENTRIES);
      expect({ stderr, status }).toEqual({
        stderr: expect.stringContaining(` ${stats.entries} of 30000 entries\n`),
        status: 4,
      });
    }
  });

  it("--count-only gives what the memory tells, and with a condition what one pass found", async () => {
    const counted = async (...more: string[]): Promise<number> => {
      const { stdout } = await runOurs(["dump", "id", id, "--count-only", ...more]);
      return (JSON.parse(stdout.toString()) as { count: number }).count;
    };
    const all = await counted();
    expect(all).toBeGreaterThanOrEqual(FIXED);
    expect(all).toBeLessThanOrEqual(MAX_ENTRIES);
    // A pass may miss some.
    const found = await counted("--where", "entry.index >= 0");
    expect(found).toBeGreaterThan(FIXED / 2);
    expect(found).toBeLessThanOrEqual(MAX_ENTRIES);
  });

  it("a dump has never more entries than it can have, each once, and says where some may be missing", async () => {
    const statuses: number[] = [];
    for (let i = 0; i < 5; i++) {
      const { stdout, stderr, status } = await runOurs(["dump", "id", id, "-o", "ndjson", "--report"]);
      const lines = stdout.toString().trimEnd().split("\n");
      const keys = lines.map((line) => (JSON.parse(line) as { key: string }).key);
      expect(keys.length).toBeLessThanOrEqual(MAX_ENTRIES);
      expect(new Set(keys).size).toBe(keys.length);
      const state = status === 0 ? "complete" : "incomplete";
      expect(stderr).toContain(`${state}, batch, ${keys.length} entries`);
      const warning = /Warning: read map id \d+ \(busy_trie\): gave up after \d+ of at most 30000 entries: /;
      expect({ status, isWarned: warning.test(stderr) }).toEqual({ status, isWarned: status === 3 });
      statuses.push(status);
    }
    // The other processes may stand still for as long as one read takes, but not for five.
    expect(statuses).toContain(3);
  });
});

function readOften(map: MapSource, keySize: number): Sound {
  let [lost, repeated, incomplete, churnedSeen, most] = [0, 0, 0, 0, 0];
  for (let i = 0; i < READS; i++) {
    const { times, report } = readOnce(map.entries(), keySize);
    for (let n = 0; n < STABLE; n++) if (times[n] === 0) lost += 1;
    repeated += times.filter((count) => count > 1).length;
    churnedSeen += times.slice(STABLE).reduce((sum, count) => sum + count, 0);
    if (!report.complete) incomplete += 1;
    most = Math.max(most, report.entries);
  }
  return { lost, repeated, incomplete, churnedSeen, most };
}

/** How often each key number came. */
function readOnce(source: EntrySource, keySize: number): { times: number[]; report: ReadReport } {
  const times = new Array<number>(STABLE + 2 * CHURNED).fill(0);
  for (let batch = source.next(); batch !== undefined; batch = source.next()) {
    if (batch instanceof Promise) throw new Error("a live map answers at once");
    const keys = new DataView(batch.keys.buffer);
    for (let i = 0; i < batch.count; i++) {
      const n = keys.getUint32((i + 1) * keySize - 4, true);
      times[n] = (times[n] ?? 0) + 1;
    }
  }
  return { times, report: source.report };
}

function key(n: number, keySize: number): Uint8Array {
  const bytes = new Uint8Array(keySize);
  const view = new DataView(bytes.buffer);
  if (keySize === 8) view.setUint32(0, 32, true);
  view.setUint32(keySize - 4, n, true);
  return bytes;
}

/** Resolves at the first line of a process; one that ends instead is an error. */
async function started(child: ChildProcess): Promise<void> {
  const ended = once(child, "exit").then(([status]) => {
    throw new Error(`the churner ended with ${status}`);
  });
  await Promise.race([once(child.stdout ?? child, "data"), ended]);
  ended.catch(() => {});
}

function start(args: readonly (string | number)[]): Disposable & { child: ChildProcess } {
  const program = [repositoryPath("test", "run.mjs"), repositoryPath("test", "helpers", "churner.ts")];
  const child = spawn(process.execPath, [...program, ...args.map(String)], { stdio: ["ignore", "pipe", "inherit"] });
  return { child, [Symbol.dispose]: () => void child.kill("SIGKILL") };
}
