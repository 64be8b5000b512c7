import { expect, test } from "vitest";
import { ticks } from "../../../src/cli/ticker.ts";

/** When the ticks come and what they skip, on a clock that moves by `work` milliseconds between two ticks. */
async function run(interval: number, work: readonly number[]): Promise<{ at: number[]; skipped: number[] }> {
  const start = performance.now();
  let busy = 0;
  const clock = (): number => performance.now() + busy;
  const at: number[] = [];
  const skipped: number[] = [];
  const schedule = { interval, count: work.length + 1, clock, signal: new AbortController().signal };
  for await (const tick of ticks(schedule)) {
    at.push((clock() - start) / interval);
    skipped.push(tick.skipped);
    busy += work[at.length - 1] ?? 0;
  }
  return { at, skipped };
}

test("ticks come at whole intervals, whatever the work between them takes", async () => {
  const { at, skipped } = await run(40, [30, 10, 35]);
  for (const [i, time] of at.entries()) expect(time).toBeGreaterThan(i - 0.1);
  expect(skipped).toEqual([0, 0, 0, 0]);
});

test("ticks that pass during the work are skipped, and the rhythm stays", async () => {
  const { at, skipped } = await run(40, [130, 0]);
  expect(skipped).toEqual([0, 3, 0]);
  expect(at[1]).toBeGreaterThan(3.9);
  expect(at[2]).toBeGreaterThan(4.9);
});

test("a signal ends it, also while it waits", async () => {
  const controller = new AbortController();
  const schedule = { interval: 60_000, count: 5, clock: () => 0, signal: controller.signal };
  let count = 0;
  for await (const _ of ticks(schedule)) {
    count += 1;
    setImmediate(() => controller.abort());
  }
  expect(count).toBe(1);
});
