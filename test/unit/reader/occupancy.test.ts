import { describe, expect, test } from "vitest";
import { EbpfMapError } from "../../../src/errors.ts";
import type { MapSource } from "../../../src/reader/map-source.ts";
import { measureOccupancy } from "../../../src/reader/occupancy.ts";
import type { RingUse } from "../../../src/reader/ring-use.ts";
import type { MapInfo } from "../../../src/sys/info.ts";
import { BPF_F_RB_OVERWRITE } from "../../../src/sys/map-flags.ts";
import { type Entry, numbered, sampleMap } from "../snapshot/sample-maps.ts";

const LPM_TRIE = 11;
const RINGBUF = 27;
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

describe("a map that needn't be read", () => {
  /** A map that can't be read, and says how many entries it has. */
  const unread = (info: Partial<MapInfo>, countFromMemlock: () => number | undefined): MapSource => ({
    ...sampleMap({ info }),
    entries() {
      throw new Error("read");
    },
    countFromMemlock,
  });

  test("is counted by its memory", async () => {
    expect(await measureOccupancy(unread({ type: LPM_TRIE }, () => 77))).toMatchObject({
      ...{ entries: 77, mode: "memlock", report: undefined, whenFull: "refuses", preallocated: false },
    });
  });

  test("is read where its memory doesn't tell", async () => {
    await expect(measureOccupancy(unread({ type: LPM_TRIE }, () => undefined))).rejects.toThrow("read");
  });
});

describe("a map that changes while it is counted", () => {
  test("has no more entries than it can have", async () => {
    const { entries } = await measureOccupancy(sampleMap({ info: { maxEntries: 2 }, entries: numbered(3) }));
    expect(entries).toBe(2);
  });

  test("that is a trie is read in single passes, until one is known to be whole", async () => {
    const reads: unknown[] = [];
    const counts = [5, 4, 3];
    const map = sampleMap({ info: { type: LPM_TRIE } });
    const occupancy = await measureOccupancy({
      ...map,
      entries(options) {
        reads.push(options);
        const count = counts[reads.length - 1] ?? 0;
        const report = count === 3 ? {} : { complete: false, stop: { why: "changing" } as const };
        return sampleMap({ info: { type: LPM_TRIE }, entries: numbered(count), report }).entries();
      },
    });
    expect(reads).toEqual(Array.from({ length: 3 }, () => ({ onePass: true, ahead: true })));
    expect(occupancy).toMatchObject({ entries: 3, report: { complete: true } });
  });
});

describe("a ring buffer", () => {
  const USE = { size: 4096, pending: 48, ratio: 48 / 4096, isFull: false, consumed: 0n };
  const ring = (ringUse: () => Promise<RingUse>, info: Partial<MapInfo> = {}): MapSource => ({
    ...sampleMap({ info: { type: RINGBUF, maxEntries: 4096, ...info } }),
    ringUse,
  });

  test("is measured by its positions", async () => {
    expect(await measureOccupancy(ring(async () => USE))).toEqual({
      ...{ entries: undefined, whenFull: "drops", preallocated: true, mode: "positions", report: undefined },
      ring: USE,
    });
  });

  test("that may not be mapped says why", async () => {
    const error = new EbpfMapError("NO_PERMISSION", "open map id 7 for writing");
    const measured = await measureOccupancy(ring(() => Promise.reject(error)));
    expect(measured).toMatchObject({ entries: undefined, mode: "positions", error });
    expect(measured.ring).toBeUndefined();
    await expect(measureOccupancy(ring(() => Promise.reject(new TypeError("a fault"))))).rejects.toThrow("a fault");
  });

  test("in overwrite mode gives up what is old", async () => {
    expect((await measureOccupancy(ring(async () => USE, { mapFlags: BPF_F_RB_OVERWRITE }))).whenFull).toBe("evicts");
  });

  test("of a snapshot has no positions", async () => {
    const map = sampleMap({ info: { type: RINGBUF }, report: { errno: 524, complete: false } });
    expect(await measureOccupancy(map)).toMatchObject({ entries: undefined, report: { errno: 524 } });
  });
});
