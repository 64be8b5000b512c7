import { describe, expect, test } from "vitest";
import { ShownText } from "../../../../src/codec/text/shown-text.ts";
import type { CellOptions } from "../../../../src/output/rows/cells.ts";
import { displayWidth } from "../../../../src/output/terminal/visible.ts";
import { watchColumns } from "../../../../src/output/watch/watch-columns.ts";
import { type ScreenState, screenLines } from "../../../../src/output/watch/watch-screen.ts";
import { integerLayout } from "../../../../src/query/fields/synthetic-layouts.ts";
import { Follower } from "../../../../src/query/follow/follower.ts";
import { RateHistory } from "../../../../src/query/follow/rate-history.ts";
import { compileQuery } from "../../../../src/query/query.ts";
import type { RowRun } from "../../../../src/query/rows/rows.ts";
import type { IntLayout, Layout } from "../../../../src/schema/layout.ts";

const u32 = integerLayout(32, false);
const char: IntLayout = { ...integerLayout(8, true), isChar: true, typeName: "char" };
const text: Layout = {
  kind: "array",
  size: 16,
  element: char,
  length: 16,
  charsDirect: true,
  typeName: "",
  tagged: false,
};

const STATE: ScreenState = {
  label: "map id 7 (conns)",
  type: "hash",
  maxEntries: 4096,
  mode: "batch",
  isComplete: true,
  took: 1.25,
  interval: 1000,
  isPaused: false,
  skipped: 0,
  followed: "the first ones met",
  time: "12:00:00",
  filter: undefined,
  changesOnly: false,
  sort: undefined,
  spark: undefined,
  first: () => 0,
  fit: () => ({ first: 0, row: 0 }),
  quiet: undefined,
  prompt: undefined,
  choices: undefined,
  message: undefined,
};

const CELLS: CellOptions = {
  json: { int64: "digits", enums: "name" },
  render: () => undefined,
  shown: new ShownText(),
};

/** A map from u32 to a struct of so many u32 and a name, with entries 1, 2, 3, read once. */
function followed(fields: number, name: string): Follower {
  const members = Array.from({ length: fields }, (_, i) => ({
    name: `f${i}`,
    bitOffset: 128 + 32 * i,
    bitfieldBits: 0,
    layout: u32,
  }));
  const size = 16 + 4 * fields;
  const named = { name: "name", bitOffset: 0, bitfieldBits: 0, layout: text };
  const value: Layout = { kind: "struct", size, fields: [named, ...members], typeName: "struct s", tagged: false };
  const shape = { keySize: 4, valueSize: size, cpus: 0, valueStride: size };
  const follower = new Follower(compileQuery({}, { entryTypes: { key: u32, value, untyped: undefined }, shape }));
  const values = new Uint8Array(3 * size);
  for (let i = 0; i < 3; i++) values.set(Buffer.from(name).subarray(0, 16), i * size);
  const keys = new Uint8Array(Uint32Array.of(1, 2, 3).buffer);
  const batch = { count: 3, keys, values, errnos: undefined };
  const run: RowRun = {
    batch,
    count: 3,
    entries: Int32Array.of(0, 1, 2),
    cpus: undefined,
    cpuStride: 0,
    index: 0,
  };
  follower.begin(0);
  follower.add(run);
  follower.end(true);
  return follower;
}

function shown(follower: Follower, width: number, height: number, state: Partial<ScreenState> = {}): string[] {
  const columns = watchColumns(follower, CELLS, new Set());
  return screenLines({ ...STATE, ...state }, follower, [0, 1, 2], columns, { width, height, color: false });
}

describe("the screen", () => {
  test("has a head, a table and a foot", () => {
    expect(shown(followed(1, "nginx"), 80, 8)).toEqual([
      "map id 7 (conns)  hash  3/4,096 entries  12:00:00",
      "batch read in 1.3 ms, every 1s",
      "   key  name   f0",
      "     1  nginx   0",
      "     2  nginx   0",
      "     3  nginx   0",
      "",
      "q quit  ? keys  Enter entry  s sort  / filter  c copy  p pause  r reverse",
    ]);
  });

  test.each([
    [20, 8],
    [1, 1],
    [3, 40],
    [200, 3],
    [80, 24],
  ])("fits %d columns and %d lines", (width, height) => {
    const lines = shown(followed(4000, "nginx"), width, height, { message: "a\nb", prompt: "x".repeat(300) });
    expect(lines).toHaveLength(height);
    for (const line of lines) expect(displayWidth(line)).toBeLessThanOrEqual(width);
  });

  test("says which entries are followed where not all are, and where the table begins then", () => {
    const follower = followed(1, "nginx");
    follower.unfollowed = 4000;
    expect(shown(follower, 80, 8, { followed: "the first by value.f0:desc" }).slice(0, 4)).toEqual([
      "map id 7 (conns)  hash  4,003/4,096 entries  12:00:00",
      "batch read in 1.3 ms, every 1s",
      "only 3 entries are followed: the first by value.f0:desc (/ filters)",
      "   key  name   f0",
    ]);
  });

  test("has the last rates of each row where they have room", () => {
    const follower = followed(1, "nginx");
    const [counter] = follower.counters;
    if (counter === undefined) throw new Error("the value has a counter");
    const history = new RateHistory(counter, follower);
    history.update([0, 1, 2]);
    const columns = watchColumns(follower, CELLS, new Set([counter.name]), { history });
    const head = (width: number): string | undefined =>
      screenLines(STATE, follower, [0, 1, 2], columns, { width, height: 8, color: false })[2];
    expect(head(41)).toBe("   key  name   f0  Δ  f0/s    last 8");
    expect(head(36)).toBe("   key  name   f0  Δ  f0/s    last 8");
    expect(head(35)).toBe("   key  name   f0  Δ  f0/s");
  });

  test("never sends what a terminal would obey", () => {
    const hostile = "\x1b]0;x\x07\x9b2J\n";
    const label = `map id 7 (${hostile})`;
    const lines = shown(followed(1, hostile), 200, 12, { label, filter: hostile, message: hostile, prompt: hostile });
    // biome-ignore lint/suspicious/noControlCharactersInRegex: these must not be there
    expect(lines.join("")).not.toMatch(/[\x00-\x1f\x7f-\x9f]/);
  });

  test("says what is out of the ordinary", () => {
    const spark = { title: "packets", rates: [undefined, 0, 5, 10] };
    const state = { isPaused: true, isComplete: false, skipped: 2, filter: "key > 1", interval: 500, spark };
    const [, line] = shown(followed(1, ""), 200, 8, { ...state, sort: { title: "key", isDescending: true } });
    expect(line).toBe("PAUSED  batch read in 1.3 ms, every 500ms  INCOMPLETE  2 skipped  by key ↓  where key > 1");
  });
});
