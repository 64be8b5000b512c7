import { cpSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { run } from "../helpers/bpftools.ts";
import { documentsWithPrograms } from "../helpers/documents.ts";
import { loadManualMachine } from "../helpers/manual-machine.ts";
import { fencesOf } from "../helpers/markdown.ts";
import { repositoryPath } from "../helpers/repository.ts";
import { liveSuite } from "../helpers/requirements.ts";
import { runOurs } from "../helpers/run-ours.ts";
import { Scratch } from "../helpers/scratch.ts";
import { compile, installPackage } from "../helpers/stranger.ts";
import { SURVEY } from "./stranger-survey.ts";

/** Uses every entry of the package; what must not compile is marked so, and tsc complains if it does. */
const PROGRAM = `
import {
  channelMetrics, combineHooks, type DecodedValue, DEFAULT_DECODE_OPTIONS, diff, type DiffEvent, formatRow, listMaps, type MapStats, openSnapshot, render, save, stats, toJSON, watch, type WatchEvent, type Entry, EbpfMapError, type Finding, type MapHandle, openMap, openStream, PHASES, type Reader, type ReadReport,
  type StreamFormat,
} from "ebpf-map";
import { promMetrics } from "ebpf-map/prom";
import { type GeneratedCodec, RUNTIME_VERSION } from "ebpf-map/runtime";
import { z } from "zod";
import { type Bss, openMixedStream, openPerCpu, readBss } from "./generated-whole.js";

interface Key { readonly addr: number; readonly port: number }
interface Value { readonly packets: bigint }

export function live(): Reader<Key, Value> {
  const reader = openMap<Key, Value>({ pinned: "/sys/fs/bpf/conns" }, { metrics: promMetrics(), int64: "bigint" });
  const found: Value | undefined = reader.getSync({ addr: 1, port: 2 });
  // @ts-expect-error: a key of the wrong shape
  reader.getSync({ addr: 1 });
  // @ts-expect-error: a value is no number
  const wrong: number = found;
  // @ts-expect-error: what is declared of the values is not what the schema makes of them
  openMap<Key, Value>({ id: 1 }, { value: z.object({ packets: z.string() }) });
  // @ts-expect-error: there is no such aggregate
  openMap({ id: 1 }, { perCpu: "median" });
  // @ts-expect-error: what a reader says of its map is not to be changed
  reader.label = "";
  return reader;
}

/** Every method of a reader, on the snapshot that comes with the package. */
export async function everything(handle: MapHandle): Promise<string[]> {
  const { int64, ...others } = DEFAULT_DECODE_OPTIONS;
  const notes: string[] = [];
  using reader: Reader = await openMap(handle, { int64, ...others, perCpu: "each" });
  const entries: Entry<DecodedValue, DecodedValue>[] = await reader.toArray();
  const [first] = entries;
  if (first === undefined) throw new Error("nothing in it");
  let keys = 0;
  for await (const _ of reader.keys()) keys += 1;
  for await (const _ of reader.values()) keys += 1;
  for await (const { key } of reader) if (!(await reader.has(key))) throw new Error("a key that isn't there");
  for await (const batch of reader.batches()) keys += batch.count * batch.keyView.byteLength * batch.errno(0);
  const value = JSON.stringify(await reader.get(first.key), (_, one: unknown) => (typeof one === "bigint" ? \`\${one}\` : one));
  const findings: Finding[] = reader.schema.compare(reader.schema.json, "6.1.0");
  for (const format of ["ndjson", "json", "csv", "yaml", "table", "bpftool", "bpftool-json", "bpftool-pretty"] satisfies StreamFormat[]) {
    let bytes = 0;
    for await (const chunk of reader.toReadable({ format, onNote: (note) => notes.push(note) })) bytes += (chunk as Uint8Array).length;
    if (bytes === 0) throw new Error(\`nothing as \${format}\`);
  }
  if ((await reader.toReadable().toArray()).length !== entries.length) throw new Error("not all are streamed");
  const inner = await reader.inner(first.key).catch((error: unknown) => (error as EbpfMapError).code);
  for (const sync of [() => reader.getSync(first.key), () => [...reader.entriesSync()], () => reader.countSync()]) {
    try {
      sync();
    } catch (error) {
      if (!(error instanceof EbpfMapError) || error.code !== "NOT_SYNC") throw error;
    }
  }
  const { isTyped, fingerprint, c, tree } = reader.schema;
  if (!isTyped || fingerprint === "" || c === "" || tree === "" || value === undefined) throw new Error("no schema");
  return [reader.type, String(await reader.count()), String(keys), String(findings.length), String(inner), ...notes];
}

export async function file(): Promise<Entry<Key, { n: number }>[]> {
  const value = z.object({ packets: z.bigint() }).transform(({ packets }) => ({ n: Number(packets) }));
  using reader = await openMap({ file: "conns.ndjson.gz" }, { key: z.object({ addr: z.number(), port: z.number() }), value });
  const entries = reader.entries({ timeout: 1000, signal: AbortSignal.timeout(2000) });
  for await (const entry of entries) if (entry.value.n > 3) break;
  const report: ReadReport = entries.report;
  if (!report.complete) throw new EbpfMapError("INCOMPLETE", "not all");
  return reader.toArray();
}

/** What the command does, as functions. */
export async function functions(): Promise<string[]> {
  const all: MapStats[] = await stats(listMaps({ type: ["hash"], pinned: true }), { signal: AbortSignal.timeout(1000) });
  for await (const { owners } of listMaps({ owners: true })) if (owners?.isOrphaned) console.log(owners.pins, owners.programs[0]?.attachments[0]?.kind);
  const [first] = all;
  if (first === undefined) return [];
  const again: MapStats = await stats({ id: first.id }, { since: all });
  await using reader = openMap<Key, Value>({ id: first.id }, { metrics: combineHooks(channelMetrics(), promMetrics({ registry: [] })) });
  const columns = await reader.entries({ select: ["key.port", "value.packets"], where: "value.packets > 1u", sort: "key.port", top: 3 }).toArray();
  const sum: bigint = columns.reduce((total, row) => total + row["value.packets"] * BigInt(row["key.port"]), 0n);
  const groups = await reader.entries({ groupBy: "key.port", agg: "count(), sum(value.packets)" }).toArray();
  const counts: number[] = groups.map((group) => group["count()"]);
  // @ts-expect-error: a column that wasn't selected
  columns[0]?.["value.bytes"];
  // @ts-expect-error: the first of no order
  reader.entries({ top: 1 });
  const changes: WatchEvent<Key, Value>[] = [];
  for await (const change of watch(reader, { interval: 100, reads: 2 })) {
    changes.push(change);
    if (change.type === "changed") counts.push(Number(change.previous.packets), ...Object.values(change.rate));
    // @ts-expect-error: what is new has no value before
    if (change.type === "added") change.previous;
  }
  await save([reader, { name: "other" }], "maps.ndjson.gz", { force: true });
  using snapshot = await openSnapshot("maps.ndjson.gz");
  const saved = snapshot.open<Key, Value>(snapshot.maps[0]);
  const found: DiffEvent<Key, Value>[] = [];
  for await (const event of diff(saved, reader)) found.push(event);
  // @ts-expect-error: there is no such renderer
  render.ipv5(1);
  return [toJSON({ again, sum, changes, found }, { int64: "string" }), formatRow(columns[0] ?? {}, { render: { "key.port": "port" } }), ...counts.map(String)];
}

export async function events(): Promise<bigint> {
  using stream = openStream<Value>({ name: "rb" }, { type: "struct event", signal: AbortSignal.timeout(1000) });
  for await (const event of stream) if (event.fit === "exact" || event.fit === "long") return event.value.packets;
  // @ts-expect-error: a file has no events
  openStream({ file: "conns.ndjson.gz" });
  return BigInt(stream.stats.lost);
}

/** The functions of a file that was generated for a whole object. */
export async function generated(): Promise<unknown[]> {
  const bss: Bss = readBss({ name: "prog.bss" });
  using perCpu = openPerCpu({ name: "per_cpu" }, { perCpu: "sum" });
  const packets: bigint | undefined = perCpu.getSync({ ip: 1, port: 2 })?.packets;
  const seen: (string | number | readonly number[])[] = [];
  for await (const event of openMixedStream({ name: "rb" }, { signal: AbortSignal.timeout(1000) })) {
    if (event.fit !== "exact") continue;
    // @ts-expect-error: not all events have a path
    event.value.path;
    seen.push(event.type === "struct open_event" ? event.value.path : event.value.pid);
  }
  return [bss.counter, packets, ...seen];
}

export const codec: GeneratedCodec<number, bigint> = {
  runtime: RUNTIME_VERSION,
  fingerprint: "",
  perCpu: false,
  decodeKey: (_, view, at) => view.getUint32(at, true),
  decodeValue: (_, view, at) => view.getBigUint64(at, true),
  encodeKey: () => new Uint8Array(4),
};
process.stdout.write(PHASES.join(" "));
const demo = new URL("./golden/demo/connections.ndjson.gz", import.meta.resolve("ebpf-map/package.json"));
process.stdout.write(\` \${(await everything({ file: demo.pathname })).join(" ")}\`);
`;

interface Example {
  readonly name: string;
  readonly code: string;
  /** What it prints, where the document shows that. */
  readonly output: string | undefined;
}

/** The programs in README and manual: blocks of TypeScript that have a name, each with the block of text behind it. */
const EXAMPLES: readonly Example[] = documentsWithPrograms().flatMap(({ text }) =>
  fencesOf(text).flatMap(({ language, word, lines }, i, all): Example[] => {
    const next = all[i + 1];
    const output = next?.language === "text" ? `${next.lines.join("\n")}\n` : undefined;
    return language === "ts" ? [{ name: `example-${word}`, code: lines.join("\n"), output }] : [];
  }),
);

const scratch = new Scratch();
let complaints = "not compiled";

beforeAll(async () => {
  await installPackage(scratch.folder);
  writeFileSync(join(scratch.folder, "program.ts"), PROGRAM);
  writeFileSync(join(scratch.folder, "survey.ts"), SURVEY);
  for (const name of readdirSync(repositoryPath("golden", "generated"))) {
    cpSync(repositoryPath("golden", "generated", name), join(scratch.folder, `generated-${name}`));
  }
  for (const { name, code } of EXAMPLES) writeFileSync(join(scratch.folder, `${name}.ts`), code);
  await writeGenerated();
  complaints = await compile(scratch.folder);
});

afterAll(() => scratch[Symbol.dispose]());

/** What an example imports that `ebpf-map generate` writes for the map `flows`. */
async function writeGenerated(): Promise<void> {
  const key = "struct flow_key { __be32 saddr, daddr; __be16 sport, dport; __u8 proto; }";
  const state = "enum flow_state { NEW, SYN_SENT, ESTABLISHED, CLOSING } state";
  const value = `struct flow { __u64 packets, bytes, last_ns; ${state}; char comm[16]; __u8 zone : 4, mark : 4; bool replied; }`;
  const { stdout, stderr } = await runOurs(["generate", "--key-type", key, "--value-type", value]);
  expect(stderr).toBe("");
  writeFileSync(join(scratch.folder, "flows.ts"), stdout.toString().replaceAll("openFlow", "openFlows"));
}

test("a stranger's program, the generated files and the documents' examples compile, strictly", () => {
  expect(complaints).toBe("");
});

/** The words of all of the stranger's programs: both of these, and what `generate` wrote. */
function usedWords(): ReadonlySet<string> {
  const generated = readdirSync(repositoryPath("golden", "generated")).map((name) =>
    readFileSync(repositoryPath("golden", "generated", name), "utf8"),
  );
  return new Set([PROGRAM, SURVEY, ...generated].join("\n").match(/\w+/g));
}

test("they use every exported name, and every option and method", () => {
  const api = readFileSync(repositoryPath("golden", "package", "api.txt"), "utf8");
  const names = [...api.matchAll(/^export (?:declare )?(?:class|const|function|interface|type) (\w+)/gm)];
  const options = [...api.matchAll(/^ {4,8}readonly (\w+)\?: (?!undefined;)/gm)];
  const methods = [...api.matchAll(/^ {4}(?:get )?(\w+)[(<]/gm)];
  expect([names.length, options.length, methods.length].every((count) => count > 30)).toBe(true);
  const used = usedWords();
  const words = [...names, ...options, ...methods].map(([, name = ""]) => name);
  expect([...new Set(words)].filter((name) => name !== "constructor" && !used.has(name))).toEqual([]);
});

test("the documents have programs, each of a name of its own", () => {
  expect(EXAMPLES.length).toBeGreaterThan(8);
  expect(new Set(EXAMPLES.map(({ name }) => name)).size).toBe(EXAMPLES.length);
});

test("a stranger's program runs", async () => {
  const { stdout, stderr, status } = await run(process.execPath, [join(scratch.folder, "out", "program.js")]);
  expect([stdout.toString(), stderr, status]).toEqual(["open read decode validate close hash 7 14 0 USAGE", "", 0]);
});

liveSuite("the documents' programs", ["kernel", "build", "bpftools", "clang", "libbpf"], () => {
  const maps = new Scratch();
  let pins = "";

  beforeAll(async () => {
    const machine = await loadManualMachine(maps);
    pins = machine.pins;
    machine.furnish(maps.folder);
    await runOurs(["save", "pinned", join(pins, "flows"), join(maps.folder, "flows.ndjson.gz")]);
    for (const { name } of EXAMPLES) putPaths(join(scratch.folder, "out", `${name}.js`));
  });

  function putPaths(file: string): void {
    writeFileSync(
      file,
      readFileSync(file, "utf8")
        .replaceAll("/sys/fs/bpf", pins)
        .replaceAll(/"((?:flows|quota)\.ndjson\.gz|load\.log)"/g, (_, name) => JSON.stringify(join(maps.folder, name))),
    );
  }

  afterAll(() => maps[Symbol.dispose]());

  test.each(EXAMPLES.filter(({ name }) => !isTest(name)))("$name prints what is shown", async ({ name, output }) => {
    const { stdout, stderr, status } = await run(process.execPath, [join(scratch.folder, "out", `${name}.js`)]);
    expect([stderr, status]).toEqual(["", 0]);
    expect(stdout.toString()).toBe(output ?? "");
  });

  test.each(EXAMPLES.filter(({ name }) => isTest(name)))("$name is a test that passes", async ({ name }) => {
    const vitest = join(scratch.folder, "node_modules", "vitest", "vitest.mjs");
    const words = [vitest, "run", "--root", join(scratch.folder, "out"), `${name}.js`];
    const { stdout, status } = await run(process.execPath, words);
    expect([status, stdout.toString()]).toEqual([0, expect.stringMatching(/Tests .*1 passed/)]);
  });
});

/** A program that is a test file of vitest; those that only export something print nothing. */
function isTest(name: string): boolean {
  return name.endsWith(".test");
}
