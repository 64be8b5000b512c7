import { describe, expect, test } from "vitest";
import { ShownText } from "../../../../src/codec/text/shown-text.ts";
import { rateText } from "../../../../src/output/quantities.ts";
import type { CellOptions } from "../../../../src/output/rows/cells.ts";
import { type WatchColumn, watchColumns } from "../../../../src/output/watch/watch-columns.ts";
import type { Follower } from "../../../../src/query/follow/follower.ts";
import { RateHistory } from "../../../../src/query/follow/rate-history.ts";
import { followerOf, readEntries } from "../../query/follow/follow-rows.ts";
import type { Asked } from "../../query/run-query.ts";
import type { Entry, TypedMap } from "../../query/typed-rows.ts";

const CELLS: CellOptions = {
  json: { int64: "digits", enums: "name" },
  render: () => undefined,
  shown: new ShownText(),
};
const MAP: TypedMap = { key: "struct { u32 ip; u16 port; }", value: "struct { u64 n; char name[4]; }" };

const row = (n: number | bigint, name = "sh"): Entry => [
  { ip: 1, port: 2 },
  { n, name },
];

/** A follower after reads half a second apart. */
function followed(map: TypedMap, reads: readonly (readonly Entry[])[], asked: Asked = {}): Follower {
  const follower = followerOf(map, asked);
  for (const [i, entries] of reads.entries()) readEntries(follower, map, i * 500, entries);
  return follower;
}

const texts = (columns: readonly WatchColumn[], at = 0): string[][] =>
  columns.map(({ title, text }) => [title, text(at)]);

describe("columns", () => {
  test("are the fields of key and value, numbers to the right", () => {
    const columns = watchColumns(followed(MAP, [[row(7)]]), CELLS, new Set());
    expect(texts(columns)).toEqual([
      ["ip", "1"],
      ["port", "2"],
      ["n", "7"],
      ["name", "sh"],
    ]);
    expect(columns.map(({ isRight }) => isRight)).toEqual([true, true, true, false]);
  });

  test("are those that are selected", () => {
    const follower = followed(MAP, [[row(7)]], { select: "value.name,key.port" });
    expect(texts(watchColumns(follower, CELLS, new Set()))).toEqual([
      ["name", "sh"],
      ["port", "2"],
    ]);
  });

  test("an active counter has its change and its rate beside it", () => {
    const columns = watchColumns(followed(MAP, [[row(7)], [row(10)]]), CELLS, new Set(["n"]));
    expect(texts(columns).slice(2, 5)).toEqual([
      ["n", "10"],
      ["Δ", "+3"],
      ["n/s", "6"],
    ]);
  });

  test.each<[from: number | bigint, to: number | bigint, delta: string, rate: string]>([
    [7, 7, "", ""],
    [7, 5, "reset", ""],
    [0, 2n ** 60n, "+1152921504606846976", rateText(2 ** 61)],
  ])("from %s to %s", (from, to, delta, rate) => {
    const columns = watchColumns(followed(MAP, [[row(from)], [row(to)]]), CELLS, new Set(["n"]));
    expect(texts(columns).slice(3, 5)).toEqual([
      ["Δ", delta],
      ["n/s", rate],
    ]);
  });

  test("a number that goes up and down has a difference, and no rate", () => {
    const follower = followed(MAP, [[row(7)], [row(5)]]);
    const columns = watchColumns(follower, CELLS, new Set(["n"]), { gauges: { has: () => true } });
    expect(texts(columns).slice(2)).toEqual([
      ["n", "5"],
      ["Δ", "-2"],
      ["name", "sh"],
    ]);
  });

  test("the last rates are bars, and only where there is room", () => {
    const follower = followed(MAP, [[row(7)]]);
    const [counter] = follower.counters;
    if (counter === undefined) throw new Error("there is no counter");
    const history = new RateHistory(counter, follower);
    for (const [i, n] of [8, 10, 14].entries()) {
      readEntries(follower, MAP, (i + 1) * 500, [row(n)]);
      history.update([0]);
    }
    const columns = watchColumns(follower, CELLS, new Set(["n"]), { history });
    const bars = columns.find(({ title }) => title.startsWith("last"));
    expect(columns.every(({ rank }) => rank <= (bars?.rank ?? 0))).toBe(true);
    expect([bars?.title, bars?.text(0)]).toEqual(["last 8", "     ▃▅█"]);
  });
});

test("a cell is changed where its text is another one", () => {
  const columns = watchColumns(followed(MAP, [[row(7, "a")], [row(8, "a")]]), CELLS, new Set());
  expect(columns.map(({ title, isChanged }) => [title, isChanged(0)])).toEqual([
    ["ip", false],
    ["port", false],
    ["n", true],
    ["name", false],
  ]);
});

test("columns are ordered by what they show", () => {
  const columns = watchColumns(followed(MAP, [[row(7)], [row(8)]]), CELLS, new Set(["n"]));
  expect(columns.map(({ measure }) => measure?.kind)).toEqual(["field", "field", "field", "delta", "rate", "field"]);
  const raw = watchColumns(followed({ key: "u32", value: "u8[4]" }, [[[1, [1, 2, 3, 4]]]]), CELLS, new Set());
  expect(raw.at(-1)?.measure).toBeUndefined();
});
