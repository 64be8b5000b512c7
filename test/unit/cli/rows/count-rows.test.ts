import { describe, expect, test } from "vitest";
import { FakeKernel, type FakeMap, type Fault, fakeEntry, fakeMap } from "../../../helpers/fake-kernel.ts";
import { MAP_TYPES } from "../../../helpers/map-types.ts";
import { runMain } from "../run-main.ts";

const COUNT = ["dump", "id", "1", "--count-only"];
const NODE = 32;

function trieOf(entries: number, maxEntries: number, memlock?: () => string): FakeMap {
  const map = fakeMap(entries, { batch: "keys", ...(memlock && { memlock }) });
  return { ...map, info: { ...map.info, type: MAP_TYPES.lpm_trie, maxEntries } };
}

/** Before each batch 500 entries give way to others. */
function busyKernel(memlock?: () => string): FakeKernel {
  const map = trieOf(28_000, 30_000, memlock);
  let next = 28_000;
  const fault: Fault = (call) => {
    if (call !== "lookupBatch") return undefined;
    for (let i = 0; i < 500; i++) map.buckets[i * 56] = [fakeEntry(next++)];
    return undefined;
  };
  return new FakeKernel([map], fault);
}

describe("--count-only of a trie that others write to all the time", () => {
  test("is by its memory, where that tells, and needs no read", async () => {
    const kernel = busyKernel(() => String(28_000 * NODE));
    const { stdout, status } = await runMain(COUNT, { kernel });
    expect({ stdout, status, calls: kernel.calls.lookupBatch }).toEqual({
      ...{ stdout: '{"count":28000}\n', status: 0, calls: 0 },
    });
  });

  test.each([[[]], [["--where", "entry.index >= 0"]], [["--report"]]])(
    "with %j is of one pass, never above max_entries, and told to be unsure",
    async (more) => {
      const memlock = more.length > 0 ? () => String(28_000 * NODE) : undefined;
      const { stdout, stderr, status } = await runMain([...COUNT, ...more], { kernel: busyKernel(memlock) });
      const { count } = JSON.parse(stdout) as { count: number };
      expect(count).toBeGreaterThan(27_000);
      expect(count).toBeLessThanOrEqual(30_000);
      expect(status).toBe(3);
      expect(stderr.match(/^Warning: read map id 1 \(fake\): gave up after /gm)).toHaveLength(1);
    },
  );
});

test("--count-only of a quiet trie is read until two passes agree, where nothing else tells", async () => {
  const kernel = new FakeKernel([trieOf(10_000, 30_000)]);
  const { stdout, status } = await runMain([...COUNT, "--report"], { kernel });
  expect({ stdout, status, calls: kernel.calls.lookupBatch }).toEqual({
    ...{ stdout: '{"count":10000}\n', status: 0, calls: 6 },
  });
});

test("--count-only of a map whose read fails is an error, with its report", async () => {
  const kernel = new FakeKernel([fakeMap(10_000)], (call, n) => (call === "lookupBatch" && n === 1 ? 12 : undefined));
  const { stdout, stderr, status } = await runMain([...COUNT, "--report"], { kernel });
  expect({ stdout, status }).toEqual({ stdout: "", status: 255 });
  expect(stderr).toMatch(/Report: map id 1 \(fake\): incomplete \(ENOMEM\), batch, 4096 entries/);
  expect(stderr).toMatch(/Error: read map id 1 \(fake\): cannot allocate memory, in batch lookup 2, after 4096 /);
});
