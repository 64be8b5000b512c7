import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { parseBtf } from "../../../../src/btf/parse.ts";
import { COMMANDS, type Command } from "../../../../src/cli/args/commands.ts";
import { FLAGS, flagsOf } from "../../../../src/cli/args/flags.ts";
import { QUERY_FLAGS } from "../../../../src/cli/args/query-flags.ts";
import { saveSnapshot } from "../../../../src/snapshot/write/save.ts";
import { BtfBuilder } from "../../../helpers/btf-builder.ts";
import { QueryKernel } from "../../../helpers/query-kernel.ts";
import { useScratch } from "../../../helpers/use-scratch.ts";
import { ORIGIN, sampleMap } from "../../snapshot/sample-maps.ts";
import { runMain } from "../run-main.ts";

const scratch = useScratch();

/** Runs an example as it stands in the help text, with its snapshot file in a folder of its own, made by `save`. */
async function runExample(line: string): Promise<{ stdout: string; stderr: string; status: number }> {
  const snapshot = join(scratch.folder, "conns.ndjson.gz");
  if (!line.includes(" save ") || line.includes("--force")) await runMain(["save", "id", "7", snapshot]);
  const [program, ...args] = wordsOf(line);
  expect(program).toBe("ebpf-map");
  if (/ (schema|generate) |prog\.bpf\.o|\.schema\.json/.test(line)) return runTyped(args);
  const kernel = args.some((arg) => QUERY_NAMES.has(arg)) ? { kernel: new QueryKernel() } : {};
  return runMain(
    args.map((arg) => (arg === "conns.ndjson.gz" ? snapshot : arg)),
    kernel,
  );
}

/** Options whose examples are about maps with types. */
const QUERY_NAMES: ReadonlySet<string> = new Set(QUERY_FLAGS.map(({ name }) => `--${name}`));

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
  return runMain(selected.map((arg) => (/^(prog|conns)\./.test(arg) ? path(arg) : arg)));
}

/** BTF of an object file that declares the map `conns` with a u32 and a `struct conn_val`. */
function typedBtf(): { bytes: Uint8Array; key: number; value: number } {
  const btf = new BtfBuilder();
  const key = btf.int("unsigned int", 4);
  const value = btf.struct("conn_val", 8, [{ name: "packets", type: btf.int("unsigned long long", 8), bitOffset: 0 }]);
  const definition = btf.struct("", 16, [
    { name: "key", type: btf.ptr(key), bitOffset: 0 },
    { name: "value", type: btf.ptr(value), bitOffset: 64 },
  ]);
  btf.typedef("conn_t", value);
  btf.datasec(".maps", 0, [{ type: btf.var("conns", definition), offset: 0, size: 16 }]);
  return { bytes: btf.build(), key, value };
}

const EXAMPLES = [
  ...COMMANDS.flatMap(({ examples }) => examples.map(([line]) => line)),
  ...FLAGS.flatMap(({ example }) => example ?? []),
].filter((line) => !/demo|doctor|event/.test(line)); // Those about events run on a real stream, in test/kernel.

test.each(EXAMPLES)("%s", async (line) => {
  const { status, stdout, stderr } = await runExample(line);
  // Whose descriptors are out of sight depends on the machine; the maps of the fake kernel have no types and no fdinfo.
  expect({
    status,
    stderr: stderr.replace(
      /^(Warning: \d+ of the processes|Note: map id 7 .* no types|Note: \/proc\/self\/fdinfo).*\n/,
      "",
    ),
  }).toEqual({
    status: 0,
    stderr: "",
  });
  expect(stdout === "").toBe(line.includes("save") || line.includes("conns.ts"));
});

describe("help texts", () => {
  test("of the program: every command, and the options that are not a command's own", async () => {
    const { stdout, stderr, status } = await runMain([]);
    expect({ stderr, status }).toEqual({ stderr: "", status: 0 });
    for (const { name, words, description } of COMMANDS) {
      expect(stdout).toContain(`ebpf-map ${name} ${words}`.trimEnd());
      expect(stdout.replace(/\s+/g, " ")).toContain(description);
    }
    for (const { name, ignored, bpftool, commands } of FLAGS) {
      expect(stdout.includes(`--${name} `)).toBe(ignored !== true && (bpftool || commands === "all"));
    }
    expect(stdout).toContain("MAP  := id N | name NAME | pinned PATH | file SNAPSHOT");
    for (const args of [["help"], ["-h"], ["--help"], ["map", "help"], ["help", "xyzzy"]]) {
      expect((await runMain(args)).stdout).toBe(stdout);
    }
    expect((await runMain(["help", "dmup"])).stderr).toBe("Note: there is no command 'dmup' (did you mean dump?)\n");
  });

  test.each<[string, Command]>(COMMANDS.map((command) => [command.name, command]))("of %s", async (name, command) => {
    const { stdout, status } = await runMain(["help", name]);
    expect(status).toBe(0);
    expect(stdout).toContain(`${command.description}\n\nUsage: ebpf-map ${name}`);
    for (const [line, shows] of command.examples) {
      expect(stdout).toContain(line);
      expect(stdout.replace(/\s+/g, " ")).toContain(shows);
    }
    for (const flag of flagsOf(command.name, undefined)) {
      const shown = flag.ignored !== true && (flag.commands === "all" || flag.commands.includes(command.name));
      expect(stdout.includes(`--${flag.name} `)).toBe(shown);
    }
    expect(stdout).toMatch(/^Options:$/m);
    expect((await runMain([name, "-h"])).stdout).toBe(stdout);
    expect((await runMain(["map", name, "some", "words", "--help"])).stdout).toBe(stdout);
  });

  test("are no wider than a hundred columns", async () => {
    for (const words of [[], ...COMMANDS.map(({ name }) => [name])]) {
      const { stdout } = await runMain(["help", ...words]);
      for (const line of stdout.split("\n")) expect(line.length).toBeLessThanOrEqual(100);
    }
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

describe("completion", () => {
  test.each<[string, string[]]>([
    ["ebpf-map d", ["demo", "diff", "doctor", "dump"]],
    ["ebpf-map ", COMMANDS.map(({ name }) => name).sort()],
    ["ebpf-map dump --p", ["--per-cpu", "--pretty"]],
    ["ebpf-map -j map events --p", ["--pages", "--poll", "--pretty"]],
    ["ebpf-map --com", ["--compat"]],
    ["ebpf-map zzz", []],
  ])("%s", async (line, words) => {
    const { stdout, status } = await runMain(["--get-yargs-completions", ...line.split(" ")]);
    expect(status).toBe(0);
    expect(stdout.split("\n").filter(Boolean).sort()).toEqual(words);
  });

  test("the script asks for them", async () => {
    const { stdout } = await runMain(["completion"]);
    expect(stdout).toContain("ebpf-map --get-yargs-completions");
    expect(stdout).toContain("complete -o bashdefault -o default -F _ebpf_map ebpf-map\n");
  });
});
