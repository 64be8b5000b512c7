import { readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import { describe, expect, test } from "vitest";
import type { Interruption } from "../../../../src/cli/session/signals.ts";
import { useScratch } from "../../../helpers/use-scratch.ts";
import { CommandKernel } from "../command-kernel.ts";
import { runMain } from "../run-main.ts";

const scratch = useScratch();

function header(file: string): Record<string, unknown> {
  const bytes = readFileSync(file);
  const text = (file.endsWith(".gz") ? gunzipSync(bytes) : bytes).toString();
  return JSON.parse(text.slice(0, text.indexOf("\n"))) as Record<string, unknown>;
}

/** A request to stop that came before the first entry. */
function interrupted(exitCode: number): Interruption {
  return { signal: AbortSignal.abort(), exitCode, [Symbol.dispose]() {} };
}

test.each(["id 7", "pinned /sys/fs/bpf/conns", "name twins"])("%s: what is saved is what is read back", async (map) => {
  const file = join(scratch.folder, "saved.ndjson.gz");
  expect(await runMain(["save", ...map.split(" "), file])).toEqual({ stdout: "", stderr: "", status: 0 });
  for (const command of ["list", "dump"]) {
    for (const style of [[], ["-j"], ["-p"]]) {
      const live = await runMain([...style, command, ...map.split(" ")]);
      expect(await runMain([...style, command, "file", file])).toEqual(live);
    }
  }
  expect(statSync(file).mode & 0o777).toBe(0o600);
  expect(readdirSync(scratch.folder)).toEqual(["saved.ndjson.gz"]);
});

test("the header says where and when", async () => {
  const file = join(scratch.folder, "saved.ndjson");
  await runMain(["save", "id", "7", file]);
  expect(header(file)).toMatchObject({
    tool: expect.stringMatching(/^ebpf-map \d+\.\d+\.\d+$/),
    kernel: "6.1.0",
    arch: "x64",
    byteOrder: "little",
    time: "1970-01-01T00:00:00.000Z",
    bootTimeOffsetNs: "5",
  });
});

test("a snapshot that is saved again keeps where and when it was taken", async () => {
  const [first, second] = [join(scratch.folder, "first.ndjson"), join(scratch.folder, "second.ndjson.gz")];
  await runMain(["save", "id", "7", first]);
  expect((await runMain(["save", "file", first, second])).status).toBe(0);
  expect(header(second)).toEqual(header(first));
  expect(await runMain(["dump", "file", second])).toEqual(await runMain(["dump", "id", "7"]));
});

test("a key is found in a snapshot of one map, and not in one of several", async () => {
  const file = join(scratch.folder, "twins.ndjson");
  await runMain(["save", "name", "twins", file]);
  const { stdout, stderr, status } = await runMain(["lookup", "file", file, "key", "0", "0", "0", "0"]);
  expect({ stdout, status }).toEqual({ stdout: "", status: 255 });
  expect(stderr.split("\n")).toEqual([
    "Error: there are 2 maps in this file: choose one by name or id (file FILE:NAME)",
    "  id 8  twins  hash  key 4B  value 8B  max_entries 16",
    "  id 9  twins  hash  key 4B  value 8B  max_entries 16",
    "",
  ]);
});

test("pins and processes of this machine are not looked for in a snapshot", async () => {
  const file = join(scratch.folder, "saved.ndjson");
  await runMain(["save", "id", "7", file]);
  expect(await runMain(["list", "-f", "--pids", "file", file])).toEqual(await runMain(["list", "id", "7"]));
});

describe("words about it", () => {
  test("null in JSON, as of bpftool's commands without output", async () => {
    const { stdout, status } = await runMain(["-j", "save", "id", "7", join(scratch.folder, "x.ndjson")]);
    expect({ stdout, status }).toEqual({ stdout: "null\n", status: 0 });
  });

  test("a line on a terminal", async () => {
    const file = join(scratch.folder, "x.ndjson");
    const { stderr } = await runMain(["save", "id", "7", file], { isTerminal: true });
    expect(stderr).toBe(`Saved 1 map with 3 entries in ${file} (${statSync(file).size} bytes)\n`);
  });

  test("a warning and status 3 for a map that is read in part", async () => {
    const kernel = new CommandKernel((call) => (call === "nextKey" ? 524 : undefined));
    const file = join(scratch.folder, "x.ndjson");
    const { stderr, status } = await runMain(["save", "id", "10", file], { kernel });
    expect(status).toBe(3);
    expect(stderr).toBe(
      "Warning: map id 10 (jobs): saved in part: operation not supported " +
        "(ENOTSUPP: a queue has no keys: only its next element can be looked at)\n",
    );
    expect(header(file)).toMatchObject({ map: { id: 10 } });
    expect((await runMain(["peek", "file", file])).stdout).toBe("value: 01 02 03 04\n");
  });

  test.each([
    [
      1,
      "operation not permitted (EPERM: before Linux 5.19 reading needs CAP_BPF, and a security module may forbid it)",
    ],
    [12, "cannot allocate memory (ENOMEM: the kernel is short of memory for the call)"],
    [5, "input/output error (EIO)"],
  ])("and for values that can't be looked up: errno %d", async (errno, text) => {
    const kernel = new CommandKernel((call) => ({ lookupBatch: 22, lookup: errno })[call as string]);
    const file = join(scratch.folder, "x.ndjson");
    const { stderr, status } = await runMain(["save", "id", "7", file], { kernel });
    expect(status).toBe(3);
    expect(stderr).toBe(`Warning: map id 7 (conns): saved in part: 3 values could not be read: ${text}\n`);
    expect(readFileSync(file, "utf8")).toContain(`"errno":${errno}}`);
  });

  test("values that were deleted meanwhile are not missing", async () => {
    const kernel = new CommandKernel((call, n) =>
      call === "lookupBatch" ? 22 : call === "lookup" && n === 1 ? 2 : undefined,
    );
    const file = join(scratch.folder, "x.ndjson");
    expect(await runMain(["save", "id", "7", file], { kernel })).toMatchObject({ stderr: "", status: 0 });
  });
});

describe("to stdout", () => {
  test.each(["-", "/dev/stdout"])("%s: what a file would hold, and nothing else", async (name) => {
    const file = join(scratch.folder, "x.ndjson");
    await runMain(["save", "id", "7", file]);
    for (const style of [[], ["-j"]]) {
      const run = await runMain([...style, "save", "id", "7", name]);
      expect(run).toEqual({ stdout: readFileSync(file, "utf8"), stderr: "", status: 0 });
    }
  });

  test("not to a terminal", async () => {
    const { stdout, stderr, status } = await runMain(["save", "id", "7", "-"], { isTerminal: true });
    expect({ stdout, status }).toEqual({ stdout: "", status: 255 });
    expect(stderr).toBe("Error: save to stdout: it is a terminal (name a file, or pipe it: ebpf-map save MAP - | …)\n");
  });
});

describe("nothing can be read", () => {
  test.each([
    [
      1,
      "operation not permitted (EPERM: before Linux 5.19 reading needs CAP_BPF, and a security module may forbid it)",
      255,
    ],
    [12, "cannot allocate memory (ENOMEM: the kernel is short of memory for the call)", 244],
  ])("errno %d: no file, and the status of the error", async (errno, text, expected) => {
    const kernel = new CommandKernel((call) => (call === "nextKey" || call === "lookupBatch" ? errno : undefined));
    const { stderr, status } = await runMain(["save", "id", "7", join(scratch.folder, "x.ndjson")], { kernel });
    expect({ stderr, status }).toEqual({
      stderr: `Error: save map id 7 (conns): ${text}; nothing is saved\n`,
      status: expected,
    });
    expect(readdirSync(scratch.folder)).toEqual([]);
  });

  test("a queue without even a next element", async () => {
    const kernel = new CommandKernel((call) => (call === "nextKey" ? 22 : undefined));
    kernel.lookup = () => 2;
    const { stderr, status } = await runMain(["save", "id", "10", join(scratch.folder, "x.ndjson")], { kernel });
    expect({ stderr, status }).toEqual({
      stderr:
        "Error: save map id 10 (jobs): invalid argument " +
        "(EINVAL: a queue has no keys: only its next element can be looked at); nothing is saved\n",
      status: 234,
    });
    expect(readdirSync(scratch.folder)).toEqual([]);
  });
});

describe("failures", () => {
  test("a file that exists is kept, but for --force", async () => {
    const file = join(scratch.folder, "x.ndjson");
    writeFileSync(file, "mine");
    const line = ["save", "id", "7", file];
    const { stdout, stderr, status } = await runMain(line);
    expect({ stdout, status }).toEqual({ stdout: "", status: 1 });
    expect(stderr).toContain("(--force replaces it)");
    expect(await runMain(["-j", ...line])).toMatchObject({
      status: 1,
      stdout: expect.stringMatching(/^{"error":"save/),
    });
    expect(readFileSync(file, "utf8")).toBe("mine");
    expect((await runMain([...line, "--force"])).status).toBe(0);
    expect(header(file)).toMatchObject({ version: 1 });
  });

  test("a folder that isn't there", async () => {
    const { stderr, status } = await runMain(["save", "id", "7", join(scratch.folder, "none", "x.ndjson")]);
    expect(status).toBe(1);
    expect(stderr).toContain("no such file or directory");
  });

  test.each([130, 143])("a signal ends it with status %d and leaves nothing", async (code) => {
    const file = join(scratch.folder, "x.ndjson");
    const run = await runMain(["save", "id", "7", file], { interruption: () => interrupted(code) });
    expect(run).toEqual({ stdout: "", stderr: "", status: code });
    expect(readdirSync(scratch.folder)).toEqual([]);
  });

  test("a snapshot that is cut off: what was printed stays, and both outputs tell", async () => {
    const file = join(scratch.folder, "x.ndjson");
    await runMain(["save", "id", "7", file]);
    writeFileSync(file, readFileSync(file, "utf8").replace('"value":"06', '"value":"07'));
    const { stdout, stderr, status } = await runMain(["-j", "dump", "file", file]);
    expect(status).toBe(255);
    expect(stderr).toMatch(/^Error: read snapshot .*x\.ndjson: /);
    expect(stdout).toMatch(/\n{"error":"read snapshot .*"}\n$/);
  });
});
