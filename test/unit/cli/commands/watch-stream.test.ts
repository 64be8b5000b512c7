import { execFileSync } from "node:child_process";
import { closeSync, constants, mkdtempSync, openSync, rmSync, writeSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Readable } from "node:stream";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { CommandKernel } from "../command-kernel.ts";
import { type MainRun, runMain } from "../run-main.ts";

/** Watches what comes through stdin, a piece at a time. */
function watch(states: readonly string[], ...args: string[]): Promise<MainRun> {
  const stdin = Readable.from(states.map((text) => Buffer.from(text, "latin1")));
  return runMain(["watch", "file", "-", ...args], { stdin });
}

/** Events without the times of the day that bpftool's outputs arrived. */
function events({ stdout }: MainRun): string[] {
  return stdout
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => line.replace(/^\{"time":"[^"]*",/, "{").replace(/,"rate":.*\}$/, "}"));
}

const hex = (value: number): string => `"0x${value.toString(16).padStart(2, "0")}"`;
const entry = (key: number, value: number): string => `{"key":[${hex(key)}],"value":[${hex(value)}]}`;
const dump = (...entries: string[]): string => `[${entries.join(",")}]\n`;
const decoded = (key: number, value: string): string =>
  `{"key":[${hex(key)}],"value":["0x00"],"formatted":{"key":${key},"value":${value}}}`;
const TYPED = ["--key-type", "u8", "--value-type", "u8"];

test("changes between the states of a map", async () => {
  const run = await watch([dump(entry(1, 5)), dump(entry(1, 9), entry(2, 1)), dump(entry(2, 1))], ...TYPED);
  expect(run).toMatchObject({ stderr: "", status: 0 });
  expect(events(run)).toEqual([
    '{"event":"added","initial":true,"key":1,"value":5}',
    '{"event":"changed","key":1,"value":9,"previous":5,"delta":4}',
    '{"event":"added","key":2,"value":1}',
    '{"event":"removed","key":1,"value":9}',
  ]);
});

test("--no-initial: without the entries of the first state", async () => {
  const run = await watch([dump(entry(1, 5)), dump(entry(1, 9))], ...TYPED, "--no-initial");
  expect(events(run)).toEqual(['{"event":"changed","key":1,"value":9,"previous":5,"delta":4}']);
});

test("snapshots have the times at which they were taken, and rates by these", async () => {
  const saved = (await runMain(["save", "id", "7", "-"])).stdout;
  const again = await runMain(["watch", "file", "-"], { stdin: Readable.from([Buffer.from(saved + saved)]) });
  expect(again).toMatchObject({ status: 0 });
  expect(again.stdout.split("\n")[0]).toMatch(
    /^\{"time":"1970-01-01T00:00:00.00[01]Z","event":"added","initial":true,/,
  );
  expect(again.stdout.split("\n")).toHaveLength(4);
});

test("one map of several is chosen", async () => {
  const all = (await runMain(["save", "--all", "-"])).stdout;
  const stdin = (): Readable => Readable.from([Buffer.from(all + all)]);
  const one = await runMain(["watch", "file", "-:conns"], { stdin: stdin(), kernel: new CommandKernel() });
  expect(one.status).toBe(0);
  expect(events(one)).toHaveLength(3);
  const many = await runMain(["watch", "file", "-"], { stdin: stdin() });
  expect(many).toMatchObject({ status: 255 });
  expect(many.stderr).toContain("several maps come through stdin (ids 7, 8): choose one by name or id (file -:NAME)");
});

describe("a named pipe", () => {
  let folder: string;
  let pipe: string;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "ebpf-map-pipe-"));
    pipe = join(folder, "states");
    execFileSync("mkfifo", [pipe]);
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  test("is read from its first writer on until the last one is gone", async () => {
    const running = runMain(["watch", "file", pipe, ...TYPED]);
    await writeFile(pipe, dump(entry(1, 5)) + dump(entry(1, 9)));
    const run = await running;
    expect(run).toMatchObject({ stderr: "", status: 0 });
    expect(events(run)).toEqual([
      '{"event":"added","initial":true,"key":1,"value":5}',
      '{"event":"changed","key":1,"value":9,"previous":5,"delta":4}',
    ]);
  });

  test("one map of several is chosen", async () => {
    const all = (await runMain(["save", "--all", "-"])).stdout;
    const one = runMain(["watch", "file", `${pipe}:conns`], { kernel: new CommandKernel() });
    await writeFile(pipe, all);
    expect(events(await one)).toHaveLength(3);
    const many = runMain(["watch", "file", pipe]);
    await writeFile(pipe, all);
    const message = `several maps come through ${pipe} (ids 7, 8): choose one by name or id (file ${pipe}:NAME)`;
    expect((await many).stderr).toContain(message);
  });

  test("a signal ends the wait for a writer", async () => {
    const stop = new AbortController();
    const interruption = { signal: stop.signal, exitCode: 143, [Symbol.dispose]() {} };
    const running = runMain(["watch", "file", pipe, ...TYPED], { interruption: () => interruption });
    stop.abort();
    expect(await running).toEqual({ stdout: "", stderr: "", status: 143 });
  });

  test("a signal that came before it was opened ends it, where a writer has written nothing yet", async () => {
    const interruption = { signal: AbortSignal.abort(), exitCode: 143, [Symbol.dispose]() {} };
    const writer = openSync(pipe, constants.O_RDWR);
    const run = await runMain(["watch", "file", pipe, ...TYPED], { interruption: () => interruption });
    closeSync(writer);
    expect(run).toEqual({ stdout: "", stderr: "", status: 143 });
  });

  test("a signal ends the wait for more", async () => {
    const stop = new AbortController();
    const interruption = { signal: stop.signal, exitCode: 143, [Symbol.dispose]() {} };
    const writer = openSync(pipe, constants.O_RDWR);
    writeSync(writer, dump(entry(1, 5)));
    const written: string[] = [];
    const write = (bytes: Uint8Array): void => {
      written.push(Buffer.from(bytes).toString());
      stop.abort();
    };
    const run = await runMain(["watch", "file", pipe, ...TYPED], { interruption: () => interruption, write });
    closeSync(writer);
    expect(run).toMatchObject({ stderr: "", status: 143 });
    expect(written).toEqual([expect.stringContaining('"event":"added"')]);
  });
});

describe("what bpftool or watch printed, without types", () => {
  test("a state that needs wider types is compared with the one before", async () => {
    const wide = dump(decoded(1, "18446744073709551615"));
    const run = await watch([dump(decoded(1, "5")), wide, wide]);
    expect(run.status).toBe(0);
    expect(events(run)).toEqual([
      '{"event":"added","initial":true,"key":1,"value":5}',
      '{"event":"changed","key":1,"value":18446744073709551615,"previous":5,"delta":18446744073709551610}',
    ]);
  });

  test("longer texts, too", async () => {
    const long = "b".repeat(100);
    const run = await watch([dump(decoded(1, '"a"')), dump(decoded(1, `"${long}"`)), dump(decoded(1, '"a"'))]);
    expect(events(run)).toEqual([
      '{"event":"added","initial":true,"key":1,"value":"a"}',
      `{"event":"changed","key":1,"value":"${long}","previous":"a"}`,
      `{"event":"changed","key":1,"value":"a","previous":"${long}"}`,
    ]);
    expect(run.stderr.match(/Note:/g)).toHaveLength(1);
  });

  test("what watch prints there can be filtered here, and gives the same", async () => {
    const states = [dump(entry(1, 5), entry(2, 200)), dump(entry(1, 9)), dump(entry(1, 9), entry(3, 4))];
    const there = await watch(states, ...TYPED);
    const here = await watch([there.stdout]);
    expect(here.stdout).toBe(there.stdout);
    const some = await watch([there.stdout], "--where", "key != 1");
    expect(events(some)).toEqual([
      '{"event":"added","initial":true,"key":2,"value":200}',
      '{"event":"removed","key":2,"value":200}',
      '{"event":"added","key":3,"value":4}',
    ]);
  });
});

test("--count ends it after so many states", async () => {
  const run = await watch([dump(entry(1, 5)), dump(entry(1, 6)), dump(entry(1, 7))], ...TYPED, "--count", "2");
  expect(events(run)).toHaveLength(2);
  expect(run.status).toBe(0);
});

test("says so where nothing came", async () => {
  const reason = "Warning: no state of a map came through - (wanted: snapshots, JSON of";
  expect(await watch([])).toMatchObject({ status: 0, stdout: "", stderr: expect.stringContaining(reason) });
  expect(await watch(["\n"])).toMatchObject({ status: 0, stderr: expect.stringContaining(reason) });
  expect(await watch(["[]\n"], ...TYPED)).toMatchObject({ status: 0, stderr: "" });
});

test("a state that is cut ends it with the reason", async () => {
  const saved = (await runMain(["save", "id", "7", "-"])).stdout;
  const run = await watch([saved, saved.slice(0, -30)]);
  expect(events(run)).toHaveLength(3);
  expect(run).toMatchObject({ status: 255, stderr: expect.stringContaining("truncated") });
  const printed = await watch([dump(entry(1, 5)), dump(entry(1, 5), entry(2, 5)).slice(0, -6)], ...TYPED);
  expect(printed.stderr).toContain("a state is incomplete: changes may be missing");
  expect(printed.status).toBe(3);
  // What has not come may still be there.
  expect(events(printed)).toEqual(['{"event":"added","initial":true,"key":1,"value":5}']);
});

test.each([
  [["--interval", "1s"], "without --interval and --wait"],
  [["--wait"], "without --interval and --wait"],
  [["-o", "table"], "prints lines of JSON, no live table"],
])("%j is refused", async (args, message) => {
  expect(await watch([], ...args)).toMatchObject({ status: 255, stderr: expect.stringContaining(message) });
});
