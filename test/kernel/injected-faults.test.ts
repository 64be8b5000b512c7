import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { goldenPath } from "../golden/recorded.ts";
import { type Run, run } from "../helpers/bpftools.ts";
import { repositoryPath } from "../helpers/repository.ts";
import { liveSuite } from "../helpers/requirements.ts";
import { useScratch } from "../helpers/use-scratch.ts";

const SNAPSHOT = goldenPath("types/hash/btf", "map.ndjson");
const PROGRAM = [process.execPath, repositoryPath("bin", "ebpf-map.js")];

/** What a network file system or a quota answers, put in the place of the kernel's answer by strace. */
liveSuite("system calls that fail now and then", ["strace", "build"], () => {
  const scratch = useScratch();

  /** Runs the program with faults; FOUND is how many calls met one. */
  async function injected(faults: readonly string[], args: readonly string[]): Promise<Run & { found: number }> {
    const log = join(scratch.folder, "strace");
    const result = await run("strace", ["-f", "-o", log, ...faults, ...PROGRAM, ...args], 60_000);
    return { ...result, found: readFileSync(log, "latin1").split("(INJECTED)").length - 1 };
  }

  test("EINTR: every other read of a snapshot is interrupted, and done again", async () => {
    const expected = await run(PROGRAM[0] ?? "", [...PROGRAM.slice(1), "dump", "file", SNAPSHOT]);
    const faults = ["-P", SNAPSHOT, "-e", "inject=pread64,read:error=EINTR:when=1+2"];
    const { status, stdout, found } = await injected(faults, ["dump", "file", SNAPSHOT]);
    expect({ status, stdout: stdout.toString() }).toEqual({ status: 0, stdout: expected.stdout.toString() });
    expect(found).toBeGreaterThan(1);
  });

  test("EINTR: every other write is interrupted, and done again", async () => {
    const expected = await run(PROGRAM[0] ?? "", [...PROGRAM.slice(1), "dump", "file", SNAPSHOT]);
    const { status, stdout, found } = await injected(
      ["-e", "inject=write:error=EINTR:when=1+2"],
      ["dump", "file", SNAPSHOT],
    );
    expect({ status, stdout: stdout.toString() }).toEqual({ status: 0, stdout: expected.stdout.toString() });
    expect(found).toBeGreaterThan(1);
  });

  test.each([
    ["a quota that is used up, told when the file goes to disk", "fsync:error=EDQUOT", /disk quota exceeded/],
    ["a quota that is used up, told when the name is made", "link:error=EDQUOT", /disk quota exceeded/],
    ["a disk that is full, told when the file goes to disk", "fsync:error=ENOSPC", /no space left on device/],
    ["a disk that fails", "fsync:error=EIO", /input\/output error/],
  ])("save: %s", async (_, fault, reason) => {
    const file = join(scratch.folder, "saved.ndjson");
    const { status, stderr, found } = await injected(["-e", `inject=${fault}`], ["save", "file", SNAPSHOT, file]);
    expect({ status, found }).toEqual({ status: 1, found: 1 });
    expect(stderr).toMatch(/^Error: save snapshot /);
    expect(stderr).toMatch(reason);
    expect(readdirSync(scratch.folder)).toEqual(["strace"]);
  });
});
