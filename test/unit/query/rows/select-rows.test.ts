import { describe, expect, test } from "vitest";
import { compileWhere } from "../../../../src/query/cel/where.ts";
import type { RowRun } from "../../../../src/query/rows/rows.ts";
import {
  cut,
  noCounts,
  type RowSelection,
  selectRows,
  wholeRun,
  withoutUnread,
} from "../../../../src/query/rows/select-rows.ts";
import type { EntryBatch } from "../../../../src/reader/entries.ts";
import { batchOf, inputOf, sourceOf } from "../typed-rows.ts";

const PLAIN = inputOf({ key: "u32", value: "u32" });
const PER_CPU = inputOf({ key: "u32", value: "u32", cpus: 3 });

function selection(where: string | undefined, { shape, entryTypes } = PLAIN, skipsZeros = false): RowSelection {
  const scope = { entryTypes, cpu: shape.cpus > 0 };
  return {
    shape,
    where: where === undefined ? undefined : compileWhere({ option: "--where", text: where }, scope, shape),
    skipsZeros,
    transform: (batch) => batch,
    counts: noCounts(),
  };
}

/** The rows of each run, as entries or `ENTRY/CPU`. */
async function rowsOf(chosen: RowSelection, batches: readonly EntryBatch[], limit?: number): Promise<string[]> {
  const runs: string[] = [];
  for await (const { entries, cpus, count } of selectRows(chosen, sourceOf(...batches), limit)) {
    runs.push(
      Array.from({ length: count }, (_, i) => `${entries[i]}${cpus === undefined ? "" : `/${cpus[i]}`}`).join(" "),
    );
  }
  return runs;
}

const NUMBERS = batchOf(PLAIN, [[1, 10], [2, 20], [3, 30]]); // biome-ignore format: one line

describe("rows of entries", () => {
  test.each<[string | undefined, number | undefined, string[], number[]]>([
    [undefined, undefined, ["0 1 2", "0 1 2"], [6, 6, 6]],
    ["value > 10", undefined, ["1 2", "1 2"], [6, 4, 4]],
    ["value > 30", undefined, [], [6, 0, 0]],
    ["entry.index > 1", undefined, ["2", "0 1 2"], [6, 4, 4]],
    // Reading ends with the limit.
    [undefined, 2, ["0 1"], [3, 3, 2]],
    ["value > 10", 2, ["1 2"], [3, 2, 2]],
    ["value > 10", 3, ["1 2", "1"], [6, 4, 3]],
    [undefined, 0, [], [0, 0, 0]],
  ])("where %s, limit %s", async (where, limit, runs, [seen, matched, kept]) => {
    const chosen = selection(where);
    expect(await rowsOf(chosen, [NUMBERS, NUMBERS], limit)).toEqual(runs);
    expect(chosen.counts).toEqual({ seen, matched, kept, unread: 0, evicted: 0 });
  });

  test("counts are those of the last run", async () => {
    const chosen = selection("value > 10");
    await rowsOf(chosen, [NUMBERS, NUMBERS]);
    await rowsOf(chosen, [NUMBERS]);
    expect(chosen.counts).toEqual({ seen: 3, matched: 2, kept: 2, unread: 0, evicted: 0 });
  });

  test("entries whose value could not be read are rows unless the condition needs it", async () => {
    const batch = { ...NUMBERS, errnos: Int32Array.of(0, 2, 0) };
    const [all, byKey, byValue] = [selection(undefined), selection("key > 1"), selection("value > 10")];
    expect(await rowsOf(all, [batch])).toEqual(["0 1 2"]);
    expect(await rowsOf(byKey, [batch])).toEqual(["1 2"]);
    expect(await rowsOf(byValue, [batch])).toEqual(["2"]);
    expect([all, byKey, byValue].map(({ counts }) => counts.unread)).toEqual([0, 0, 1]);
  });

  test("batches go through the aggregation first", async () => {
    const doubled = {
      ...selection("value == 40"),
      transform: (batch: EntryBatch) => batchOf(PLAIN, [[1, batch.count + 37]]),
    };
    expect(await rowsOf(doubled, [NUMBERS])).toEqual(["0"]);
  });
});

describe("rows of CPUs", () => {
  const batch = batchOf(PER_CPU, [[1, 0, 5, 0], [2, 7, 0, 9], [3, 0, 0, 0]]); // biome-ignore format: one line

  test.each<[string | undefined, boolean, number | undefined, string[], number]>([
    [undefined, false, undefined, ["0/0 0/1 0/2 1/0 1/1 1/2 2/0 2/1 2/2"], 3],
    [undefined, true, undefined, ["0/1 1/0 1/2"], 2],
    ["value > 4", false, undefined, ["0/1 1/0 1/2"], 2],
    ["cpu != 1", true, undefined, ["1/0 1/2"], 1],
    // A limit is of entries, with all of their CPUs.
    [undefined, false, 1, ["0/0 0/1 0/2"], 1],
    [undefined, true, 1, ["0/1"], 1],
    ["value > 5", false, 1, ["1/0 1/2"], 1],
  ])("where %s, without zeros %s, limit %s", async (where, skipsZeros, limit, runs, kept) => {
    const chosen = selection(where, PER_CPU, skipsZeros);
    expect(await rowsOf(chosen, [batch], limit)).toEqual(runs);
    expect(chosen.counts.kept).toBe(kept);
  });

  test("an entry whose values could not be read has no CPU, and no condition holds for it", async () => {
    const unread = { ...batch, errnos: Int32Array.of(0, 5, 0) };
    expect(await rowsOf(selection(undefined, PER_CPU, true), [unread])).toEqual(["0/1 1/-1"]);
    const filtered = selection("cpu == 0", PER_CPU);
    expect(await rowsOf(filtered, [unread])).toEqual(["0/0 2/0"]);
    expect(filtered.counts.unread).toBe(1);
  });
});

describe("parts of a run", () => {
  const run: RowRun = { ...wholeRun(NUMBERS, 7), cpus: undefined };
  const cpus: RowRun = { ...run, count: 5, entries: Int32Array.of(0, 0, 1, 2, 2), cpus: Int32Array.of(0, 1, 1, 0, 2) };

  test("all entries of a batch", () => {
    expect([run.count, [...run.entries], run.index]).toEqual([3, [0, 1, 2], 7]);
  });

  test("the first entries", () => {
    expect([0, 1, 3, 9].map((entries) => cut(run, entries).count)).toEqual([0, 1, 3, 3]);
    expect([0, 1, 2, 3, 9].map((entries) => cut(cpus, entries).count)).toEqual([0, 2, 3, 5, 5]);
  });

  test("those with a value", () => {
    const counts = noCounts();
    const batch = { ...NUMBERS, errnos: Int32Array.of(2, 0, 0) };
    const left = withoutUnread({ ...cpus, batch }, counts);
    expect([left.count, [...left.entries], [...(left.cpus ?? [])]]).toEqual([3, [1, 2, 2], [1, 0, 2]]);
    expect(counts.unread).toBe(2);
    expect(withoutUnread(cpus, counts)).toBe(cpus);
  });
});
