import { execFileSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import { beforeEach, expect, test } from "vitest";
import { repositoryPath } from "../../../helpers/repository.ts";
import { liveSuite } from "../../../helpers/requirements.ts";
import { useScratch } from "../../../helpers/use-scratch.ts";
import { runMain } from "../run-main.ts";

const scratch = useScratch();
let log = "";

/** What Linux 6.18 says of a program that reads one byte behind those that it has checked. */
beforeEach(() => {
  const logs = gunzipSync(
    readFileSync(repositoryPath("golden", "verifier", "packet", "off-by-one.logs.gz")),
  ).toString();
  const one = logs.split("\x1e").find((part) => part.startsWith(" 6.18 clang14\n"));
  if (one === undefined) throw new Error("there is no log of this kernel and compiler");
  log = join(scratch.folder, "load.log");
  writeFileSync(log, one.slice(one.indexOf("\n") + 1));
});

test("names the line to change, and the status says that a program was refused", async () => {
  const { stdout, stderr, status } = await runMain(["verifier", log]);
  expect({ stderr, status }).toEqual({ stderr: "", status: 1 });
  expect(stdout).toMatch(/off-by-one\.bpf\.c:12 {2}packet read or written without a bounds check\n/);
});

test("each view is one of its own", async () => {
  const views = await Promise.all(
    [[], ["--all"], ["--stats"], ["--register", "R2"], ["--format", "github"]].map((flags) =>
      runMain(["verifier", log, ...flags]),
    ),
  );
  expect(new Set(views.map(({ stdout }) => stdout)).size).toBe(views.length);
  expect(views.map(({ status }) => status)).toEqual([1, 1, 1, 1, 1]);
  expect(views.at(-1)?.stdout).toMatch(/^::error file=off-by-one\.bpf\.c,line=12/);
  expect(views.at(-2)?.stdout).toContain("R2");
});

test("-j is the whole report", async () => {
  const { stdout } = await runMain(["-j", "verifier", log]);
  expect(JSON.parse(stdout)).toMatchObject({
    version: 1,
    programs: [{ outcome: "refused", refusal: { kind: "packet-bounds", culprit: { source: { line: 12 } } } }],
  });
});

test("a program that the verifier took is status 0", async () => {
  writeFileSync(
    log,
    "0: R1=ctx() R10=fp0\n0: (b7) r0 = 0\n1: (95) exit\nprocessed 2 insns (limit 1000000) max_states_per_insn 0 total_states 0 peak_states 0 mark_read 0\n",
  );
  expect((await runMain(["verifier", log])).status).toBe(0);
});

test.each([
  [["--all", "--stats"], "--all and --stats exclude each other"],
  [["--format", "gitlab"], "--format takes github, got 'gitlab'"],
  [["--object", "/nowhere/prog.o"], "read an object file from /nowhere/prog.o"],
])("%j is refused", async (flags, message) => {
  const { stdout, stderr, status } = await runMain(["verifier", log, ...flags]);
  expect({ stdout, status }).toEqual({ stdout: "", status: 255 });
  expect(stderr).toContain(message);
});

test("a file without a log, and one that isn't there, are errors", async () => {
  writeFileSync(log, "hello\n");
  expect(await runMain(["verifier", log])).toMatchObject({
    status: 255,
    stderr: `Error: read the log ${log}: no verifier log in its 1 lines (bpftool -d prog load prints one)\n`,
  });
  const missing = join(scratch.folder, "missing.log");
  expect((await runMain(["verifier", missing])).stderr).toBe(
    `Error: read the log ${missing}: no such file or directory\n`,
  );
});

liveSuite("the built command", ["build"], () => {
  test("takes no device, which never ends", async () => {
    const { stderr, status } = await runMain(["verifier", "/dev/zero"]);
    expect({ stderr, status }).toEqual({
      stderr: "Error: read the log /dev/zero: it is a device (name a file, or pipe the log)\n",
      status: 255,
    });
  });

  test("reads a log from a pipe", () => {
    const program = repositoryPath("bin", "ebpf-map.js");
    const script = 'cat "$1" | "$2" "$3" verifier - ; test $? = 1';
    const stdout = execFileSync("sh", ["-c", script, "sh", log, process.execPath, program], { encoding: "utf8" });
    expect(stdout).toContain("off-by-one.bpf.c:12");
  });
});
