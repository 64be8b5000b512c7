import { expect, test } from "vitest";
import { measureOccupancy } from "../../../src/reader/occupancy.ts";
import type { MapInfo } from "../../../src/sys/info.ts";
import { type Entry, numbered, sampleMap } from "../snapshot/sample-maps.ts";

const EOPNOTSUPP = 95;
const ENOENT = 2;

/** Three slots, of which the errnos say which can't be read. */
function slots(...errnos: readonly number[]): Entry[] {
  return numbered(3).map(([key, value], i): Entry => [key, errnos[i] || value]);
}

interface Row {
  readonly name: string;
  readonly info: Partial<MapInfo>;
  readonly entries: readonly Entry[];
  readonly expected: readonly [entries: number | undefined, whenFull: string, preallocated: boolean, mode: string];
}

const ROWS: readonly Row[] = [
  { name: "hash", info: { mapFlags: 0 }, entries: numbered(3), expected: [3, "refuses", true, "batch"] },
  { name: "hash that grows", info: { mapFlags: 1 }, entries: numbered(3), expected: [3, "refuses", false, "batch"] },
  { name: "lru_hash", info: { type: 9, mapFlags: 0 }, entries: numbered(3), expected: [3, "evicts", true, "batch"] },
  { name: "lpm_trie", info: { type: 11 }, entries: numbered(3), expected: [3, "refuses", false, "batch"] },
  { name: "array", info: { type: 2 }, entries: [], expected: [100, "fixed", true, "info"] },
  { name: "percpu_array", info: { type: 6 }, entries: [], expected: [100, "fixed", true, "info"] },
  {
    name: "prog_array with two free slots",
    info: { type: 3 },
    entries: slots(ENOENT, 0, ENOENT),
    expected: [1, "fixed", true, "batch"],
  },
  {
    name: "perf_event_array, which never shows a slot",
    info: { type: 4 },
    entries: slots(EOPNOTSUPP, EOPNOTSUPP, EOPNOTSUPP),
    expected: [undefined, "fixed", true, "batch"],
  },
  {
    name: "prog_array without a program",
    info: { type: 3 },
    entries: slots(ENOENT, ENOENT, ENOENT),
    expected: [0, "fixed", true, "batch"],
  },
  {
    name: "sockhash whose values can't be read",
    info: { type: 18 },
    entries: slots(EOPNOTSUPP, EOPNOTSUPP, ENOENT),
    expected: [2, "refuses", false, "batch"],
  },
  { name: "no limit", info: { type: 19, maxEntries: 0 }, entries: numbered(2), expected: [2, "none", false, "batch"] },
];

test.each(ROWS)("$name", async ({ info, entries, expected }) => {
  const { entries: count, whenFull, preallocated, mode } = await measureOccupancy(sampleMap({ info, entries }));
  expect([count, whenFull, preallocated, mode]).toEqual(expected);
});

test("a read that fails counts nothing", async () => {
  const map = sampleMap({ info: { type: 22 }, report: { errno: EOPNOTSUPP, complete: false } });
  const { entries, report } = await measureOccupancy(map);
  expect(entries).toBeUndefined();
  expect(report?.errno).toBe(EOPNOTSUPP);
});
