import type { Occupancy } from "../../reader/occupancy.ts";
import { bytesText, durationText, percentText } from "../quantities.ts";
import { terminalColours } from "../terminal/colours.ts";
import { textTable } from "../terminal/text-table.ts";
import { errorName, type MapStats, mapTypeText, ratioOf, rounded } from "./stats.ts";

const COLUMNS = [
  { title: "id", isRight: true },
  { title: "name" },
  { title: "type" },
  { title: "entries", isRight: true },
  { title: "max", isRight: true },
  { title: "full", isRight: true },
  { title: "memory", isRight: true },
  { title: "when full" },
  { title: "read" },
] as const;

const GROWTH_COLUMNS = [
  { title: "growth", isRight: true },
  { title: "full in", isRight: true },
] as const;

/** Nanoseconds. */
const SECOND = 1_000_000_000n;

export interface StatsTableOptions {
  /** Columns of the terminal; undefined where nothing limits them. */
  readonly width: number | undefined;
  readonly color: boolean;
  /** Tells whether a map is too full; then its share is red. */
  readonly isTooFull: (stats: MapStats) => boolean;
}

/** Returns maps as the lines of a table. */
export function statsTable(all: readonly MapStats[], { width, color, isTooFull }: StatsTableOptions): string[] {
  const colours = terminalColours(color);
  const paint = (text: string, row: number, column: number): string => {
    if (row < 0) return colours.bold(text);
    const stats = column === FULL_COLUMN ? all[row] : undefined;
    return stats !== undefined && isTooFull(stats) ? colours.red(text) : text;
  };
  if (all.every(({ growth }) => growth === undefined)) return textTable(COLUMNS, all.map(cells), { width, paint });
  const rows = all.map((stats) => [...cells(stats), ...growthCells(stats)]);
  return textTable([...COLUMNS, ...GROWTH_COLUMNS], rows, { width, paint });
}

function growthCells({ growth }: MapStats): string[] {
  if (growth === undefined) return ["", ""];
  const { perSecond, fullIn } = growth;
  const sign = perSecond > 0 ? "+" : "";
  return [
    `${sign}${rounded(perSecond)}/s`,
    fullIn === undefined ? "" : durationText(BigInt(Math.max(1, Math.round(fullIn))) * SECOND),
  ];
}

/** The column of the share that is used. */
const FULL_COLUMN = COLUMNS.findIndex(({ title }) => title === "full");

function cells(stats: MapStats): string[] {
  const { info, memlock, occupancy } = stats;
  const ratio = ratioOf(stats);
  return [
    String(info.id),
    info.name,
    mapTypeText(info),
    entriesText(occupancy),
    String(info.maxEntries),
    ratio === undefined ? "-" : percentText(ratio),
    memlock === undefined ? "-" : bytesText(BigInt(memlock)),
    occupancy.whenFull,
    readText(occupancy),
  ];
}

/** Returns the number of entries, or the pending bytes of a ring buffer. */
function entriesText({ entries, ring }: Occupancy): string {
  if (ring !== undefined) return `${ring.pending} B`;
  return entries === undefined ? "?" : String(entries);
}

function readText(occupancy: Occupancy): string {
  const { mode, report } = occupancy;
  const error = errorName(occupancy);
  if (error !== undefined) return `${mode}, ${error}`;
  return report === undefined || report.complete ? mode : `${mode}, incomplete`;
}
