import type { SnapshotOrigin } from "../../snapshot/header-json.ts";

/**
 * Returns milliseconds of CLOCK_MONOTONIC, which bpf_ktime_get_ns() reads, too. `performance.now()` would do, but Node
 * takes 2 ms to load it.
 */
export function monotonicClock(): number {
  const [seconds, nanoseconds] = process.hrtime();
  return seconds * 1000 + nanoseconds / 1e6;
}

/** Describes this machine and this moment. The offset of the clocks is as exact as the kernel's uptime: 10 ms. */
export function hereAndNow(): Omit<SnapshotOrigin, "tool"> {
  const { endianness, release, uptime } = process.getBuiltinModule("node:os");
  const sinceBootNs = BigInt(Math.round(uptime() * 1000)) * 1_000_000n;
  const now = new Date();
  return {
    kernel: release(),
    arch: process.arch,
    littleEndian: endianness() === "LE",
    now,
    bootTimeOffsetNs: BigInt(now.getTime()) * 1_000_000n - sinceBootNs,
  };
}
