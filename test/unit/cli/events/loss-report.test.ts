import { describe, expect, test } from "vitest";
import { LossReport } from "../../../../src/cli/events/loss-report.ts";
import { newStats } from "../../../../src/stream/event-source.ts";
import type { Backlog } from "../../../../src/stream/ring/backlog.ts";

const FULL: Backlog = {
  ...{ size: 262_144, pending: 262_120, ratio: 0.9999, isFull: true, consumed: 0n },
  ...{ events: 6553, isConsumed: false },
};

/** What a report prints, with its time replaced. */
function lines(report: (losses: LossReport) => void, stats = newStats()): string[] {
  const printed: string[] = [];
  report(new LossReport(stats, (line) => printed.push(line.replace(/\d+\.\d s/, "T"))));
  return printed;
}

describe("a ring that is full", () => {
  test("is told of before anything is waited for", () => {
    expect(lines((losses) => losses.begin("map id 7 (rb)", FULL))).toEqual([
      "Warning: map id 7 (rb): ring 100 % full, 6,553 events pending: new events are dropped until a consumer reads some",
    ]);
  });

  test("is no stream of which nothing was lost", () => {
    expect(lines((losses) => losses.summary({ rows: 0, evicted: 0 }, FULL))).toEqual([
      "0 events (0 bytes) in T; ring 100 % full, 6,553 events pending, no consumer: the producer is dropping",
    ]);
    const stats = { ...newStats(), received: 2, bytes: 10, overrun: 1, overrunBytes: 48 };
    expect(lines((losses) => losses.summary({ rows: 2, evicted: 0 }, { ...FULL, isConsumed: true }), stats)).toEqual([
      "2 events (10 bytes) in T; overrun 1 time (48 bytes not seen), ring 100 % full, 6,553 events pending: the producer is dropping",
    ]);
  });
});

test.each([undefined, { ...FULL, isFull: false }])(
  "a ring that isn't, or isn't known to be, is none of its business",
  (backlog) => {
    expect(lines((losses) => losses.begin("map id 7 (rb)", backlog))).toEqual([]);
    expect(lines((losses) => losses.summary({ rows: 0, evicted: 0 }, backlog))).toEqual([
      "0 events (0 bytes) in T; none lost",
    ]);
  },
);

test("losses are told of as they come, and all of them at the end", () => {
  const stats = newStats();
  const printed = lines((losses) => {
    losses.look();
    stats.lost = 3;
    losses.look();
    losses.summary({ rows: 0, evicted: 2 });
  }, stats);
  expect(printed).toEqual([
    "Warning: so far 3 events lost (no room in the buffer)",
    "0 events (0 bytes) in T; 3 events lost (no room in the buffer); 2 groups evicted (--max-groups keeps more)",
  ]);
});
