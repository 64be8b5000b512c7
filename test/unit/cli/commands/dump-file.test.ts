import { existsSync, readdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { QueryKernel } from "../../../helpers/query-kernel.ts";
import { useScratch } from "../../../helpers/use-scratch.ts";
import { runMain } from "../run-main.ts";

const scratch = useScratch();
const kernel = new QueryKernel();
const WORDS = ["dump", "name", "conns"];

describe("dump --to", () => {
  test.for([
    ["a.parquet", "PAR1"],
    ["a.arrow", "\xff\xff\xff\xff"],
    ["a.csv", "key.saddr,"],
    ["a.json", "["],
    ["a.jsonl", '{"key":'],
    ["a.yml", "- key:"],
    ["noending", '{"key":'],
  ] as const)("%s is in the format that its ending tells", async ([name, head]) => {
    const file = join(scratch.folder, name);
    const run = await runMain([...WORDS, "--to", file], { kernel, isTerminal: false });
    expect(run).toMatchObject({ status: 0, stdout: "" });
    expect(readFileSync(file).toString("latin1").slice(0, head.length)).toBe(head);
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(readdirSync(scratch.folder)).toEqual([name]);
  });

  test("-o comes before the ending, and a terminal changes nothing", async () => {
    const file = join(scratch.folder, "a.csv");
    const run = await runMain([...WORDS, "--to", file, "-o", "parquet"], { kernel, isTerminal: true });
    expect(run.status).toBe(0);
    expect(readFileSync(file).subarray(0, 4).toString()).toBe("PAR1");
  });

  test("a file that exists is replaced with --force alone", async () => {
    const file = join(scratch.folder, "a.ndjson");
    writeFileSync(file, "mine");
    const refused = await runMain([...WORDS, "--to", file], { kernel });
    expect(refused.stderr).toBe(`Error: write ${file}: the file exists already (--force replaces it)\n`);
    expect([refused.status, readFileSync(file, "utf8")]).toEqual([1, "mine"]);
    expect((await runMain([...WORDS, "--to", file, "--force"], { kernel })).status).toBe(0);
    expect(readFileSync(file, "utf8")).toContain('"key"');
  });

  test("a failure leaves nothing behind", async () => {
    const file = join(scratch.folder, "a.parquet");
    const unread = await runMain(["dump", "name", "marks", "--to", file], { kernel });
    expect(unread.status).not.toBe(0);
    const device = join(scratch.folder, "full.arrow");
    symlinkSync("/dev/full", device);
    const refused = await runMain([...WORDS, "--to", device, "--force"], { kernel });
    expect(refused.stderr).toContain("not a regular file");
    expect(readdirSync(scratch.folder)).toEqual(["full.arrow"]);
  });

  test("a signal leaves nothing behind", async () => {
    const file = join(scratch.folder, "a.parquet");
    const controller = new AbortController();
    controller.abort();
    const interruption = () => ({ signal: controller.signal, exitCode: 130, [Symbol.dispose]() {} });
    const run = await runMain([...WORDS, "--to", file], { kernel, interruption });
    expect([run.status, existsSync(file), readdirSync(scratch.folder)]).toEqual([130, false, []]);
  });

  test("is not for events, nor for a number", async () => {
    const file = join(scratch.folder, "a.parquet");
    expect((await runMain([...WORDS, "--to", file, "--count-only"], { kernel })).stderr).toContain("--count");
    expect(readdirSync(scratch.folder)).toEqual([]);
  });
});

describe("bytes and a terminal", () => {
  test.for(["arrow", "parquet"])("-o %s is refused there", async (format) => {
    for (const words of [WORDS, ["lookup", "name", "counts", "key", "1", "0", "0", "0"]]) {
      const { status, stdout, stderr } = await runMain([...words, "-o", format], { kernel, isTerminal: true });
      expect([status, stdout]).toEqual([255, ""]);
      expect(stderr).toContain(`-o ${format} prints bytes, and stdout is a terminal`);
    }
  });

  test("--count-only has no number in bytes", async () => {
    const { status, stderr } = await runMain([...WORDS, "-o", "arrow", "--count-only"], { kernel });
    expect([status, stderr]).toEqual([255, "Error: --count-only prints a number, which -o arrow has no place for\n"]);
  });
});
