import { expect, test } from "vitest";
import { nextTick, ticks } from "../../../../src/sdk/watch/ticker.ts";

/**
 * When the ticks come and what they skip, if the work after each takes so long. The clock moves with the work alone.
 */
function run(interval: number, work: readonly number[]): { at: number[]; skipped: number[] } {
  let [now, number] = [0, 0];
  const at = [0];
  const skipped = [0];
  for (const took of work) {
    const next = nextTick(0, number, interval, now + took);
    at.push(next.at / interval);
    skipped.push(next.skipped);
    [now, number] = [next.at, next.number];
  }
  return { at, skipped };
}

test("ticks come at whole intervals, whatever the work between them takes", () => {
  expect(run(40, [30, 10, 35])).toEqual({ at: [0, 1, 2, 3], skipped: [0, 0, 0, 0] });
});

test("ticks that pass during the work are skipped, and the rhythm stays", () => {
  expect(run(40, [130, 0, 41])).toEqual({ at: [0, 4, 5, 7], skipped: [0, 3, 0, 1] });
});

test("what passes on the clock during the work is skipped, and the count ends them", async () => {
  const seen: number[] = [];
  let now = 0;
  const schedule = { interval: 1, count: 3, clock: () => now, signal: new AbortController().signal };
  for await (const { skipped } of ticks(schedule)) {
    seen.push(skipped);
    now += seen.length === 1 ? 2.5 : 0.5;
  }
  expect(seen).toEqual([0, 2, 0]);
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
