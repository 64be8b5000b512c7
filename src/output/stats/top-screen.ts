import { millisecondsText, percentText } from "../quantities.ts";
import { keysLine, promptLine, SPACE, withOmitted } from "../terminal/bars.ts";
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
  /** The first map that is seen, and the selected one. */
  readonly first: number;
  readonly row: number;
  readonly time: string;
  /** Milliseconds. */
  readonly interval: number;
  readonly took: number;
  readonly isPaused: boolean;
  readonly sort: { readonly fact: string; readonly isDescending: boolean } | undefined;
  readonly filter: string | undefined;
  /** From which per cent on a map is too full. */
  readonly threshold: number;
  readonly prompt: string | undefined;
  readonly message: string | undefined;
}

export interface TopSize {
  readonly width: number;
  readonly height: number;
  readonly color: boolean;
}

const KEYS = ["q quit", "? keys", "Enter watch", "i info", "s sort", "/ filter", "e exact"];
/** Lines that are no maps: the title, the status, the head of the table, and the keys. */
const OTHER_LINES = 4;

/** Returns how many maps are seen at a time. */
export function topRoom(height: number): number {
  return Math.max(1, height - OTHER_LINES);
}

/** Returns the lines of the screen, as many as it has, none wider than it is. */
export function topLines(state: TopState, { width, height, color }: TopSize): string[] {
  const colours = terminalColours(color);
  const columns = columnsFor(state.maps, true);
  const cells = state.maps.map((stats) => columns.map(({ text }) => visible(text(stats))));
  // Columns are as wide as those of all maps want, so that they stay where they are while one scrolls.
  const { shown, widths, omitted } = chooseColumns(columns, cells, width);
  const chosen = shown.flatMap((i) => columns[i] ?? []);
  const room = topRoom(height);
  const seen = state.maps.slice(state.first, state.first + room);
  const rows = cells.slice(state.first, state.first + room).map((row) => shown.map((i) => row[i] ?? ""));
  const titles = chosen.map(({ title, fact }) => title + orderMark(fact, state));
  const titled = titledWidths(titles, widths);
  const [head = "", ...body] = [titles, ...rows].map((row) => cutToWidth(paddedLine(chosen, titled, row), width));
  const painted = body.map((line, i) => {
    const stats = seen[i];
    const isSelected = state.first + i === state.row;
    const text = isSelected ? colours.inverse(line.padEnd(line.length + width - displayWidth(line))) : line;
    return stats !== undefined && isTroubled(stats, state.threshold) ? colours.bold.red(text) : text;
  });
  const blanks = Array.from({ length: Math.max(0, room - body.length) }, () => "");
  const message = state.message?.split("\n").map((line) => cutToWidth(visible(line), width)) ?? [];
  const top = [
    colours.bold(cutToWidth(titleOf(state), width)),
    cutToWidth(statusOf(state, omitted, width), width),
    colours.bold(state.maps.length === 0 ? "" : head),
  ];
  const none = state.maps.length === 0 ? [state.total === 0 ? "no maps" : "no map is like that"] : [];
  const middle = [...none, ...painted, ...blanks].slice(0, Math.max(0, room - message.length));
  const foot =
    state.prompt === undefined ? keysLine(KEYS, width) : promptLine("filter (CEL on columns)", state.prompt, width);
  return [...top, ...middle, ...message, cutToWidth(foot, width)].slice(0, height);
}

/** Widens columns for the mark of the order. */
function titledWidths(titles: readonly string[], widths: readonly number[]): number[] {
  return widths.map((one, i) => Math.max(one, displayWidth(titles[i] ?? "")));
}

function orderMark(fact: string, { sort }: TopState): string {
  if (sort === undefined || sort.fact !== fact) return "";
  return sort.isDescending ? "↓" : "↑";
}

function titleOf({ maps, total, troubled, time, threshold }: TopState): string {
  const limited = maps.filter(({ occupancy }) => occupancy.whenFull === "refuses" || occupancy.whenFull === "drops");
  const fullest = limited.reduce((most, stats) => Math.max(most, ratioOf(stats) ?? 0), 0);
  const parts = [
    "ebpf-map top",
    time,
    maps.length === total ? `${total} maps` : `${maps.length} of ${total} maps`,
    ...(troubled === 0 ? [] : [`${troubled} failing or ≥${threshold}% full`]),
    ...(limited.length === 0 ? [] : [`fullest ${percentText(fullest)}`]),
  ];
  return parts.join(SPACE);
}

/** The line names the columns without room, or if that is too long, tells their number. */
function statusOf(state: TopState, omitted: readonly string[], width: number): string {
  const { interval, took, isPaused, sort, filter } = state;
  const parts = [
    ...(isPaused ? ["PAUSED"] : []),
    `measured in ${took < 10 ? took.toFixed(1) : Math.round(took)} ms, every ${millisecondsText(interval)}`,
    sort === undefined ? "fullest first" : `by ${sort.fact}`,
    ...(filter === undefined ? [] : [`where ${visible(filter)}`]),
  ];
  return withOmitted(parts.join(SPACE), omitted, width);
}
