import { readFileSync } from "node:fs";
import { endianness } from "node:os";
import { expect, test } from "vitest";
import { hereAndNow, monotonicClock } from "../../../../src/sdk/machine/here-and-now.ts";

test("the monotonic clock is that of performance.now() and of the kernel, in milliseconds", () => {
  const before = process.hrtime.bigint();
  const now = monotonicClock();
  const after = process.hrtime.bigint();
  expect(now).toBeGreaterThanOrEqual(Number(before) / 1e6 - 0.001);
  expect(now).toBeLessThanOrEqual(Number(after) / 1e6 + 0.001);
});

test("this machine, and the wall clock at its boot", () => {
  const { kernel, arch, littleEndian, now, bootTimeOffsetNs } = hereAndNow();
  expect(kernel).toBe(readFileSync("/proc/sys/kernel/osrelease", "utf8").trim());
  expect([arch, littleEndian]).toEqual([process.arch, endianness() === "LE"]);
  const [uptime = ""] = readFileSync("/proc/uptime", "utf8").split(" ");
  const booted = now.getTime() - Number(uptime) * 1000;
  expect(Math.abs(Number(bootTimeOffsetNs / 1_000_000n) - booted)).toBeLessThan(60_000);
});
