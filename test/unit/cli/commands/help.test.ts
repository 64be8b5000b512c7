import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import { describe, expect, test } from "vitest";
import { parseBtf } from "../../../../src/btf/parse.ts";
import { COMMANDS, type Command } from "../../../../src/cli/args/commands.ts";
import { ALL_FLAGS, shownFlags } from "../../../../src/cli/args/flags.ts";
import { reference } from "../../../../src/cli/args/help/reference.ts";
import { saveSnapshot } from "../../../../src/snapshot/write/save.ts";
import { BPF_MAP_TYPE } from "../../../../src/sys/map-types.ts";
import { BtfBuilder } from "../../../helpers/btf-builder.ts";
import { QueryKernel } from "../../../helpers/query-kernel.ts";
import { repositoryPath } from "../../../helpers/repository.ts";
import { useScratch } from "../../../helpers/use-scratch.ts";
import { ORIGIN, sampleMap } from "../../snapshot/sample-maps.ts";
import { type Around, runMain } from "../run-main.ts";

const scratch = useScratch();

/** Runs an example as it stands in the help text, with its snapshot file in a folder of its own, made by `save`. */
async function runExample(line: string): Promise<{ stdout: string; stderr: string; status: number }> {
  const snapshot = join(scratch.folder, "conns.ndjson.gz");
  const config = join(scratch.folder, "ebpf-map.yaml");
  writeFileSync(config, "render: { key.saddr: ipv4 }\n");
  const serve = join(scratch.folder, "serve.yaml");
  writeFileSync(serve, "metrics:\n  - { name: conns, type: gauge, map: conns, value: 1 }\n");
  const web = join(scratch.folder, "web.yaml");
  writeFileSync(web, "rate_limit: { interval: 1s, burst: 10 }\n");
  if (!line.includes(" save ") || line.includes("--force")) await runMain(["save", "id", "7", snapshot]);
  const [program, ...args] = wordsOf(line);
  expect(program).toBe("ebpf-map");
  if (line.includes(" verifier ")) return runMain(args.map(verifierFile));
  if (line.includes("--btf-base")) return runMain(args.map(moduleFile));
  if (/ (schema|generate) |prog\.bpf\.o|\.schema\.json/.test(line)) return runTyped(args);
  const kernel = args.some((arg) => QUERY_NAMES.has(arg)) ? { kernel: new QueryKernel() } : {};
  return runMain(
    args.map((arg) => {
      if (arg === "serve.yaml") return serve;
      if (arg === "web.yaml") return web;
      if (arg === "host.ndjson.gz" || ["conns.parquet", "history", "report.html"].includes(arg))
        return join(scratch.folder, arg);
      return arg === "conns.ndjson.gz" ? snapshot : arg === "ebpf-map.yaml" ? config : arg;
    }),
    kernel,
  );
}

/** The path of a file of the examples of `verifier`: a real log, and an object file. */
function verifierFile(name: string): string {
  const golden = name === "load.log" ? "packet/off-by-one.logs.gz" : "btf/missing-field.clang19.o.gz";
  if (name !== "load.log" && name !== "prog.bpf.o") return name;
  const path = join(scratch.folder, name);
  writeFileSync(path, gunzipSync(readFileSync(repositoryPath("golden", "verifier", golden))));
  return path;
}

/** The path of a file of the example of split BTF: the kernel's types, and those of a module on them. */
function moduleFile(name: string): string {
  const vmlinux = new BtfBuilder();
  const u64 = vmlinux.int("unsigned long long", 8);
  const module = new BtfBuilder(vmlinux);
  module.struct("nf_nat_hook", 8, [{ name: "hook", type: u64, bitOffset: 0 }]);
  const files: Readonly<Record<string, Uint8Array>> = { vmlinux: vmlinux.build(), "nf_nat.ko": module.build() };
  const bytes = files[name];
  if (bytes === undefined) return name;
  const path = join(scratch.folder, name);
  writeFileSync(path, bytes);
  return path;
}

/** Flags whose examples are about maps with types. */
const QUERY_NAMES: ReadonlySet<string> = new Set([
  ...ALL_FLAGS.filter(({ flag }) => flag.rows === true).map(({ flag }) => `--${flag.name}`),
  "--watch",
  "--interval",
  "--count",
  "--warn",
]);

/** The words of a shell's line, as far as examples need it, without where its output goes. */
function wordsOf(line: string): string[] {
  return [...line.replace(/ > \S+$/, "").matchAll(/'([^']*)'|\S+/g)].map(([word, quoted]) => quoted ?? word);
}

/** An example that needs types: of a map that has some, or out of files, all in the test's own folder. */
async function runTyped(args: readonly string[]): Promise<{ stdout: string; stderr: string; status: number }> {
  const path = (name: string): string => join(scratch.folder, name);
  const btf = typedBtf();
  const types = { state: "known", types: parseBtf(btf.bytes), keyTypeId: btf.key, valueTypeId: btf.value } as const;
  await saveSnapshot(path("typed"), [sampleMap({ types })], { ...ORIGIN, force: true });
  writeFileSync(path("prog.bpf.o"), btf.bytes);
  const { stdout } = await runMain(["schema", "export", "file", path("typed")]);
  writeFileSync(path("conns.schema.json"), stdout);
  if (args.includes("--check")) await runMain(["generate", "file", path("typed"), "-o", path("conns.ts")]);
  const selected = args.map((arg, i) => {
    if (args[0] === "dump") return arg;
    if (arg === "name" || arg === "id") return "file";
    return args[i - 1] === "name" || args[i - 1] === "id" ? path("typed") : arg;
  });
  return runMain(selected.map((arg) => (/^(prog|conns|maps)\./.test(arg) ? path(arg) : arg)));
}

/** BTF of an object file that declares the map `conns` with a u32 and a `struct conn_val`. */
function typedBtf(): { bytes: Uint8Array; key: number; value: number } {
  const btf = new BtfBuilder();
  const key = btf.int("unsigned int", 4);
  const value = btf.struct("conn_val", 8, [{ name: "packets", type: btf.int("unsigned long long", 8), bitOffset: 0 }]);
  const hash = btf.array(key, BPF_MAP_TYPE.HASH);
  const definition = btf.struct("", 24, [
    { name: "key", type: btf.ptr(key), bitOffset: 0 },
    { name: "value", type: btf.ptr(value), bitOffset: 64 },
    { name: "type", type: btf.ptr(hash), bitOffset: 128 },
  ]);
  btf.typedef("conn_t", value);
  btf.datasec(".maps", 0, [{ type: btf.var("conns", definition), offset: 0, size: 24 }]);
  return { bytes: btf.build(), key, value };
}

const EXAMPLES = reference()
  .commands.flatMap(({ examples }) => examples.map(([line]) => line))
  // Those about events run on a real stream, in test/kernel, those about modules on theirs, and `top` on a terminal,
  // and `serve` until a signal.
  .filter((line) => !/demo|doctor|event|\.ko|ebpf-map top|serve (?!--once|--config)/.test(line));

test.each([...new Set(EXAMPLES)])("%s", async (line) => {
  const { status, stdout, stderr } = await runExample(line);
  // Whose descriptors are out of sight depends on the machine; the maps of the fake kernel have no types and no fdinfo.
  expect({
    status,
    stderr: stderr.replace(
      /^(Warning: \d+ processes|Warning: owners may be missing|Note: map id 7 .* no types|Note: \/proc\/self\/fdinfo|Note: \d+ texts? ha).*\n/gm,
      "",
    ),
  }).toEqual({
    // Each program of the log was refused.
    status: line.includes(" verifier ") ? 1 : 0,
    stderr: "",
  });
  expect(stdout === "").toBe(
    / save | --to | --dir | --no-initial | -o (conns|maps|report)\.| orphaned$| id 7 --fail-empty$/.test(line),
  );
});

describe("help texts", () => {
  test("of the program: every command, and the flags that are not a command's own", async () => {
    const { stdout, stderr, status } = await runMain([]);
    expect({ stderr, status }).toEqual({ stderr: "", status: 0 });
    for (const { name, description } of COMMANDS) {
      expect(stdout).toMatch(new RegExp(`^  ${name} `, "m"));
      expect(stdout.replace(/\s+/g, " ")).toContain(description);
    }
    for (const { flag } of ALL_FLAGS) {
      const isShown = flag.ignored !== true && (flag.bpftool === true || flag.uses === "all");
      expect([flag.name, new RegExp(`--${flag.name}[ \n]`).test(stdout)]).toEqual([flag.name, isShown]);
    }
    expect(stdout).toContain("MAP  := [id] N | [name] NAME | [pinned] PATH | [file] SNAPSHOT");
    for (const args of [["help"], ["-h"], ["--help"], ["map", "help"], ["xyzzy", "-h"], ["update", "-h"]]) {
      expect(await runMain(args)).toEqual({ stdout, stderr: "", status: 0 });
    }
  });

  test.each<[string, Command]>(COMMANDS.map((command) => [command.name, command]))("of %s", async (name, command) => {
    const { stdout, status } = await runMain(["help", name]);
    const flat = stdout.replace(/\s+/g, " ");
    expect(status).toBe(0);
    expect(flat).toContain(`${command.description} Usage: ebpf-map ${name}`);
    for (const form of command.forms) expect(flat).toContain(`ebpf-map ${name} ${form}`.trimEnd());
    for (const [line, shows] of command.examples) {
      expect(flat.replaceAll("\\ ", "")).toContain(`${line} ${shows}`);
    }
    const shown = new Set(shownFlags(command).map((flag) => flag.name));
    for (const { flag } of ALL_FLAGS) {
      expect([flag.name, new RegExp(`^ {2}(?:-\\w, | {4})--${flag.name}(?: |$)`, "m").test(stdout)]).toEqual([
        flag.name,
        shown.has(flag.name),
      ]);
    }
    expect(stdout).toMatch(/^Options:$/m);
    expect((await runMain([name, "-h"])).stdout).toBe(stdout);
    expect((await runMain(["map", name, "some", "words", "--help"])).stdout).toBe(stdout);
    expect((await runMain([name, "--limit", "x", "-h"])).stdout).toBe(stdout);
  });

  const WIDTHS = [30, 40, 60, 80, 100];
  test.each(WIDTHS)("fit a terminal of %i columns", async (columns) => {
    for (const words of [[], ...COMMANDS.map(({ name }) => [name])]) {
      const { stdout } = await runMain(["help", ...words], { isTerminal: true, columns, env: { NO_COLOR: "1" } });
      const { stdout: piped } = await runMain(["help", ...words], { env: { COLUMNS: String(columns) } });
      expect(piped).toBe(stdout);
      // A word of an example is never split: the terminal wraps it, and it can still be copied.
      for (const line of stdout.split("\n").filter((one) => !/^ {2,4}(?:'[^']*'|\S+)(?: \\)?$/.test(one)))
        expect(line.length).toBeLessThanOrEqual(columns);
    }
  });

  test("that of the program says where to start", async () => {
    const { stdout } = await runMain(["help"]);
    expect(stdout).toMatch(/^Start with:\n {2}ebpf-map top +which map is filling up/m);
  });

  test("have 80 columns where nothing tells more, and 100 at most", async () => {
    const longest = async (around: Around): Promise<number> => {
      const { stdout } = await runMain(["help", "events"], around);
      return Math.max(...stdout.split("\n").map((line) => line.length));
    };
    expect(await longest({})).toBeLessThanOrEqual(80);
    expect(await longest({ env: { COLUMNS: "wide" } })).toBeLessThanOrEqual(80);
    expect(await longest({ env: { COLUMNS: "300" } })).toBeGreaterThan(80);
    expect(await longest({ env: { COLUMNS: "300" } })).toBeLessThanOrEqual(100);
  });

  test("a word that is no command and no topic is an error with what was probably meant", async () => {
    expect(await runMain(["help", "dmup"])).toEqual({
      stdout: "",
      stderr: "Error: there is no command or topic 'dmup' (did you mean dump?)\n",
      status: 255,
    });
    const { stderr, status } = await runMain(["help", "nosuchthing"]);
    expect({ stderr, status }).toEqual({
      stderr: "Error: there is no command or topic 'nosuchthing' (ebpf-map help lists all)\n",
      status: 255,
    });
    expect((await runMain(["help", "manual", "nosuchthing"])).status).toBe(255);
    expect((await runMain(["help", ""])).stderr).toContain("there is no command or topic ''");
    expect((await runMain(["help", "dump", "more"])).stderr).toContain("help: expected [COMMAND | TOPIC]");
  });

  test("have bold headings on a terminal, unless NO_COLOR says otherwise", async () => {
    const bold = "\u001b[1mUsage:\u001b[22m";
    expect((await runMain(["help", "dump"], { isTerminal: true })).stdout).toContain(bold);
    expect((await runMain(["help", "dump"], { isTerminal: true, env: { NO_COLOR: "" } })).stdout).toContain(bold);
    expect((await runMain(["help", "dump"], { isTerminal: true, env: { NO_COLOR: "1" } })).stdout).not.toContain(
      "\u001b",
    );
    expect((await runMain(["help", "dump"])).stdout).not.toContain("\u001b");
  });
});

describe("version", () => {
  test.each(["-V", "--version", "version", "dump id 7 -V"])("%s", async (line) => {
    const { stdout, status } = await runMain(line.split(" "));
    expect(status).toBe(0);
    expect(stdout).toMatch(/^ebpf-map \d+\.\d+\.\d+\nprints like bpftool 5\.10, 7\.1, 7\.5, 7\.8\n$/);
  });

  test("as JSON", async () => {
    const { stdout } = await runMain(["-j", "-V"]);
    expect(JSON.parse(stdout)).toEqual({
      version: expect.stringMatching(/^\d+\.\d+\.\d+$/),
      compat: ["5.10", "7.1", "7.5", "7.8"],
    });
  });
});
