import { ADDED, CHANGED, type Follower, REMOVED } from "../../query/follow/follower.ts";
import { millisecondsText, rateText } from "../quantities.ts";
import { choiceLines, keysLine, type LinePart, partsLine, promptLine, statusLines } from "../terminal/bars.ts";
import { type ChosenColumns, chooseColumns, namesByRank, type RankedColumn } from "../terminal/choose-columns.ts";
import { type Mark, markColour, terminalColours } from "../terminal/colours.ts";
import { GAP } from "../terminal/text-table.ts";
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
  /** Entries are shown once they have changed. */
  readonly changesOnly: boolean;
  /** The column that rows are ordered by. */
  readonly sort: { readonly title: string; readonly isDescending: boolean } | undefined;
  /** The counter whose total is shown in bars, and its rates so far. */
  readonly spark: { readonly title: string; readonly rates: readonly (number | undefined)[] } | undefined;
  /** The filter that the user is typing. */
  readonly prompt: string | undefined;
  /** The columns to sort by, each with its key, while one is asked for. */
  readonly choices: readonly string[] | undefined;
  /** The first row that is seen, and the same with the selected one once it is known how many are seen at a time. */
  readonly first: () => number;
  readonly fit: (room: number) => { readonly first: number; readonly row: number };
  /** Milliseconds since anything changed; undefined where something did in the last read, or none can have. */
  readonly quiet: number | undefined;
  /** The error of the last key, if any. */
  readonly message: string | undefined;
}

export interface ScreenSize {
  readonly width: number;
  readonly height: number;
  readonly color: boolean;
}

const KEYS = [
  "q quit",
  "? keys",
  "Enter entry",
  "s sort",
  "/ filter",
  "c copy",
  "p pause",
  "r reverse",
  "+ - interval",
];

/** Returns the lines of the screen: at most its height, none wider than its width. */
export function screenLines(
  state: ScreenState,
  follower: Follower,
  rows: readonly number[],
  columns: readonly WatchColumn[],
  size: ScreenSize,
): string[] {
  const { width, height } = size;
  const cut = (line: string): string => cutToWidth(line, width);
  const followed = followedLines(state, follower).map(cut);
  const foot = footLines(state, width).map(cut);
  const table = watchTable(state, rows, columns, size);
  const head = [
    terminalColours(size.color).bold(partsLine(titleParts(state, follower), width)),
    ...statusLines(statusParts(state, follower), table.omitted, size),
    ...followed,
  ];
  const room = Math.max(0, height - head.length - foot.length);
  const none = rows.length === 0 ? [noneText(state)] : [];
  const body = [...tableLines(table, state, follower, rows, { ...size, room }), ...none].slice(0, room);
  const blanks = Array.from({ length: room - body.length }, () => "");
  return [...head, ...body, ...blanks, ...foot].slice(0, height);
}

function noneText({ filter, changesOnly }: ScreenState): string {
  if (changesOnly) return "nothing has changed yet";
  return filter === undefined ? "no entries" : "no entry is like that";
}

function titleParts({ label, type, maxEntries, time }: ScreenState, follower: Follower): LinePart[] {
  return [
    { text: visible(label), rank: 0 },
    { text: type, rank: 2 },
    { text: countText(follower, maxEntries), rank: 1 },
    { text: time, rank: 3 },
  ];
}

/** Returns the number of entries, which are more or less than the rows where these are CPUs or groups. */
function countText({ present, unfollowed, query }: Follower, maxEntries: number): string {
  const rows = present + unfollowed;
  const { matched, kept } = query.counts;
  if (query.grouping !== undefined)
    return `${rows.toLocaleString("en")} groups of ${matched.toLocaleString("en")} entries`;
  const entries = query.rows === "cpu" ? kept : rows;
  return `${entries.toLocaleString("en")}/${maxEntries.toLocaleString("en")} entries`;
}

/** Returns the line that says which entries are followed, unless all are. */
function followedLines({ followed }: ScreenState, { present, unfollowed }: Follower): string[] {
  if (unfollowed === 0) return [];
  return [visible(`only ${present.toLocaleString("en")} entries are followed: ${followed} (/ filters)`)];
}

function statusParts(state: ScreenState, { reads }: Follower): LinePart[] {
  const { sort, spark, filter, mode, took, skipped, quiet } = state;
  const duration = took < 10 ? took.toFixed(1) : Math.round(took);
  const parts: (LinePart | undefined)[] = [
    state.isPaused ? { text: "PAUSED", rank: 0 } : undefined,
    quiet === undefined ? undefined : { text: `nothing changes since ${millisecondsText(quiet)}`, rank: 1 },
    { text: `${mode} read in ${duration} ms, every ${millisecondsText(state.interval)}`, rank: 4 },
    state.isComplete ? undefined : { text: "INCOMPLETE", rank: 0 },
    skipped === 0 ? undefined : { text: `${skipped} skipped`, rank: 3 },
    sort && { text: visible(`by ${sort.title} ${sort.isDescending ? "↓" : "↑"}`), rank: 2 },
    filter === undefined ? undefined : { text: visible(`where ${filter}`), rank: 0 },
    spark && reads > 1
      ? { text: visible(`${spark.title}/s ${sparkline(spark.rates)} ${rateText(spark.rates.at(-1) ?? 0)}`), rank: 5 }
      : undefined,
  ];
  return parts.flatMap((part) => part ?? []);
}

function footLines({ prompt, choices, message }: ScreenState, width: number): string[] {
  const said = message === undefined ? [] : message.split("\n").flatMap((line) => chunks(visible(line), width));
  if (choices !== undefined) return [...said, ...choiceLines(choices, width)];
  return [...said, prompt === undefined ? keysLine(KEYS, width) : promptLine("filter (CEL)", prompt, width)];
}

const MARKS: Readonly<Record<number, Mark>> = { [ADDED]: "+", [CHANGED]: "~", [REMOVED]: "-" };

/** The table for a width: its columns with their cells. */
interface WatchTable extends ChosenColumns {
  /** The columns that were tried: the mark, then those of rows. */
  readonly columns: readonly RankedColumn[];
  readonly cells: (row: number) => readonly string[];
  readonly isChanged: (row: number, column: number) => boolean;
  /** Columns that stand in one line, by their places among those shown. */
  readonly groups: readonly (readonly number[])[];
}

function watchTable(
  state: ScreenState,
  rows: readonly number[],
  columns: readonly WatchColumn[],
  { width, height }: ScreenSize,
): WatchTable {
  const [tried, untried] = candidates(columns, width);
  const all: readonly RankedColumn[] = [{ title: "", rank: 0 }, ...tried];
  // Columns are as wide as those of the rows on the screen and of some around them want.
  const measured = rows.slice(Math.max(0, state.first() - MEASURED), state.first() + height + MEASURED);
  const textsOf = (row: number): string[] => ["~", ...tried.map(({ text }) => visible(text(row)))];
  const chosen = chooseColumns(all, measured.map(textsOf), width);
  const others = chosen.shown.slice(1).flatMap((i) => tried[i - 1] ?? []);
  return {
    ...chosen,
    omitted: [...chosen.omitted, ...untried],
    columns: chosen.shown.flatMap((i) => all[i] ?? []),
    cells: (row) => others.map(({ text }) => visible(text(row))),
    isChanged: (row, column) => others[column - 1]?.isChanged(row) === true,
    groups: columnGroups(chosen.widths, width),
  };
}

/** Returns the lines of the table, its head first. */
function tableLines(
  { columns, widths, groups, cells: cellsOf, isChanged }: WatchTable,
  state: ScreenState,
  follower: Follower,
  rows: readonly number[],
  { width, color, room }: ScreenSize & { readonly room: number },
): string[] {
  const { first, row: selected } = state.fit(Math.max(1, Math.floor(room / groups.length) - 1));
  const colours = terminalColours(color);
  const print = (cells: readonly string[], paint: (text: string, column: number) => string): string[] =>
    groups.flatMap((group) => groupLines(group, columns, widths, cells, { width, paint }));
  const head = print(
    columns.map(({ title }) => visible(title)),
    (text) => colours.bold(text),
  );
  const lines = [...head];
  const isFirst = follower.reads <= 1;
  for (const [i, row] of rows.slice(first).entries()) {
    if (lines.length >= room) break;
    const mark = isFirst ? undefined : MARKS[follower.states[row] ?? 0];
    const cells = [mark ?? "", ...cellsOf(row)];
    const paint = (text: string, column: number): string => {
      const isMarked = mark !== undefined && (mark !== "~" || column === 0 || isChanged(row, column));
      const marked = isMarked ? markColour(colours, mark)(text) : text;
      return first + i === selected ? colours.inverse(marked) : marked;
    };
    lines.push(...print(cells, paint));
  }
  return lines;
}

/** The rows above and below the screen by which columns are measured, too. */
const MEASURED = 20;

/** The columns that could have room at all, so that no cells are made for thousands of others, whose names follow. */
function candidates(
  columns: readonly WatchColumn[],
  width: number,
): [tried: readonly WatchColumn[], untried: readonly string[]] {
  const most = Math.ceil(width / (GAP + 1)) + 1;
  if (columns.length <= most) return [columns, []];
  const kept = new Set([...columns].sort((a, b) => a.rank - b.rank).slice(0, most));
  return [columns.filter((one) => kept.has(one)), namesByRank(columns.filter((one) => !kept.has(one)))];
}

/** Columns, by their indexes, that stand in one line. There is more than one line where the keys alone are too wide. */
function columnGroups(widths: readonly number[], width: number): number[][] {
  const groups: number[][] = [[]];
  let used = -GAP;
  for (const [i, one] of widths.entries()) {
    const isFull = used + GAP + one > width && (groups.at(-1)?.length ?? 0) > 0;
    if (isFull) groups.push([]);
    // Lines behind the first one are indented.
    used = (isFull ? GAP : used + GAP) + one;
    groups.at(-1)?.push(i);
  }
  return groups;
}

/** The line of a group; more than one where a cell alone is wider than the screen. */
function groupLines(
  group: readonly number[],
  columns: readonly RankedColumn[],
  widths: readonly number[],
  cells: readonly string[],
  { width, paint }: { readonly width: number; readonly paint: (text: string, column: number) => string },
): string[] {
  const indent = group[0] === 0 ? "" : " ".repeat(Math.min(GAP, width - 1));
  const padded = group.map((i) => {
    const text = cells[i] ?? "";
    const cut = columns[i]?.least === undefined ? text : cutToWidth(text, widths[i] ?? 0);
    const blanks = " ".repeat(Math.max(0, (widths[i] ?? 0) - displayWidth(cut)));
    return columns[i]?.isRight === true ? blanks + cut : cut + blanks;
  });
  const line = indent + padded.join(" ".repeat(GAP));
  if (displayWidth(line) <= width)
    return [indent + padded.map((text, i) => paint(text, group[i] ?? 0)).join(" ".repeat(GAP))];
  return chunks(line.trimEnd(), width).map((text) => paint(text, group[0] ?? 0));
}

function chunks(text: string, width: number): string[] {
  const lines = [""];
  for (const char of text) {
    if (displayWidth(`${lines.at(-1)}${char}`) > width && lines.at(-1) !== "") lines.push("");
    lines[lines.length - 1] += char;
  }
  return lines;
}
