import { spawn } from "node:child_process";
import { closeSync, existsSync, openSync, readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { expect, test } from "vitest";
import { FakeKernel, fakeMap } from "../../helpers/fake-kernel.ts";
import { repositoryPath } from "../../helpers/repository.ts";
import { liveSuite } from "../../helpers/requirements.ts";
import { useScratch } from "../../helpers/use-scratch.ts";
import { runMain } from "./run-main.ts";

const scratch = useScratch();
const PROGRAM = repositoryPath("bin", "ebpf-map.js");

interface Ended {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

interface Started {
  readonly ended: Promise<Ended>;
  readonly kill: (signal: NodeJS.Signals) => void;
}

function start(
  command: string,
  args: readonly string[],
  stdout: "pipe" | number = "pipe",
  closesAt = Infinity,
): Started {
  const child = spawn(command, args, { stdio: ["ignore", stdout, "pipe"] });
  scratch.own({ [Symbol.dispose]: () => void child.kill("SIGKILL") });
  const chunks = { stdout: [] as Buffer[], stderr: [] as Buffer[] };
  let length = 0;
  child.stdout?.on("data", (chunk: Buffer) => {
    chunks.stdout.push(chunk);
    length += chunk.length;
    if (length >= closesAt) child.stdout?.destroy();
  });
  child.stderr?.on("data", (chunk: Buffer) => chunks.stderr.push(chunk));
  const ended = new Promise<Ended>((resolve, reject) => {
    child.on("error", reject);
    child.on("close", (status) => {
      const text = (parts: Buffer[]): string => Buffer.concat(parts).toString("latin1");
      resolve({ status, stdout: text(chunks.stdout), stderr: text(chunks.stderr) });
    });
  });
  return { ended, kill: (signal) => child.kill(signal) };
}

/** A snapshot with so many entries. */
async function snapshot(name: string, entries: number): Promise<string> {
  const file = join(scratch.folder, name);
  const kernel = new FakeKernel([fakeMap(entries, { perBucket: 4 })]);
  expect((await runMain(["save", "id", "1", file], { kernel })).status).toBe(0);
  return file;
}

// What only a process has: signals, descriptors and raw arguments.
liveSuite("the built command in a process of its own", ["build"], () => {
  test("a reader that goes away ends the command quietly", async () => {
    const file = await snapshot("big.ndjson", 50_000);
    const { status, stderr } = await start(process.execPath, [PROGRAM, "dump", "file", file], "pipe", 1).ended;
    expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
  });

  test("a full disk is an error", async () => {
    const file = await snapshot("small.ndjson", 3);
    const full = openSync("/dev/full", "w");
    try {
      const { status, stderr } = await start(process.execPath, [PROGRAM, "dump", "file", file], full).ended;
      expect({ status, stderr }).toEqual({ status: 1, stderr: "Error: write the output: no space left on device\n" });
    } finally {
      closeSync(full);
    }
  });

  test("an argument needn't be UTF-8", async () => {
    const script = `exec "$1" "$2" list pinned "/nowhere/$(printf '\\377\\303(')"`;
    const { stderr, status } = await start("sh", ["-c", script, "sh", process.execPath, PROGRAM]).ended;
    expect(status).toBe(255);
    // Whatever the kernel has against the path, it was asked for these bytes.
    expect(stderr).toMatch(/^Error: open pinned \/nowhere\/\\xff\\xc3\(: /);
  });

  test.each<[NodeJS.Signals, number]>([
    ["SIGINT", 130],
    ["SIGTERM", 143],
  ])("%s ends a save with status %d and leaves no file", async (signal, expected) => {
    const file = await snapshot("source.ndjson", 200_000);
    const folder = scratch.folder;
    const target = join(folder, "target.ndjson.gz");
    let ended: Ended;
    do {
      rmSync(target, { force: true });
      const save = start(process.execPath, [PROGRAM, "save", "file", file, target]);
      while (readdirSync(folder).length === 1) await setTimeout(1);
      save.kill(signal);
      ended = await save.ended;
      // One that is done before the signal reaches it is no save that a signal could end.
    } while (ended.status === 0);
    expect(ended).toEqual({ status: expected, stdout: "", stderr: "" });
    expect(existsSync(target)).toBe(false);
    expect(readdirSync(folder)).toEqual(["source.ndjson"]);
  });
});
