import { expect, test } from "vitest";
import { EbpfMapError } from "../../../../src/errors.ts";
import { type StatsTableOptions, statsTable } from "../../../../src/output/stats/stats-table.ts";
import { HALF_RING, statsOf } from "./make-stats.ts";

const PLAIN: StatsTableOptions = { width: undefined, color: false, isTooFull: () => false };

test("a map has a line below the head", () => {
  expect(statsTable([statsOf()], PLAIN)).toEqual([
    "id  name   type  entries  max   full  memory  when full  read",
    " 7  conns  hash       25  100  25.0%   4 KiB  refuses    batch",
  ]);
});

test("what isn't known is a dash, and what can't be counted a question mark", () => {
  const unknown = statsOf({ entries: undefined, mode: "walk" }, {}, { memlock: undefined });
  const error = new EbpfMapError("KERNEL", "read", { errnoName: "EPERM" });
  const rows = statsTable(
    [
      unknown,
      statsOf({ entries: undefined, mode: "positions", error }, { type: 27 }),
      statsOf({ entries: undefined, mode: "positions", ring: HALF_RING }),
    ],
    PLAIN,
  );
  expect(rows.slice(1)).toEqual([
    " 7  conns  hash           ?  100      -       -  refuses    walk",
    " 7  conns  ringbuf        ?  100  EPERM   4 KiB  refuses    positions, EPERM",
    " 7  conns  hash        64 B  100  50.0%   4 KiB  refuses    positions",
  ]);
});

test("a read with gaps says so", () => {
  const report = {
    ...({ complete: false, mode: "batch", entries: 1, restarts: 0, duplicates: 0 } as const),
    ...{ skipped: 1, retries: 0, bytes: 0, errno: 0 },
  };
  expect(statsTable([statsOf({ report })], PLAIN)[1]).toMatch(/ {2}batch, incomplete$/);
});

test("growth has columns where it is measured", () => {
  const rows = statsTable(
    [
      statsOf({}, {}, { growth: { perSecond: 2.5, fullIn: 30 } }),
      statsOf({}, {}, { growth: { perSecond: -1, fullIn: undefined } }),
      statsOf({}, {}, { growth: { perSecond: 200, fullIn: 0.2 } }),
      statsOf(),
    ],
    PLAIN,
  );
  expect(rows).toEqual([
    "id  name   type  entries  max   full  growth  full in  memory  when full  read",
    " 7  conns  hash       25  100  25.0%  +2.5/s      30s   4 KiB  refuses    batch",
    " 7  conns  hash       25  100  25.0%    -1/s            4 KiB  refuses    batch",
    " 7  conns  hash       25  100  25.0%  +200/s       1s   4 KiB  refuses    batch",
    " 7  conns  hash       25  100  25.0%                    4 KiB  refuses    batch",
  ]);
});

test("a map that is too full is red, and titles are bold, where there are colours", () => {
  const stats = [statsOf(), statsOf({ entries: 99 })];
  const [head, calm, full] = statsTable(stats, { ...PLAIN, color: true, isTooFull: (one) => one === stats[1] });
  expect(head).toContain("\u001b[1mid\u001b[22m");
  expect(calm).not.toContain("\u001b");
  expect(full).toContain("\u001b[31m99.0%\u001b[39m");
});

test("fits the terminal", () => {
  for (const width of [20, 30, 50])
    for (const line of statsTable([statsOf()], { ...PLAIN, width })) expect(line.length).toBeLessThanOrEqual(width);
});
