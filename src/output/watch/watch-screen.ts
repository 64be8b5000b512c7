import { ADDED, CHANGED, type Follower, REMOVED } from "../../query/follow/follower.ts";
import { millisecondsText, rateText } from "../quantities.ts";
import { type Mark, markColour, terminalColours } from "../terminal/colours.ts";
import { GAP, textTable, wantedWidths } from "../terminal/text-table.ts";
import { cutToWidth, displayWidth, visible } from "../terminal/visible.ts";
import { sparkline } from "./sparkline.ts";
import type { WatchColumn } from "./watch-columns.ts";

/** The facts that the screen shows beside rows. */
export interface ScreenState {
  /** The map: `map id 7 (conns)`, `hash`, and its capacity. */
  readonly label: string;
  readonly type: string;
  readonly maxEntries: number;
  /** The last read: its mode, whether it was complete, and its duration in milliseconds. */
  readonly mode: string;
  readonly isComplete: boolean;
  readonly took: number;
  /** The time between two reads in milliseconds. */
  readonly interval: number;
  readonly isPaused: boolean;
  /** The number of skipped ticks. */
  readonly skipped: number;
  /** The time of the last read as text. */
  readonly time: string;
  /** The entries that are followed if there are too many. */
  readonly followed: string;
  readonly filter: string | undefined;
  /** The column that rows are ordered by. */
  readonly sort: { readonly title: string; readonly isDescending: boolean } | undefined;
  /** The counter whose total is shown in bars, and its rates so far. */
  readonly spark: { readonly title: string; readonly rates: readonly (number | undefined)[] } | undefined;
  /** The filter that the user is typing. */
  readonly prompt: string | undefined;
  /** The error of the last key, if any. */
  readonly message: string | undefined;
}

export interface ScreenSize {
  readonly width: number;
  readonly height: number;
  readonly color: boolean;
}

const KEYS = "q quit  p pause  s S sort  r reverse  / filter  + - interval";

/** Returns the lines of the screen: at most its height, none wider than its width. */
export function screenLines(
  state: ScreenState,
  follower: Follower,
  rows: readonly number[],
  columns: readonly WatchColumn[],
  size: ScreenSize,
): string[] {
  const head = [titleLine(state, follower), statusLine(state, follower), ...followedLines(state, follower)];
  const foot = footLines(state);
  const room = Math.max(0, size.height - head.length - foot.length - 1);
  const { bold } = terminalColours(size.color);
  const cut = (line: string): string => cutToWidth(line, size.width);
  const table = tableLines(follower, rows.slice(0, room), columns, size);
  const lines = [...head.map((line, i) => (i === 0 ? bold(cut(line)) : cut(line))), ...table.slice(0, room + 1)];
  const blanks = Array.from({ length: Math.max(0, size.height - lines.length - foot.length) }, () => "");
  return [...lines, ...blanks, ...foot.map(cut)].slice(0, size.height);
}

function titleLine({ label, type, maxEntries, time }: ScreenState, { present, unfollowed }: Follower): string {
  const count = `${(present + unfollowed).toLocaleString("en")}/${maxEntries.toLocaleString("en")}`;
  return visible(`${label}  ${type}  ${count} entries  ${time}`);
}

/** Returns the line that says which entries are followed, unless all are. */
function followedLines({ followed }: ScreenState, { present, unfollowed }: Follower): string[] {
  if (unfollowed === 0) return [];
  return [visible(`only ${present.toLocaleString("en")} entries are followed: ${followed} (/ filters)`)];
}

function statusLine(state: ScreenState, { reads }: Follower): string {
  const { sort, spark, filter, mode, took, skipped } = state;
  const parts = [
    `${mode} read in ${took < 10 ? took.toFixed(1) : Math.round(took)} ms, every ${millisecondsText(state.interval)}`,
  ];
  if (state.isPaused) parts.unshift("PAUSED");
  if (!state.isComplete) parts.push("INCOMPLETE");
  if (skipped > 0) parts.push(`${skipped} skipped`);
  if (sort !== undefined) parts.push(`by ${sort.title} ${sort.isDescending ? "↓" : "↑"}`);
  if (filter !== undefined) parts.push(`where ${filter}`);
  if (spark !== undefined && reads > 1) {
    parts.push(`${spark.title}/s ${sparkline(spark.rates)} ${rateText(spark.rates.at(-1) ?? 0)}`);
  }
  return visible(parts.join("  "));
}

function footLines({ prompt, message }: ScreenState): string[] {
  const said = message === undefined ? [] : message.split("\n").map(visible);
  return [...said, prompt === undefined ? KEYS : visible(`filter (CEL): ${prompt}_`)];
}

const MARKS: Readonly<Record<number, Mark>> = { [ADDED]: "+", [CHANGED]: "~", [REMOVED]: "-" };

function tableLines(
  follower: Follower,
  rows: readonly number[],
  columns: readonly WatchColumn[],
  { width, color }: ScreenSize,
): string[] {
  const shown = fitting(hasRoom(columns, rows, width) ? columns : columns.filter(({ isSpare }) => !isSpare), width);
  const isFirst = follower.reads <= 1;
  const marks = rows.map((row) => (isFirst ? undefined : MARKS[follower.states[row] ?? 0]));
  const cells = rows.map((row, i) => [marks[i] ?? "", ...shown.map(({ text }) => text(row))]);
  const heads = [{ title: "" }, ...shown.map(({ title, isRight }) => ({ title, isRight }))];
  const colours = terminalColours(color);
  const paint = (text: string, line: number, column: number): string => {
    if (line < 0) return colours.bold(text);
    const [row, mark] = [rows[line], marks[line]];
    if (row === undefined || mark === undefined) return text;
    const isMarked = mark !== "~" || column === 0 || shown[column - 1]?.isChanged(row);
    return isMarked ? markColour(colours, mark)(text) : text;
  };
  return textTable(heads, cells, { width, paint });
}

/** Tells whether all columns fit without being cut. */
function hasRoom(columns: readonly WatchColumn[], rows: readonly number[], width: number): boolean {
  if (fitting(columns, width).length < columns.length) return false;
  const cells = rows.map((row) => ["~", ...columns.map(({ text }) => visible(text(row)))]);
  const widths = wantedWidths([["~", ...columns.map(({ title }) => visible(title))], ...cells], columns.length + 1);
  return widths.reduce((sum, one) => sum + one + GAP, -GAP) <= width;
}

/** Returns the columns that could have room at all, so that no cells are made for thousands of others. */
function fitting(columns: readonly WatchColumn[], width: number): readonly WatchColumn[] {
  let used = 3;
  const end = columns.findIndex(({ title }) => {
    used += Math.min(4, Math.max(1, displayWidth(title))) + 2;
    return used > width + 6;
  });
  return end < 0 ? columns : columns.slice(0, Math.max(1, end));
}
