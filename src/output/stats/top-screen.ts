import { millisecondsText, percentText } from "../quantities.ts";
import { choiceLines, keysLine, type LinePart, partsLine, promptLine, statusLines } from "../terminal/bars.ts";
import { chooseColumns } from "../terminal/choose-columns.ts";
import { terminalColours } from "../terminal/colours.ts";
import { paddedLine } from "../terminal/padded-line.ts";
import { cutToWidth, displayWidth, visible } from "../terminal/visible.ts";
import { isTroubled, type MeasuredMap, ratioOf } from "./stats.ts";
import { columnsFor } from "./stats-columns.ts";

/** The state that the screen of `top` shows. */
export interface TopState {
  /** The maps in order, and how many there are without the filter. */
  readonly maps: readonly MeasuredMap[];
  readonly total: number;
  /** The number of maps in trouble. */
  readonly troubled: number;
  /** The first map that is seen, and the selected one, once it is known how many are seen at a time. */
  readonly fit: (room: number) => { readonly first: number; readonly row: number };
  readonly time: string;
  /** Milliseconds. */
  readonly interval: number;
  readonly took: number;
  readonly isPaused: boolean;
  /** The column that maps are ordered by if it is one, and the order in words; undefined for the usual one. */
  readonly sort: { readonly fact: string; readonly isDescending: boolean } | undefined;
  readonly order: string | undefined;
  readonly filter: string | undefined;
  /** From which per cent on a map is too full. */
  readonly threshold: number;
  readonly prompt: string | undefined;
  /** The columns to sort by, each with its key, while one is asked for. */
  readonly choices: readonly string[] | undefined;
  readonly message: string | undefined;
}

export interface TopSize {
  readonly width: number;
  readonly height: number;
  readonly color: boolean;
}

const KEYS = ["q quit", "? keys", "Enter watch", "i info", "s sort", "/ filter", "e exact"];
/** Lines that are no maps, besides those of the state: the title, the head of the table, and the keys. */
const OTHER_LINES = 3;

/** Returns the lines of the screen, as many as it has, none wider than it is. */
export function topLines(state: TopState, { width, height, color }: TopSize): string[] {
  const colours = terminalColours(color);
  const columns = columnsFor(state.maps, true);
  const cells = state.maps.map((stats) => columns.map(({ text }) => visible(text(stats))));
  // Columns are as wide as those of all maps want, so that they stay where they are while one scrolls.
  const { shown, widths, omitted } = chooseColumns(columns, cells, width);
  const chosen = shown.flatMap((i) => columns[i] ?? []);
  const status = statusLines(statusOf(state), omitted, { width, height });
  const room = Math.max(1, height - OTHER_LINES - status.length);
  const { first, row: selected } = state.fit(room);
  const seen = state.maps.slice(first, first + room);
  const rows = cells.slice(first, first + room).map((row) => shown.map((i) => row[i] ?? ""));
  const titles = chosen.map(({ title, fact }) => title + orderMark(fact, state));
  const titled = titledWidths(titles, widths);
  const [head = "", ...body] = [titles, ...rows].map((row) => cutToWidth(paddedLine(chosen, titled, row), width));
  const painted = body.map((line, i) => {
    const stats = seen[i];
    const isSelected = first + i === selected;
    const text = isSelected ? colours.inverse(line.padEnd(line.length + width - displayWidth(line))) : line;
    return stats !== undefined && isTroubled(stats, state.threshold) ? colours.bold.red(text) : text;
  });
  const blanks = Array.from({ length: Math.max(0, room - body.length) }, () => "");
  const message = state.message?.split("\n").map((line) => cutToWidth(visible(line), width)) ?? [];
  const top = [
    colours.bold(partsLine(titleOf(state), width)),
    ...status,
    colours.bold(state.maps.length === 0 ? "" : head),
  ];
  const none = state.maps.length === 0 ? [state.total === 0 ? "no maps" : "no map is like that"] : [];
  const foot = [...message, ...footLines(state, width)];
  const middle = [...none, ...painted, ...blanks].slice(0, Math.max(0, room + 1 - foot.length));
  return [...top, ...middle, ...foot].slice(0, height);
}

function footLines({ prompt, choices }: TopState, width: number): string[] {
  if (choices !== undefined) return choiceLines(choices, width);
  return [prompt === undefined ? keysLine(KEYS, width) : promptLine("filter (CEL on columns)", prompt, width)];
}

/** Widens columns for the mark of the order. */
function titledWidths(titles: readonly string[], widths: readonly number[]): number[] {
  return widths.map((one, i) => Math.max(one, displayWidth(titles[i] ?? "")));
}

function orderMark(fact: string, { sort }: TopState): string {
  if (sort === undefined || sort.fact !== fact) return "";
  return sort.isDescending ? "↓" : "↑";
}

function titleOf({ maps, total, troubled, time, threshold }: TopState): LinePart[] {
  const limited = maps.filter(({ occupancy }) => occupancy.whenFull === "refuses" || occupancy.whenFull === "drops");
  const fullest = limited.reduce((most, stats) => Math.max(most, ratioOf(stats) ?? 0), 0);
  return [
    { text: "ebpf-map top", rank: 0 },
    { text: time, rank: 3 },
    { text: maps.length === total ? mapsText(total) : `${maps.length} of ${mapsText(total)}`, rank: 1 },
    ...(troubled === 0 ? [] : [{ text: `${troubled} failing or ≥${threshold}% full`, rank: 2 }]),
    ...(limited.length === 0 ? [] : [{ text: `fullest ${percentText(fullest)}`, rank: 4 }]),
  ];
}

function mapsText(count: number): string {
  return count === 1 ? "1 map" : `${count} maps`;
}

function statusOf({ interval, took, isPaused, order, filter }: TopState): LinePart[] {
  const duration = took < 10 ? took.toFixed(1) : Math.round(took);
  return [
    ...(isPaused ? [{ text: "PAUSED", rank: 0 }] : []),
    { text: `measured in ${duration} ms, every ${millisecondsText(interval)}`, rank: 2 },
    { text: order === undefined ? "fullest first" : `by ${order}`, rank: 1 },
    ...(filter === undefined ? [] : [{ text: `where ${visible(filter)}`, rank: 0 }]),
  ];
}
