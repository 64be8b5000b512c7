import { cpSync, existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { run } from "../helpers/bpftools.ts";
import { connectionMap } from "../helpers/connections.ts";
import { repositoryPath } from "../helpers/repository.ts";
import { liveSuite } from "../helpers/requirements.ts";
import { runOurs } from "../helpers/run-ours.ts";
import { Scratch } from "../helpers/scratch.ts";
import { compile, installPackage } from "../helpers/stranger.ts";
import { loadStreams } from "../helpers/streams.ts";

/** Uses every entry of the package; what must not compile is marked so, and tsc complains if it does. */
const PROGRAM = `
import {
  type DecodedValue, DEFAULT_DECODE_OPTIONS, type Entry, EbpfMapError, type Finding, type MapHandle, openMap, openStream, PHASES, type Reader, type ReadReport,
  type StreamFormat,
} from "ebpf-map";
import { promMetrics } from "ebpf-map/prom";
import { type GeneratedCodec, RUNTIME_VERSION } from "ebpf-map/runtime";
import { z } from "zod";

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

export async function events(): Promise<bigint> {
  using stream = openStream<Value>({ name: "rb" }, { type: "struct event", signal: AbortSignal.timeout(1000) });
  for await (const { value } of stream) if (value !== undefined) return value.packets;
  // @ts-expect-error: a file has no events
  openStream({ file: "conns.ndjson.gz" });
  return BigInt(stream.stats.lost);
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
  /** What it prints, where the README shows that. */
  readonly output: string | undefined;
}

const README = process.env.EBPF_MAP_README ?? repositoryPath("README.md");

/** The examples of the README: TypeScript behind `<!-- example: NAME -->`, its output behind `<!-- output: NAME -->`. */
function examples(): Example[] {
  const text = existsSync(README) ? readFileSync(README, "utf8") : "";
  const blocks = (kind: string): Map<string, string> => {
    const marked = new RegExp(`<!-- ${kind}: (\\S+) -->\\s*\`\`\`\\w*\\n([\\s\\S]*?)\`\`\``, "g");
    return new Map([...text.matchAll(marked)].map(([, name = "", code = ""]) => [name, code]));
  };
  const outputs = blocks("output");
  return [...blocks("example")].map(([name, code]) => ({ name, code, output: outputs.get(name) }));
}

const scratch = new Scratch();
let complaints = "not compiled";

beforeAll(async () => {
  await installPackage(scratch.folder);
  writeFileSync(join(scratch.folder, "program.ts"), PROGRAM);
  for (const name of readdirSync(repositoryPath("golden", "generated"))) {
    cpSync(repositoryPath("golden", "generated", name), join(scratch.folder, `generated-${name}`));
  }
  for (const { name, code } of examples()) writeFileSync(join(scratch.folder, `${name}.ts`), code);
  await writeGenerated();
  complaints = await compile(scratch.folder);
});

afterAll(() => scratch[Symbol.dispose]());

/** What the examples import that `ebpf-map generate` writes for the map of the examples. */
async function writeGenerated(): Promise<void> {
  const types = ["--key-type", "struct conn_key { u32 addr; u16 port; }"];
  const value = "struct conn_val { u64 packets; enum state { ST_NEW, ST_OPEN } state; char comm[16]; }";
  const { stdout } = await runOurs(["generate", ...types, "--value-type", value]);
  writeFileSync(join(scratch.folder, "conns.ts"), stdout.toString().replaceAll("openConnVal", "openConns"));
}

test("a stranger's program, the generated files and the README's examples compile, strictly", () => {
  expect(complaints).toBe("");
});

test("a README with a chapter on the SDK has examples", () => {
  const text = existsSync(README) ? readFileSync(README, "utf8") : "";
  if (/^## SDK/m.test(text)) expect(examples().length).toBeGreaterThan(5);
});

test("a stranger's program runs", async () => {
  const { stdout, stderr, status } = await run(process.execPath, [join(scratch.folder, "out", "program.js")]);
  expect([stdout.toString(), stderr, status]).toEqual(["open read decode validate close hash 7 14 0 USAGE", "", 0]);
});

liveSuite("the README's examples run", ["kernel", "build", "bpftools", "clang", "libbpf"], () => {
  test("and print what it shows", async () => {
    using pins = new Scratch();
    const map = pins.own(connectionMap(3));
    const path = pins.pin(map, "conns");
    const streams = await loadStreams(pins);
    await streams.emit("emit", 4);
    await runOurs(["save", "pinned", path, join(scratch.folder, "conns.ndjson.gz")]);
    for (const { name, output } of examples()) {
      const file = join(scratch.folder, "out", `${name}.js`);
      writeFileSync(
        file,
        readFileSync(file, "utf8")
          .replaceAll("/sys/fs/bpf/conns", path)
          .replaceAll("/sys/fs/bpf/events", streams.map("ring"))
          .replaceAll('"conns.ndjson.gz"', JSON.stringify(join(scratch.folder, "conns.ndjson.gz"))),
      );
      const { stdout, stderr, status } = await run(process.execPath, [file]);
      expect(`${name}: ${status} ${stderr}`).toBe(`${name}: 0 `);
      if (output !== undefined) expect(`${name}: ${stdout}`).toBe(`${name}: ${output}`);
    }
  });
});
