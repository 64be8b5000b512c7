import { describe, expect, test } from "vitest";
import { EbpfMapError } from "../../../../src/errors.ts";
import type { Fd } from "../../../../src/sys/fd.ts";
import type { BatchBuffers, BatchResult } from "../../../../src/sys/kernel.ts";
import { QueryKernel } from "../../../helpers/query-kernel.ts";
import { type Around, type MainRun, runMain } from "../run-main.ts";

const COUNTS = 13;

/** The values of `counts` (0, 5, 10, 0 at first), read by read; the last list stays. */
type Reads = readonly (readonly bigint[])[];

/** `counts` with other values at each read, of which only as many entries are there as there are values. */
class ChangingKernel extends QueryKernel {
  readonly #reads: Reads;
  readonly #missing: ReadonlySet<number>;
  #opened = 0;
  #read = 0;

  /** The map isn't there when it is opened for these times, from 0 on. */
  constructor(reads: Reads, missing: readonly number[] = []) {
    super();
    this.#reads = reads;
    this.#missing = new Set(missing);
  }

  override openMap(id: number): Fd {
    if (this.#missing.has(this.#opened++)) throw new EbpfMapError("NO_SUCH_MAP", `open map id ${id}`, { errno: 2 });
    return super.openMap(id);
  }

  override lookupBatch(fd: Fd, buffers: BatchBuffers, capacity: number, first: boolean, result: BatchResult): void {
    super.lookupBatch(fd, buffers, capacity, first, result);
    const values = this.#reads[Math.min(this.#read++, this.#reads.length - 1)] ?? [];
    const view = new DataView(buffers.values.buffer, buffers.values.byteOffset);
    for (const [i, value] of values.entries()) view.setBigUint64(8 * i, value, true);
    result.count = values.length;
  }
}

interface Event {
  readonly event: string;
  readonly key: number;
  readonly [name: string]: unknown;
}

function watch(kernel: QueryKernel, more: readonly string[], around: Around = {}): Promise<MainRun> {
  return runMain(["watch", "id", String(COUNTS), "--interval", "10ms", ...more], { kernel, tick: 1, ...around });
}

async function events(reads: Reads, more: readonly string[] = []): Promise<Event[]> {
  const { stdout, status } = await watch(new ChangingKernel(reads), ["--count", String(reads.length), ...more]);
  expect(status).toBe(0);
  return stdout
    .split("\n")
    .slice(0, -1)
    .map((line) => JSON.parse(line))
    .filter(({ initial }) => initial !== true);
}

describe("watch in a pipe", () => {
  test("begins with what there is", async () => {
    const { stdout, stderr, status } = await watch(new ChangingKernel([[1n, 2n]]), ["--count=1"]);
    expect({ stderr, status }).toEqual({ stderr: "", status: 0 });
    expect(stdout).toBe(
      [
        '{"time":"1970-01-01T00:00:00.000Z","event":"added","initial":true,"key":0,"value":1}',
        '{"time":"1970-01-01T00:00:00.000Z","event":"added","initial":true,"key":1,"value":2}',
        "",
      ].join("\n"),
    );
  });

  test("--no-initial: only what changes", async () => {
    const reads = [
      [1n, 2n],
      [1n, 3n],
    ];
    const { stdout, status } = await watch(new ChangingKernel(reads), ["--count=2", "--no-initial"]);
    expect(status).toBe(0);
    expect(stdout.split("\n").filter((line) => line !== "")).toHaveLength(1);
    expect(JSON.parse(stdout)).toMatchObject({ event: "changed", key: 1, value: 3, delta: 1 });
  });

  test("-o hist: the histogram of each read", async () => {
    const reads = [
      [1n, 2n],
      [1n, 4n],
    ];
    const { stdout, status, stderr } = await watch(new ChangingKernel(reads), ["--count", "2", "-o", "hist"]);
    expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
    const [first, second, ...others] = stdout.split("\n\n");
    expect(others).toEqual([""]);
    expect(first).toMatch(/^\d\d:\d\d:\d\d\n0 -> 1 1 \|█+.? +\|\n2 -> 3 2 \|█+\|$/);
    expect(second).toMatch(/\n0 -> 1 1 \|█+.? +\|\n2 -> 3 4 \|█+\|$/);
    const refused = await watch(new ChangingKernel(reads), ["-o", "hist", "--no-initial"]);
    expect(refused.stderr).toBe("Error: --no-initial and -o hist exclude each other\n");
  });

  test("--group-by: groups, their changes and their order", async () => {
    const reads = [
      [1n, 2n, 9n],
      [1n, 5n, 10n],
    ];
    const groups = ["--group-by", "key", "--agg", "sum(value),count()"];
    const all = await events(reads, [...groups, "--sort", "sum(value).rate:desc"]);
    expect(all).toMatchObject([
      { event: "changed", key: 1, "sum(value)": 5, "count()": 1, delta: { "sum(value)": 3 } },
      { event: "changed", key: 2, "sum(value)": 10, delta: { "sum(value)": 1 } },
    ]);
    expect(all[0]).not.toHaveProperty("value");
    const [first] = await events(reads, [...groups, "--sort", "key:desc"]);
    expect(first).toMatchObject({ key: 2 });
    const { stderr, status } = await watch(new ChangingKernel(reads), [...groups, "--sort", "value"]);
    expect(status).toBe(255);
    expect(stderr).toContain("--sort: groups have no `value` (they have `key`, `sum(value)`, `count()`)");
  });

  test("a counter that grew: delta and rate, exactly", async () => {
    const [event, ...others] = await events([
      [1n, 2n ** 63n],
      [1n, 2n ** 63n + 7n],
    ]);
    expect(others).toEqual([]);
    expect(event).toMatchObject({ event: "changed", key: 1, delta: 7 });
    expect(event?.rate).toBeGreaterThan(0);
  });

  test("a counter that fell was set back", async () => {
    const [event] = await events([[9n], [4n]]);
    expect(event).toMatchObject({ event: "changed", key: 0, value: 4, previous: 9, reset: true });
    expect(event).not.toHaveProperty("rate");
  });

  test("entries that come and go", async () => {
    const all = await events([[1n, 2n], [1n], [1n, 3n]]);
    expect(all.map(({ event, key, value }) => [event, key, value])).toEqual([
      ["removed", 1, 2],
      ["added", 1, 3],
    ]);
  });

  test("nothing is said of what stays the same", async () => {
    expect(await events([[1n], [1n], [1n]])).toEqual([]);
  });

  test("in the order of --sort, the first of --top", async () => {
    const reads = [
      [10n, 10n, 10n],
      [12n, 40n, 11n],
    ];
    const order = async (...more: string[]): Promise<number[]> => (await events(reads, more)).map(({ key }) => key);
    expect(await order()).toEqual([0, 1, 2]);
    expect(await order("--sort", "value.rate:desc")).toEqual([1, 0, 2]);
    expect(await order("--sort", "value.delta")).toEqual([2, 0, 1]);
    expect(await order("--sort", "value:desc", "--top", "2")).toEqual([1, 0]);
    expect(await order("--sort", "key:desc")).toEqual([2, 1, 0]);
  });

  test("--where decides what is watched", async () => {
    const reads = [
      [10n, 10n],
      [12n, 40n],
    ];
    expect(await events(reads, ["--where", "key == 0"])).toMatchObject([{ key: 0, delta: 2 }]);
    expect(await events(reads, ["--where", "value > 20"])).toMatchObject([{ event: "added", key: 1 }]);
  });

  test("--int64 string", async () => {
    const [event] = await events([[1n], [3n]], ["--int64", "string"]);
    expect(event).toMatchObject({ value: "3", previous: "1", delta: "2" });
  });

  test("of the fields of a struct, and of each CPU", async () => {
    const { stdout } = await runMain(["watch", "id", "11", "--count", "1", "--per-cpu", "sum", "--where", "key == 2"], {
      kernel: new QueryKernel(),
    });
    expect(JSON.parse(stdout)).toMatchObject({ key: 2, value: { packets: 3, last_ns: 5 } });
    const each = await runMain(["watch", "id", "11", "--count", "1"], { kernel: new QueryKernel() });
    expect(each.stdout.split("\n")[1]).toContain('"key":1,"cpu":1,');
  });

  test("every read is written at once, whole lines only", async () => {
    const writes: string[] = [];
    const write = (bytes: Uint8Array): void => void writes.push(Buffer.from(bytes).toString());
    await watch(
      new ChangingKernel([
        [1n, 1n],
        [2n, 2n],
        [3n, 3n],
      ]),
      ["--count", "3"],
      { write },
    );
    expect(writes.map((text) => text.split("\n").length - 1)).toEqual([2, 2, 2]);
    for (const text of writes) expect(text.endsWith("}\n")).toBe(true);
  });

  test("a map that goes away is said so", async () => {
    const kernel = new ChangingKernel([[1n]], [3]);
    const { stderr, status } = await watch(kernel, []);
    expect({ stderr, status }).toEqual({ stderr: "Note: map id 13 (counts) is gone\n", status: 0 });
    expect(kernel.openCount).toBe(0);
  });

  test("--wait waits for it", async () => {
    const controller = new AbortController();
    const interruption = (): ReturnType<NonNullable<Around["interruption"]>> => ({
      signal: controller.signal,
      exitCode: controller.signal.aborted ? 143 : undefined,
      [Symbol.dispose]() {},
    });
    let lines = 0;
    const write = (bytes: Uint8Array): void => {
      lines += Buffer.from(bytes).toString().split("\n").length - 1;
      if (lines === 2) controller.abort();
    };
    const kernel = new ChangingKernel([[1n]], [0, 4, 5]);
    const { stderr } = await watch(kernel, ["--wait"], { interruption, write });
    expect(stderr).toBe("Note: map id 13 (counts) is gone\n");
    expect(lines).toBe(2);
  });

  test("a rate is the change divided by what the printed times differ by", async () => {
    const reads = Array.from({ length: 6 }, (_, i) => [BigInt(i * i * 1000)]);
    const { stdout } = await watch(new ChangingKernel(reads), ["--count", "6"], { tick: 7.3 });
    const events = stdout
      .trimEnd()
      .split("\n")
      .map((line) => JSON.parse(line) as { time: string; delta?: number; rate?: number });
    expect(events.length).toBe(6);
    for (const [i, { time, delta, rate }] of events.entries()) {
      if (i === 0) continue;
      const seconds = (Date.parse(time) - Date.parse(events[i - 1]?.time ?? "")) / 1000;
      expect(seconds).toBeGreaterThan(0);
      expect(rate).toBe(Math.round(((delta ?? 0) / seconds) * 1000) / 1000);
    }
  });

  test("reads that take longer than the interval skip ticks, and that is said", async () => {
    const { stderr, status } = await watch(new ChangingKernel([[1n]]), ["--count", "3"], { tick: 30 });
    expect(stderr).toMatch(
      /^Note: map id 13 \(counts\): \d+ ticks skipped: reading took \d+ ms, longer than --interval\n$/,
    );
    expect(status).toBe(0);
  });

  test.each<[string[], string]>([
    [["--interval", "0"], "--interval takes a time from 10ms to 24h such as 500ms, 10s or 5m, got '0'"],
    [["--interval=-1s"], "--interval takes a time from 10ms to 24h such as 500ms, 10s or 5m, got '-1s'"],
    [["--interval", "1x"], "--interval takes a time from 10ms to 24h such as 500ms, 10s or 5m, got '1x'"],
    [["--interval", "25h"], "--interval takes a time from 10ms to 24h such as 500ms, 10s or 5m, got '25h'"],
    [["--count", "0"], "--count takes a whole number from 1 to 999999999, got '0'"],
    [["--count", "x"], "--count takes a whole number from 1 to 999999999, got 'x'"],
    [["-o", "csv"], "--output takes table, ndjson, hist or parquet, got 'csv'"],
    [["-o", "table"], "watch -o table needs a terminal"],
    [["--limit", "1"], "--limit goes with dump, events, not with watch"],
    [["--top", "1"], "--top needs --sort"],
    [["--sort", "key.rate"], "`key` has no rate: it is no integer of the value"],
    [["--sort", "value.x"], "`value` is no struct"],
    [["--sort", "value:down"], "an order is :asc or :desc"],
    [["--where", "value.x > 1"], "--where: "],
  ])("%j is refused", async (more, message) => {
    const { stdout, stderr, status } = await watch(new QueryKernel(), more);
    expect(stderr).toContain(message);
    expect({ stdout, status }).toEqual({ stdout: "", status: 255 });
  });

  test("a map that isn't there, and one that can't be read", async () => {
    expect((await runMain(["watch", "id", "999"], { kernel: new QueryKernel() })).stderr).toContain("open map id 999");
    const { stderr, status } = await runMain(["watch", "id", "16"], { kernel: new QueryKernel() });
    expect(stderr).toContain("task_storage");
    expect(status).toBe(255);
  });

  test("dump --watch is the same", async () => {
    const args = ["dump", "id", "13", "--watch", "--count", "2", "--interval", "10ms", "--where", "key == 1"];
    const { stdout, status } = await runMain(args, {
      kernel: new ChangingKernel([
        [1n, 2n],
        [1n, 5n],
      ]),
      tick: 1,
    });
    const [, event] = stdout.split("\n");
    expect(JSON.parse(event ?? "")).toMatchObject({ event: "changed", key: 1, delta: 3 });
    expect(status).toBe(0);
  });

  test.each([
    [["--watch", "--limit", "1"], "--limit doesn't go with --watch"],
    [["--watch", "--recursive"], "--recursive doesn't go with --watch"],
    [["--watch", "--key", "1"], "--key doesn't go with --watch"],
    [["--interval", "1s"], "--interval needs --watch"],
    [["--wait"], "--wait needs --watch"],
  ])("dump %j is refused", async (more, message) => {
    const { stderr, status } = await runMain(["dump", "id", "13", ...more], { kernel: new QueryKernel() });
    expect(stderr).toBe(`Error: ${message}\n`);
    expect(status).toBe(255);
  });
});
