import { expect, test } from "vitest";
import { processContext } from "../../../../src/cli/session/context.ts";
import { queryClock } from "../../../../src/sdk/machine/query-clock.ts";

const NOON = Date.UTC(2025, 0, 31, 12);

test("the clocks of this machine", () => {
  const origin = () => ({
    ...processContext().origin(),
    now: new Date(NOON),
    bootTimeOffsetNs: BigInt(NOON - 5000) * 1_000_000n,
  });
  const clock = queryClock({ ...processContext(), clock: () => 4000.25, origin });
  expect([clock.monotonicNs(), clock.bootNs(), clock.realtimeNs()]).toEqual([
    4_000_250_000n,
    5_000_000_000n,
    BigInt(NOON) * 1_000_000n,
  ]);
});

test("the real ones: CLOCK_MONOTONIC to the microsecond, the time since boot to 10 ms", () => {
  const clock = queryClock(processContext());
  const before = process.hrtime.bigint();
  const now = clock.monotonicNs();
  expect(now).toBeGreaterThanOrEqual(before - 1000n);
  expect(now).toBeLessThanOrEqual(process.hrtime.bigint() + 1000n);
  // It never runs behind, suspended or not.
  expect(clock.bootNs() + 20_000_000n).toBeGreaterThan(now);
});

test("a snapshot is looked at when it was saved", () => {
  const taken = { time: "2025-01-31T12:00:00.000Z", bootTimeOffsetNs: BigInt(NOON - 5000) * 1_000_000n, arch: "x64" };
  const clock = queryClock(processContext(), taken);
  expect([clock.monotonicNs(), clock.bootNs(), clock.realtimeNs()]).toEqual([
    5_000_000_000n,
    5_000_000_000n,
    BigInt(NOON) * 1_000_000n,
  ]);
});
