import { execFileSync, spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { createMap, loadProgram, pinObject } from "../helpers/bpf.ts";
import { setup, teardown } from "../helpers/left-as-found.ts";
import { liveSuite } from "../helpers/requirements.ts";
import { PINS_FOLDER } from "../helpers/scratch.ts";

/** What a test may leave behind, and what is said of it then. */
const LEAKS: readonly [what: string, leak: () => void, said: RegExp][] = [
  ["a process", () => void spawn("sleep", ["600"], { stdio: "ignore" }), /process \d+: sleep 600/],
  ["a file", () => writeFileSync(join(tmpdir(), "forgotten"), ""), /file .*\/forgotten/],
  [
    "a folder that a scope has made",
    () => void mkdtempSync(join(tmpdir(), "ebpf-map-test-")),
    /file .*\/ebpf-map-test-/,
  ],
  ["a mount", mount, /mount none .*\/disk tmpfs/],
  ["a pinned map", () => pin("map"), /pins in .*\/ebpf-map-test-/],
  ["a pinned program", () => pin("program"), /pins in .*\/ebpf-map-test-/],
];

// A map, a program or a link that is in no file system lives as long as a process has it: what is said of processes is
// said of them.
liveSuite("what a run of tests leaves behind fails it", ["kernel"], () => {
  const { TMPDIR, EBPF_MAP_TEST_RUN } = process.env;

  beforeEach(() => setup());

  afterEach(() => {
    Object.assign(process.env, { TMPDIR, EBPF_MAP_TEST_RUN });
    process.exitCode = undefined;
  });

  test.each(LEAKS)("%s", async (_, leak, said) => {
    leak();
    await expect(teardown()).rejects.toThrow(said);
    expect(process.exitCode).toBe(1);
    // It has been cleared away.
    await teardown();
  });

  test("nothing is no failure", async () => {
    await teardown();
    expect(process.exitCode).toBeUndefined();
  });
});

function mount(): void {
  const disk = join(tmpdir(), "disk");
  mkdirSync(disk);
  execFileSync("mount", ["-t", "tmpfs", "none", disk]);
}

function pin(what: "map" | "program"): void {
  using object = what === "map" ? createMap({ type: "array", keySize: 4, valueSize: 4, maxEntries: 1 }) : loadProgram();
  const folder = join(PINS_FOLDER, `ebpf-map-test-${process.env.EBPF_MAP_TEST_RUN?.split("-").at(-1)}-leak`);
  mkdirSync(folder);
  pinObject(object, join(folder, what));
}
