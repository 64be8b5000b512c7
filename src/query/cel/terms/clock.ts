/**
 * The time of a query, in nanoseconds: now for a live map, the moment at which it was taken for a snapshot. A live
 * clock goes on while a query runs.
 */
export interface QueryClock {
  /** CLOCK_MONOTONIC, which `bpf_ktime_get_ns()` reads. A snapshot knows only the time since boot. */
  readonly monotonicNs: () => bigint;
  /** CLOCK_BOOTTIME, which `bpf_ktime_get_boot_ns()` reads: it includes the time the machine was suspended. */
  readonly bootNs: () => bigint;
  /** Since 1970-01-01 UTC. */
  readonly realtimeNs: () => bigint;
}

/** A clock by its name in `now("boot")`. */
export type ClockName = "monotonic" | "boot" | "realtime";

export const CLOCK_NAMES: readonly ClockName[] = ["monotonic", "boot", "realtime"];

/** The time of one of the clocks. */
export function timeOf(clock: QueryClock, name: ClockName): bigint {
  switch (name) {
    case "monotonic":
      return clock.monotonicNs();
    case "boot":
      return clock.bootNs();
    case "realtime":
      return clock.realtimeNs();
  }
  return name satisfies never;
}
