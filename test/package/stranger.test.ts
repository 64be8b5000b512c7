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
import { type Entry, EbpfMapError, openMap, openStream, PHASES, type Reader, type ReadReport } from "ebpf-map";
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
  return reader;
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
  decodeKey: (_, view, at) => view.getUint32(at, true),
  decodeValue: (_, view, at) => view.getBigUint64(at, true),
  encodeKey: () => new Uint8Array(4),
};
process.stdout.write(PHASES.join(" "));
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
  expect([stdout.toString(), stderr, status]).toEqual(["open read decode validate close", "", 0]);
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
