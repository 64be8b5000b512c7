import { describe, expect, it } from "vitest";
import { FakeKernel, type FakeMap, type Fault, fakeEntry, fakeMap } from "../../../helpers/fake-kernel.ts";
import { CommandKernel } from "../command-kernel.ts";
import { runMain } from "../run-main.ts";

const DUMP = ["-j", "dump", "id", "1"];

/** A map without batch, all of whose keys but the first are gone for a moment every 16 steps. */
function busyKernel(): FakeKernel {
  const map: FakeMap = fakeMap(32, { batch: "none" });
  const churn: Fault = (call, n) => {
    if (call !== "nextKey") return undefined;
    for (let b = 1; b < 32; b++) map.buckets[b] = n % 16 === 15 ? [] : [fakeEntry(b)];
    return undefined;
  };
  return new FakeKernel([map], churn);
}

describe("dump --report", () => {
  it("says in words how the read went", async () => {
    const { stderr, status } = await runMain(["dump", "id", "1", "--report"], { kernel: new FakeKernel([fakeMap(5)]) });
    expect(stderr).toBe("Report: map id 1 (fake): complete, batch, 5 entries, 60 bytes in 0.000 s\n");
    expect(status).toBe(0);
  });

  it("says it as JSON with --json, and leaves stdout as it is", async () => {
    const kernel = (): FakeKernel => new FakeKernel([fakeMap(5, { batch: "none" })]);
    const { stdout, stderr } = await runMain([...DUMP, "--report"], { kernel: kernel(), tick: 250 });
    expect(JSON.parse(stderr)).toEqual({
      map: { id: 1, name: "fake" },
      ...{ complete: true, mode: "walk", entries: 5, restarts: 0, duplicates: 0, skipped: 0, retries: 0 },
      ...{ bytes: 60, errno: 0, seconds: 0.25 },
    });
    expect(stdout).toBe((await runMain(DUMP, { kernel: kernel() })).stdout);
  });

  it("names the errno that ended a read, whose status is bpftool's", async () => {
    const kernel = new FakeKernel([fakeMap(5, { batch: "none" })], (call) => (call === "nextKey" ? 22 : undefined));
    const { stdout, stderr, status } = await runMain([...DUMP.slice(1), "--report"], { kernel });
    const [report, warning] = stderr.split("\n");
    expect(warning).toMatch(/^Warning: read map id 1 \(fake\): invalid argument/);
    expect(report).toBe("Report: map id 1 (fake): incomplete (EINVAL), walk, 0 entries, 0 bytes in 0.000 s");
    expect(stdout).toBe("Found 0 elements\n");
    expect(status).toBe(234);
  });
});

describe("a read that the kernel ends", () => {
  /** A hash of 100,000 entries whose third batch call fails for want of memory. */
  const cutShort = (): FakeKernel => {
    const map = fakeMap(100_000, { perBucket: 4 });
    return new FakeKernel([map], (call, n) => (call === "lookupBatch" && n === 2 ? 12 : undefined));
  };

  it.each([[[]], [["-j"]], [["-p"]]])(
    "%j is told in one line, and stdout and the status stay bpftool's",
    async (style) => {
      const { stdout, stderr, status } = await runMain([...style, "dump", "id", "1"], { kernel: cutShort() });
      expect(stderr).toMatch(
        /^Warning: read map id 1 \(fake\): cannot allocate memory, in batch lookup 3, after \d+ of at most \d+ entries \(.*\)\n$/,
      );
      expect(status).toBe(244);
      if (style.length === 0) expect(stdout).toMatch(/\nFound \d+ elements\n$/);
      else expect(JSON.parse(stdout).length).toBeGreaterThan(0);
    },
  );

  it.each([[[]], [["-j"]], [["-p"]]])("%j says that nothing could be read of a queue", async (style) => {
    const kernel = new CommandKernel((call) => (call === "nextKey" ? 524 : undefined));
    const { stderr, stdout, status } = await runMain([...style, "dump", "name", "jobs"], { kernel });
    expect(stderr).toMatch(/^Warning: read map id 10 \(jobs\): .*queue.*\n$/);
    expect(stdout).toMatch(style.length === 0 ? /^Found 0 elements\n$/ : /^\[\s*\]\n$/);
    expect(status).not.toBe(0);
  });

  it("is an error in formats of our own", async () => {
    const { stderr, status } = await runMain(["dump", "id", "1", "-o", "ndjson"], { kernel: cutShort() });
    expect(stderr).toMatch(/\nError: read map id 1 \(fake\): cannot allocate memory, in batch lookup/);
    expect(status).toBe(255);
  });
});

describe("a read with gaps", () => {
  it("ends with status 3 and says what is missing", async () => {
    const { stderr, status, stdout } = await runMain(DUMP, { kernel: busyKernel() });
    expect(status).toBe(3);
    expect(stderr).toMatch(/^Warning: read map id 1 \(fake\): gave up after .* keys were deleted under the read/);
    expect(JSON.parse(stdout)).not.toHaveLength(0);
  });

  it("ends as bpftool would with --compat, but is told all the same", async () => {
    const { stderr, status } = await runMain([...DUMP, "--compat", "7.8"], { kernel: busyKernel() });
    expect(status).toBe(0);
    expect(stderr).toMatch(/keys were deleted under the read/);
  });
});

describe("the progress line", () => {
  const long = { kernel: () => new FakeKernel([fakeMap(20_000)]), tick: 400 };

  it("appears on a terminal when a read takes long, and is gone at the end", async () => {
    const { stderr } = await runMain(DUMP, { kernel: long.kernel(), tick: long.tick, terminalStderr: true });
    expect(stderr.startsWith("\r\x1b[Kmap id 1: ")).toBe(true);
    expect(stderr).toMatch(/: [\d,]+ of at most 20,000 entries/);
    expect(stderr.endsWith("\r\x1b[K")).toBe(true);
  });

  it.each<[string, readonly string[], { terminalStderr?: boolean; isTerminal?: boolean; tick?: number }]>([
    ["in a pipe", DUMP, {}],
    ["with --no-progress", [...DUMP, "--no-progress"], { terminalStderr: true }],
    ["where stdout is the terminal", DUMP, { isTerminal: true }],
    ["for a short read", DUMP, { terminalStderr: true, tick: 1 }],
  ])("is silent %s", async (_name, args, around) => {
    const { stderr } = await runMain(args, { kernel: long.kernel(), tick: long.tick, ...around });
    expect(stderr).toBe("");
  });
});

describe("a read that a failed call cuts short", () => {
  const failing = (entries: number, at: number): FakeKernel =>
    new FakeKernel([fakeMap(entries)], (call, n) => (call === "lookupBatch" && n === at ? 12 : undefined));
  const CUT =
    /read map id 1 \(fake\): cannot allocate memory, in batch lookup 3, after 8192 of at most 20000 entries \(ENOMEM: /;

  it.each([[[]], [["-j"]], [["-p"]]])(
    "in bpftool's formats %j: its bytes and status, and a line on stderr",
    async (style) => {
      const { stdout, stderr, status } = await runMain([...style, "dump", "id", "1"], { kernel: failing(20_000, 2) });
      expect(stderr).toMatch(new RegExp(`^Warning: ${CUT.source}.*\\n$`));
      expect(status).toBe(244);
      if (style.length > 0) expect(JSON.parse(stdout)).toHaveLength(8192);
      else expect(stdout).toMatch(/Found 8192 elements\n$/);
    },
  );

  it("in formats of our own: an error", async () => {
    const { stderr, status } = await runMain(["dump", "id", "1", "-o", "ndjson"], { kernel: failing(20_000, 2) });
    expect(stderr).toMatch(new RegExp(`Error: ${CUT.source}`));
    expect(status).toBe(255);
  });

  it("at once is no empty map", async () => {
    const { stdout, stderr, status } = await runMain(DUMP, { kernel: failing(5, 0) });
    expect({ stdout, stderr, status }).toEqual({
      stdout: "[]\n",
      stderr: expect.stringMatching(/^Warning: read map id 1 \(fake\): cannot allocate memory \(ENOMEM: /),
      status: 244,
    });
  });
});
