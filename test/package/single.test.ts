import { spawnSync } from "node:child_process";
import {
  chmodSync,
  copyFileSync,
  existsSync,
  linkSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { beforeAll, expect, test } from "vitest";
import { VARIABLES } from "../../bin/build/single/node-binary.ts";
import { packageVersion } from "../../src/cli/package/package-files.ts";
import { type DialectVersion, NEWEST_DIALECT } from "../../src/codec/bpftool/dialect.ts";
import { versionsOf } from "../golden/case.ts";
import {
  goldenPath,
  outputFileOf,
  type RecordedCommand,
  readOutcome,
  readRecorded,
  recordedNames,
  wordsFor,
} from "../golden/recorded.ts";
import { makeBareRoot, singleExecutable } from "../helpers/artefacts.ts";
import { type Run, run } from "../helpers/bpftools.ts";
import { arrowRows, arrowRowsOfRust, parquetRowsOfRust } from "../helpers/column-readers.ts";
import { liveSuite } from "../helpers/requirements.ts";
import { SHAPE_NAMES, SHAPES, type Shape } from "../helpers/shapes.ts";
import { useScratch } from "../helpers/use-scratch.ts";

const EXECUTABLE = singleExecutable();
const MAP = goldenPath("types", "hash", "plain", "map.ndjson");
const CONNECTIONS = goldenPath("demo", "connections.ndjson.gz");
const DUMP = readFileSync(goldenPath("types", "hash", "plain", "plain.txt"), "utf8");

liveSuite("the single executable", ["single"], () => {
  const scratch = useScratch();

  const goldens = byFolder(goldenOutputs());

  test("there are golden outputs to compare with", () => {
    expect([...goldens.values()].flat().length).toBeGreaterThan(800);
  });

  // A test of all of them would take minutes on a busy machine.
  test.each([...goldens])("prints the bytes of every golden output of %s", async (_, outputs) => {
    const different: string[] = [];
    await inParallel(2, outputs, async ({ name, command, shape, version }) => {
      const map = ["file", goldenPath(name, "map.ndjson")];
      const compat = version === NEWEST_DIALECT.version ? [] : ["--compat", version];
      const words = [...SHAPES[shape], ...compat, "map", ...wordsFor(command.command.split(" "), map)];
      const { stdout, status } = await run(EXECUTABLE, words);
      const expected = readOutcome(name, command, shape, version);
      if (!stdout.equals(expected.stdout) || (status === 0) !== expected.ok)
        different.push(`${name}: ${words.join(" ")}`);
    });
    expect(different).toEqual([]);
  });

  test("has the manual, the demo, completions and its version", async () => {
    expect((await run(EXECUTABLE, ["help", "snapshots"])).stdout.toString()).toContain("napshot");
    expect((await run(EXECUTABLE, ["-V"])).stdout.toString()).toContain(`ebpf-map ${packageVersion()}\n`);
    expect((await run(EXECUTABLE, ["-j", "demo"])).stdout.toString()).toContain('"comm":"envoy"');
    const completed = await run(EXECUTABLE, ["--get-yargs-completions", "ebpf-map", "du"]);
    expect(completed.stdout.toString()).toMatch(/^dump\t[a-z ]+\n$/);
    const topics = await run(EXECUTABLE, ["--get-yargs-completions", "ebpf-map", "help", "hos"]);
    expect(topics.stdout.toString()).toBe("hosts\tHosts without Node\n");
  });

  test("writes columns", async () => {
    const parquet = await run(EXECUTABLE, ["dump", "file", CONNECTIONS, "-o", "parquet"]);
    expect(parquet).toMatchObject({ stderr: "", status: 0 });
    const arrow = await run(EXECUTABLE, ["dump", "file", CONNECTIONS, "-o", "arrow"]);
    expect(arrow).toMatchObject({ stderr: "", status: 0 });
    expect(parquetRowsOfRust(parquet.stdout)).toEqual(arrowRowsOfRust(arrow.stdout));
    expect(arrowRows(arrow.stdout)).toHaveLength(7);
    const diff = await run(EXECUTABLE, ["diff", "file", CONNECTIONS, "file", CONNECTIONS, "-o", "parquet"]);
    expect([diff.status, parquetRowsOfRust(diff.stdout)]).toEqual([0, []]);
  });

  test("has the licences of all that is in it", async () => {
    const { stdout } = await run(EXECUTABLE, ["--version", "--licences"]);
    for (const name of ["ebpf-map", "koffi 3", "yargs 18", "re2js 2", "yaml 2", "Node.js"]) {
      expect(stdout.toString()).toMatch(new RegExp(`^=+\n${name}[^\n]*\n=+$`, "m"));
    }
    expect(stdout.toString()).toContain("V8, located at deps/v8");
  });

  test.each(VARIABLES)("takes no notice of %s", async (name) => {
    const script = join(scratch.folder, "script.cjs");
    const mark = join(scratch.folder, "mark");
    writeFileSync(script, `require("node:fs").writeFileSync(${JSON.stringify(mark)}, "");`);
    const values: Partial<Record<string, string>> = {
      NODE_OPTIONS: `--require ${script}`,
      NODE_DEBUG_NATIVE: "diagnostics",
    };
    const value = values[name] ?? script;
    const { stdout, stderr, status } = spawnSync(EXECUTABLE, ["dump", "file", MAP], {
      env: { [name]: value },
      encoding: "utf8",
    });
    expect({ stdout, stderr, status }).toEqual({ stdout: DUMP, stderr: "", status: 0 });
    expect(readdirSync(scratch.folder)).toEqual(["script.cjs"]);
  });

  test("is smaller than 80 MB", () => {
    expect(statSync(EXECUTABLE).size).toBeLessThan(80_000_000);
  });

  // Node's data of other languages isn't in it.
  test.each(["de_DE.UTF-8", "th_TH.UTF-8", "ja_JP.eucJP", "xx"])("speaks English where the locale is %s", (locale) => {
    const shown = (words: readonly string[], env: NodeJS.ProcessEnv): string => {
      const { stdout, stderr } = spawnSync(EXECUTABLE, words, { env, encoding: "utf8" });
      return `${stdout}${stderr}`;
    };
    for (const words of [
      ["dump", "file", MAP],
      ["dump", "file", CONNECTIONS, "-o", "table"],
      ["help", "formats"],
      ["--get-yargs-completions", "ebpf-map", ""],
    ]) {
      const expected = shown(words, {});
      expect(expected).not.toBe("");
      expect(shown(words, { LC_ALL: locale })).toBe(expected);
    }
  });

  test("takes options of Node for words of its own", async () => {
    const { stderr, status } = await run(EXECUTABLE, ["--inspect", "dump", "file", MAP]);
    expect([status, stderr]).not.toEqual([0, ""]);
    expect(stderr).toContain("--inspect");
  });
});

liveSuite("the single executable, in places that have little", ["single", "kernel", "strace", "setpriv"], () => {
  const scratch = useScratch();
  let root = "";
  beforeAll(() => chmodSync(EXECUTABLE, 0o755));

  /** A root with the C library alone, the executable in it, and a map to dump. */
  function bareRoot(): string {
    root = join(scratch.folder, "root");
    mkdirSync(root);
    makeBareRoot(root);
    copyFileSync(EXECUTABLE, join(root, "ebpf-map"));
    copyFileSync(MAP, join(root, "map.ndjson"));
    return root;
  }

  /** Runs shell commands in a mount namespace that ends with them; ROOT is the bare root. */
  function inNamespace(script: string): Promise<Run> {
    return run("unshare", ["--mount", "sh", "-ec", script.replaceAll("ROOT", root)]);
  }

  test("needs glibc, libstdc++ and libgcc alone", async () => {
    bareRoot();
    const dump = await run("chroot", [root, "/ebpf-map", "dump", "file", "map.ndjson"]);
    expect([dump.stdout.toString(), dump.stderr, dump.status]).toEqual([DUMP, "", 0]);
    const list = await inNamespace(
      "mount --rbind /proc ROOT/proc; chroot ROOT /ebpf-map -j list | head -c 1; chroot ROOT /ebpf-map -j demo | head -c 2",
    );
    expect([list.stdout.toString(), list.stderr.split("\n")[0]]).toEqual([
      "[[{",
      "This was a snapshot of a connection table. To list the maps of this machine: sudo ebpf-map list",
    ]);
  });

  test("says so where /proc isn't mounted", async () => {
    bareRoot();
    const { stderr, status } = await run("chroot", [root, "/ebpf-map", "list"]);
    expect([stderr, status]).toEqual([expect.stringContaining("/proc is not mounted"), 255]);
    const demo = await run("chroot", [root, "/ebpf-map", "demo"]);
    expect([demo.stderr, demo.status]).toEqual([expect.stringContaining("/proc is not mounted"), 255]);
  });

  test("says so where the C library is another one", async () => {
    const empty = join(scratch.folder, "empty");
    mkdirSync(empty);
    copyFileSync(EXECUTABLE, join(empty, "ebpf-map"));
    const { stdout, stderr, status } = await run("chroot", [empty, "/ebpf-map", "version"]);
    expect([stdout.toString(), status]).toEqual(["", 255]);
    expect(stderr).toMatch(
      /^ebpf-map: \/lib\S+ is missing: this program needs the C library of GNU, glibc 2\.28 or newer/,
    );
  });

  const SIZE = existsSync(EXECUTABLE) ? statSync(EXECUTABLE).size : 0;
  test.each([
    { what: "its start alone", sizes: [0x1000] },
    { what: "no byte of Node", sizes: [0x10000] },
    { what: "half of Node", sizes: [SIZE / 2] },
    { what: "not all assets", sizes: [SIZE - 0x10000] },
    { what: "not the last byte", sizes: [SIZE - 1] },
    { what: "zeros for what never came", sizes: [SIZE / 2, SIZE] },
    { what: "one byte too many", sizes: [SIZE + 1] },
  ])("says so where the file has $what", async ({ sizes }) => {
    const path = join(scratch.folder, "ebpf-map");
    copyFileSync(EXECUTABLE, path);
    for (const size of sizes) truncateSync(path, size);
    const { stdout, stderr, status } = await run(path, ["version"]);
    expect([stdout.toString(), stderr, status]).toEqual([
      "",
      expect.stringMatching(/^ebpf-map: this file isn't whole: .*SHA256SUMS.*\n$/),
      255,
    ]);
  });

  const NOEXEC =
    "mount --rbind /proc ROOT/proc; for d in run dev/shm tmp var/tmp; do mkdir -p ROOT/$d; mount -t tmpfs -o noexec none ROOT/$d; done;";

  test("finds a folder where files may be run", async () => {
    bareRoot();
    const own = await inNamespace(`${NOEXEC} chroot ROOT /ebpf-map -j list | head -c 1`);
    expect([own.stdout.toString(), own.stderr]).toEqual(["[", ""]);
    const named = await inNamespace(
      `${NOEXEC} mount -t tmpfs none ROOT/work; mount --bind ROOT ROOT; mount -o remount,bind,ro ROOT; mount --rbind /proc ROOT/proc; mount -t tmpfs none ROOT/work; XDG_RUNTIME_DIR=/work chroot ROOT /ebpf-map -j list | head -c 1`,
    );
    expect([named.stdout.toString(), named.stderr]).toEqual(["[", ""]);
  });

  test("says so where there is none, with the reason of each", async () => {
    bareRoot();
    const script = `mount --bind ROOT ROOT; ${NOEXEC} mount -o remount,bind,ro ROOT; chroot ROOT /ebpf-map list`;
    const { stderr, status } = await inNamespace(script);
    expect(status).toBe(255);
    for (const reason of ["/run: noexec", "/dev/shm: noexec", "/tmp: noexec", "/var/tmp: noexec", "/: EROFS"]) {
      expect(stderr).toContain(reason);
    }
    expect(stderr).toContain("XDG_RUNTIME_DIR");
  });

  test.each([
    { where: "files can be without a name", inject: [] as string[] },
    { where: "files need a name", inject: ["openat:error=EOPNOTSUPP", "O_TMPFILE"] },
  ])("leaves nothing where $where and it is killed while it writes one", ({ inject: [fault, faulty = ""] }) => {
    const folder = join(scratch.folder, "runtime");
    const file = join(scratch.folder, "trace");
    mkdirSync(folder);
    /** Lists the maps under strace, and returns the calls of the main thread. */
    const calls = (...inject: string[]): string[] => {
      const words = ["-f", "-o", file, "--trace=openat,write,unlink", ...inject.map((one) => `--inject=${one}`)];
      // V8 opens /proc/self/maps so often as the addresses that it was given make it, so these aren't random here.
      spawnSync("setarch", ["-R", "strace", ...words, EXECUTABLE, "-j", "list"], {
        env: { PATH: process.env.PATH, XDG_RUNTIME_DIR: folder },
      });
      const [first = "", ...more] = readFileSync(file, "latin1").split("\n");
      const thread = first.split(" ")[0] ?? "";
      return [first, ...more]
        .filter((line) => line.startsWith(`${thread} `))
        .map((line) => line.slice(thread.length).trim());
    };
    /** Which call of its name is the first that has this text: 1 for the first of all. */
    const nth = (lines: readonly string[], name: string, text: string): number =>
      lines.filter((line) => line.startsWith(`${name}(`)).findIndex((line) => line.includes(text)) + 1;

    const usual = calls();
    const faults = fault === undefined ? [] : [`${fault}:when=${nth(usual, "openat", faulty)}`];
    const lines = calls(...faults);
    expect(lines.at(-1)).toBe("+++ exited with 0 +++");
    expect(nth(lines, "unlink", `${folder}/.ebpf-map-`) > 0).toBe(fault !== undefined);
    expect(readdirSync(folder)).toEqual([]);
    const writing = nth(lines, "write", "\\177ELF");
    expect(writing).toBeGreaterThan(0);
    expect(calls(...faults, `write:signal=SIGKILL:when=${writing}`).at(-1)).toBe("+++ killed by SIGKILL +++");
    expect(readdirSync(folder)).toEqual([]);
  });

  test("says to a user without rights what the package says", async () => {
    const folder = join(scratch.folder, "public");
    mkdirSync(folder);
    chmodSync(scratch.folder, 0o755);
    const program = join(folder, "ebpf-map");
    if (!tryLink(EXECUTABLE, program)) copyFileSync(EXECUTABLE, program);
    const user = ["--reuid=65534", "--regid=65534", "--clear-groups"];
    const list = await run("setpriv", [...user, program, "list"]);
    expect([list.stdout.toString(), list.status]).toEqual(["", 255]);
    expect(list.stderr).toContain("CAP_SYS_ADMIN");
    copyFileSync(MAP, join(folder, "map.ndjson"));
    const dump = await run("setpriv", [...user, program, "dump", "file", join(folder, "map.ndjson")]);
    expect([dump.stdout.toString(), dump.stderr, dump.status]).toEqual([DUMP, "", 0]);
  });
});

function tryLink(from: string, to: string): boolean {
  try {
    linkSync(from, to);
    return existsSync(to);
  } catch {
    return false;
  }
}

interface GoldenOutput {
  readonly name: string;
  readonly command: RecordedCommand;
  readonly shape: Shape;
  readonly version: DialectVersion;
}

/** One command line for each file of golden/ that holds an output: the newest version of those that print it. */
function goldenOutputs(): GoldenOutput[] {
  const outputs = new Map<string, GoldenOutput>();
  for (const name of recordedNames()) {
    const recorded = readRecorded(name);
    for (const command of recorded.commands) {
      for (const shape of SHAPE_NAMES) {
        for (const version of versionsOf(recorded)) {
          const file = outputFileOf(name, command.command.split(" "), shape, version);
          outputs.set(`${name}/${file}`, { name, command, shape, version });
        }
      }
    }
  }
  return [...outputs.values()];
}

/** The outputs by the folder of their kind: `types/hash`. */
function byFolder(outputs: readonly GoldenOutput[]): Map<string, GoldenOutput[]> {
  const found = new Map<string, GoldenOutput[]>();
  for (const output of outputs) {
    const folder = output.name.split("/").slice(0, 2).join("/");
    found.set(folder, [...(found.get(folder) ?? []), output]);
  }
  return found;
}

async function inParallel<T>(workers: number, items: readonly T[], work: (item: T) => Promise<void>): Promise<void> {
  const queue = [...items];
  const worker = async (): Promise<void> => {
    for (let item = queue.shift(); item !== undefined; item = queue.shift()) await work(item);
  };
  await Promise.all(Array.from({ length: workers }, worker));
}
