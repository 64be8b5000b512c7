import { mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { cpus, release, tmpdir } from "node:os";
import { join } from "node:path";
import { compileValueDecoder } from "../../src/codec/access/value-decoder.ts";
import { findMaps } from "../../src/reader/find.ts";
import { layoutFromBtf } from "../../src/schema/from-btf.ts";
import type { Fd } from "../../src/sys/fd.ts";
import { LinuxKernel } from "../../src/sys/linux.ts";
import { createMap, pinObject, updateBatch, updateElement } from "../helpers/bpf.ts";
import { repositoryPath } from "../helpers/repository.ts";
import { churnRows } from "./churn.ts";
import { type Sample, sample } from "./measure.ts";
import { outputRows } from "./outputs.ts";
import { referenceMap } from "./reference-map.ts";
import { shareRows, smallRows, type Tools } from "./share.ts";
import { type Row, range, ratioRow, tableText } from "./table.ts";

/**
 * The bench: the same work by ebpf-map and by what a user would run instead, in turns. `npm run bench` (root) prints
 * the table and writes the figures to bench.json; `--quick` uses maps a tenth as large, `--only WORD` the rows that
 * have it.
 */
const QUICK = process.argv.includes("--quick");
const ONLY = process.argv[process.argv.indexOf("--only") + 1];
const ROUNDS = QUICK ? 3 : 5;
const SCALE = QUICK ? 10 : 1;
const MILLION = 1_000_000 / SCALE;
/** Entries that one call writes. */
const BATCH = 4096;
const PINS = `/sys/fs/bpf/ebpf-map-bench-${process.pid}`;
const BPFTOOL = repositoryPath(".cache", "bpftools", "bpftool-7.8");
const OURS = [process.execPath, repositoryPath("bin", "ebpf-map.js")];

const TOOLS: Tools = { ours: OURS, bpftool: BPFTOOL };

const rows: Row[] = [];
const wanted = (name: string): boolean => ONLY === undefined || !process.argv.includes("--only") || name.includes(ONLY);

/** Both tools on one map, and the row that says how they compare. */
async function against(work: string, map: string, flags: readonly string[], atLeast: number): Promise<void> {
  if (!wanted(work)) return;
  const words = ["map", "dump", "pinned", map];
  const got = await sample({ ours: [...OURS, ...flags, ...words], bpftool: [BPFTOOL, ...flags, ...words] }, ROUNDS);
  addRatio(work, got.ours as Sample, got.bpftool as Sample, `${atLeast} x less CPU`);
}

function addRatio(work: string, ours: Sample, theirs: Sample, goal: string): void {
  add(ratioRow(work, ours, theirs, goal));
}

function add(row: Row): void {
  rows.push(row);
  process.stderr.write(`${row.work}: ${row.ratio === "" ? row.ours : row.ratio}\n`);
}

function pinned(map: Fd, name: string): string {
  const path = join(PINS, name);
  pinObject(map, path);
  map.close();
  return path;
}

/** Makes a map for the rows that are wanted of it, if any is, and removes it again. */
async function withMap(
  works: readonly string[],
  name: string,
  make: () => Fd,
  run: (path: string) => Promise<void>,
): Promise<void> {
  if (!works.some(wanted)) return;
  const path = pinned(make(), name);
  await run(path);
  rmSync(path);
}

async function dumps(): Promise<void> {
  const [json, pretty, plain, raw] = ["--json", "--pretty", "plain with BTF", "plain without BTF"].map(
    (style) => `${MILLION} entries, ${style}`,
  ) as [string, string, string, string];
  await withMap(
    [json, pretty, plain, "snapshot", "decode", "share", "output"],
    "conns",
    () => referenceMap(MILLION),
    async (conns) => {
      if (wanted("share")) for (const row of await shareRows(TOOLS, conns, ROUNDS)) add(row);
      if (wanted("output")) for (const row of await outputRows(TOOLS, conns, ROUNDS)) add(row);
      await against(json, conns, ["-j"], 6);
      await against(pretty, conns, ["-p"], 5);
      await against(plain, conns, [], 5);
      await snapshots(conns);
      decoding(conns);
    },
  );
  await withMap(
    [raw],
    "raw",
    () => referenceMap(MILLION, { btf: false }),
    (path) => against(raw, path, [], 5),
  );
  const perCpu = `percpu_hash, ${MILLION / 5} entries, --json`;
  const makePerCpu = (): Fd => referenceMap(MILLION / 5, { type: "percpu_hash" });
  await withMap([perCpu], "percpu", makePerCpu, (path) => against(perCpu, path, ["-j"], 5));
}

async function otherTypes(): Promise<void> {
  const entries = MILLION;
  for (const type of ["array", "percpu_array", "lru_hash", "lpm_trie", "hash_of_maps"] as const) {
    const work = `${type}, ${entries} entries, --json`;
    const make = (): Fd => (type === "hash_of_maps" ? mapOfMaps(entries) : simpleMap(type, entries));
    await withMap([work], type, make, (path) => against(work, path, ["-j"], 4));
  }
}

function simpleMap(type: "array" | "percpu_array" | "lru_hash" | "lpm_trie", maxEntries: number): Fd {
  const keySize = type === "lpm_trie" ? 8 : 4;
  const map = createMap({ type, keySize, valueSize: 64, maxEntries, flags: type === "lpm_trie" ? 1 : 0, name: type });
  const key = new DataView(new ArrayBuffer(keySize));
  if (keySize === 8) key.setUint32(0, 32, true);
  const value = new Uint8Array(64 * (type === "percpu_array" ? new LinuxKernel().possibleCpus() : 1));
  for (let n = 0; n < maxEntries; n++) {
    key.setUint32(keySize - 4, n, true);
    value.fill(n);
    updateElement(map, new Uint8Array(key.buffer), value);
  }
  return map;
}

/** One map under many keys. In batches, since the kernel waits for a grace period once a call. */
function mapOfMaps(entries: number): Fd {
  using inner = createMap({ type: "array", keySize: 4, valueSize: 4, maxEntries: 1, name: "inner" });
  const map = createMap({ type: "hash_of_maps", keySize: 4, valueSize: 4, maxEntries: entries, name: "outer", inner });
  const values = new Uint8Array(new Uint32Array(BATCH).fill(inner.number).buffer);
  for (let from = 0; from < entries; from += BATCH) {
    const keys = Uint32Array.from({ length: Math.min(BATCH, entries - from) }, (_, i) => from + i);
    updateBatch(map, new Uint8Array(keys.buffer), values, keys.length);
  }
  return map;
}

async function snapshots(map: string): Promise<void> {
  if (!wanted("snapshot")) return;
  const folder = mkdtempSync(join(tmpdir(), "ebpf-map-bench-"));
  try {
    const file = join(folder, "conns.ndjson");
    const live = [...OURS, "-j", "dump", "pinned", map];
    const save = [...OURS, "save", "pinned", map, file, "--force"];
    const saved = await sample({ live, save }, ROUNDS);
    addRatio("snapshot save, against a live dump", saved.save as Sample, saved.live as Sample, "within 2 x");
    const read = await sample({ live, file: [...OURS, "-j", "dump", "file", file] }, ROUNDS);
    addRatio("snapshot dump, against a live dump", read.file as Sample, read.live as Sample, "within 2 x");
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** Every entry to plain objects, in this process. */
function decoding(path: string): void {
  if (!wanted("decode")) return;
  const [map] = findMaps(new LinuxKernel(), { by: "pinned", path });
  const types = map?.types();
  if (map === undefined || types?.state !== "known") throw new Error("the reference map has no types");
  const key = compileValueDecoder(layoutFromBtf(types.types, types.keyTypeId));
  const value = compileValueDecoder(layoutFromBtf(types.types, types.valueTypeId));
  const rates: number[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    const start = process.cpuUsage();
    let count = 0;
    const source = map.entries();
    for (let batch = source.next(); batch !== undefined && !(batch instanceof Promise); batch = source.next()) {
      const kd = new DataView(batch.keys.buffer);
      const vd = new DataView(batch.values.buffer);
      for (let i = 0; i < batch.count; i++) {
        const entry = { key: key(batch.keys, kd, i * 16), value: value(batch.values, vd, i * 48) };
        if (entry.value !== null) count += 1;
      }
    }
    const { user, system } = process.cpuUsage(start);
    rates.push(count / ((user + system) / 1e6));
  }
  rates.sort((a, b) => a - b);
  const median = rates[Math.floor(rates.length / 2)] ?? 0;
  rows.push({
    work: `decode ${MILLION} entries to objects`,
    ours: `${(median / 1000).toFixed(0)}k entries a second of CPU`,
    peer: "",
    ratio: "",
    range: `${((rates[0] ?? 0) / 1000).toFixed(0)}k-${((rates.at(-1) ?? 0) / 1000).toFixed(0)}k`,
    peak: "",
    goal: "at least 700k",
    samples: { rates },
  });
  map[Symbol.dispose]();
}

/** What an entry costs from ten thousand to ten million. The start of the program is taken off. */
async function scaling(): Promise<void> {
  if (!wanted("scaling")) return;
  const costs: string[] = [];
  let peak = 0;
  const empty = pinned(referenceMap(1), "one");
  const base = (await sample({ base: [...OURS, "-j", "dump", "pinned", empty] }, ROUNDS)).base as Sample;
  for (const entries of [10_000, 1_000_000, 10_000_000].map((n) => n / SCALE)) {
    const map = pinned(referenceMap(entries), `scale${entries}`);
    const got = (await sample({ got: [...OURS, "-j", "dump", "pinned", map] }, ROUNDS)).got as Sample;
    costs.push(`${entries}: ${(((got.cpu - base.cpu) / entries) * 1e6).toFixed(2)} us`);
    peak = Math.max(peak, got.peakMiB);
    rmSync(map);
  }
  rows.push({
    work: "cost an entry (scaling), --json",
    ours: costs.join(", "),
    peer: "",
    ratio: "",
    range: "",
    peak: `${peak.toFixed(0)} MiB`,
    goal: "within 20 %, 96 MiB",
    samples: { costs },
  });
}

/** A map of usual size. */
async function small(): Promise<void> {
  await withMap(
    ["small"],
    "usual",
    () => referenceMap(10_000, { maxEntries: 16_384 }),
    async (usual) => {
      const one = pinned(referenceMap(1), "one");
      for (const row of await smallRows(TOOLS, { usual, one }, 4 * ROUNDS)) add(row);
      rmSync(one);
    },
  );
}

async function startUp(): Promise<void> {
  if (!wanted("start")) return;
  const map = pinned(createMap({ type: "hash", keySize: 4, valueSize: 8, maxEntries: 4, name: "small" }), "small");
  const got = await sample({ ours: [...OURS, "dump", "pinned", map], node: [process.execPath, "-e", "0"] }, 4 * ROUNDS);
  const [ours, node] = [got.ours as Sample, got.node as Sample];
  rows.push({
    work: "start: a small map, against node -e 0",
    ours: `${(ours.wall * 1000).toFixed(0)} ms`,
    peer: `${(node.wall * 1000).toFixed(0)} ms`,
    ratio: `${(ours.wall / node.wall).toFixed(2)} x its wall time`,
    range: "",
    peak: `${ours.peakMiB.toFixed(0)} MiB`,
    goal: "at most 1.6 x",
    samples: { ours: ours.runs, peer: node.runs },
  });
}

async function list(): Promise<void> {
  if (!wanted("list")) return;
  const maps = Array.from({ length: 500 }, (_, n) =>
    createMap({ type: "array", keySize: 4, valueSize: 8, maxEntries: 4, name: `listed_${n}` }),
  );
  try {
    const got = await sample(
      { ours: [...OURS, "map", "list"], bpftool: [BPFTOOL, "map", "list"], node: [process.execPath, "-e", "0"] },
      ROUNDS,
    );
    const [ours, theirs, node] = [got.ours as Sample, got.bpftool as Sample, got.node as Sample];
    rows.push({
      work: "list of 500 maps, beyond Node's own start",
      ours: `${((ours.cpu - node.cpu) * 1000).toFixed(0)} ms CPU`,
      peer: `${(theirs.cpu * 1000).toFixed(0)} ms CPU`,
      ratio: `${((ours.cpu - node.cpu) / theirs.cpu).toFixed(2)} x its CPU`,
      range: range(ours),
      peak: `${ours.peakMiB.toFixed(0)} MiB`,
      goal: "at most 2 x",
      samples: { ours: ours.runs, peer: theirs.runs },
    });
  } finally {
    for (const map of maps) map.close();
  }
}

async function main(): Promise<void> {
  statSync(BPFTOOL);
  mkdirSync(PINS);
  try {
    await startUp();
    await list();
    await small();
    await dumps();
    await otherTypes();
    await scaling();
    if (wanted("churn")) rows.push(...(await churnRows(OURS, BPFTOOL, PINS, QUICK ? 5 : 22)));
  } finally {
    rmSync(PINS, { recursive: true });
  }
  const model = /model name\s*: (.*)/.exec(readFileSync("/proc/cpuinfo", "latin1"))?.[1] ?? "unknown processor";
  const about = `Linux ${release()}, Node ${process.versions.node}, ${cpus().length} x ${model}, bpftool 7.8, median of ${ROUNDS}`;
  process.stdout.write(`${about}\n\n${tableText(rows)}\n`);
  writeFileSync(repositoryPath(".cache", "bench.json"), `${JSON.stringify({ about, rows }, null, 2)}\n`);
}

await main();
