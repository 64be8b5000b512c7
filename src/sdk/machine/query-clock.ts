import type { QueryClock } from "../../query/cel/terms/clock.ts";
import type { SnapshotMoment } from "../../reader/map-source.ts";
import type { LiveOrigin } from "./render-context.ts";

/** The clocks of this machine. */
export interface LiveClock {
  /** Milliseconds of CLOCK_MONOTONIC. */
  readonly clock: () => number;
  readonly origin: LiveOrigin;
}

/** The clock of queries: that of this machine, or of a snapshot the moment at which it was saved. */
export function queryClock({ clock, origin }: LiveClock, snapshot?: SnapshotMoment): QueryClock {
  if (snapshot !== undefined) return snapshotClock(snapshot);
  const nanoseconds = (date: Date): bigint => BigInt(date.getTime()) * 1_000_000n;
  return {
    monotonicNs: () => BigInt(Math.round(clock() * 1e6)),
    bootNs() {
      const { now, bootTimeOffsetNs } = origin();
      return nanoseconds(now) - bootTimeOffsetNs;
    },
    realtimeNs: () => nanoseconds(origin().now),
  };
}

/** A snapshot says when the machine was booted, but not for how long it was suspended: both clocks are one. */
function snapshotClock({ time, bootTimeOffsetNs }: SnapshotMoment): QueryClock {
  const realtime = BigInt(Date.parse(time)) * 1_000_000n;
  const sinceBoot = realtime - bootTimeOffsetNs;
  return { monotonicNs: () => sinceBoot, bootNs: () => sinceBoot, realtimeNs: () => realtime };
}
