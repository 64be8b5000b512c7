import { execFileSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { QueryKernel } from "../../helpers/query-kernel.ts";
import { useScratch } from "../../helpers/use-scratch.ts";
import { runMain } from "./run-main.ts";

const scratch = useScratch();
const SECRETS = [
  "root:$6$SECRET:19000:0:99999:7:::\n",
  '{"password":"SECRET"}\n',
  '{"format":"SECRET"}',
  '{"SECRET":',
  "password: SECRET\n",
];

/** Command lines with a file in it, which need not be what it should be. */
const LINES = [
  "dump id 7 -o ndjson --config FILE",
  "dump id 7 --schema FILE",
  "dump id 7 --btf FILE --value-type x",
  "schema check id 13 FILE",
  "generate --value-type u64 --btf FILE",
  "list file FILE",
  "diff file FILE id 7",
];

test.each(LINES)("%s prints nothing of a file that isn't what it should be", async (line) => {
  for (const [i, secret] of SECRETS.entries()) {
    const file = join(scratch.folder, `file-${i}`);
    writeFileSync(file, secret);
    const { stdout, stderr, status } = await runMain(line.replace("FILE", file).split(" "), {
      kernel: new QueryKernel(),
    });
    expect(status).not.toBe(0);
    expect(stderr).toContain(file);
    expect(stdout + stderr).not.toMatch(/SECRET|password/);
  }
});

test.each(LINES)("%s waits for no pipe and reads no device", async (line) => {
  const pipe = join(scratch.folder, "pipe");
  execFileSync("mkfifo", [pipe]);
  for (const file of [pipe, "/dev/zero", "/dev/null", scratch.folder]) {
    const { stderr, status } = await runMain(line.replace("FILE", file).split(" "), { kernel: new QueryKernel() });
    expect(status).not.toBe(0);
    expect(stderr).toContain(file);
  }
});
