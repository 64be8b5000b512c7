import { strictJsonString } from "../../codec/json/strict-json.ts";
import type { Occupancy } from "../../reader/occupancy.ts";
import { errnoName } from "../../sys/errno.ts";
import type { MapInfo } from "../../sys/info.ts";
import { mapTypeName } from "../../sys/map-types.ts";
import { type TextTableOptions, textTable } from "../terminal/text-table.ts";

/** What is measured of one map. */
export interface MapStats {
  readonly info: MapInfo;
  /** Bytes of kernel memory; undefined where the kernel (or a snapshot) doesn't say. */
  readonly memlock: number | undefined;
  readonly occupancy: Occupancy;
  /** Known where maps are measured again and again, from the second time on. */
  readonly growth?: Growth;
}

/** How the number of entries changes. */
export interface Growth {
  /** Entries a second; negative where they become fewer. */
  readonly perSecond: number;
  /** Seconds until the map is full at that rate; undefined where that will not be, or means nothing. */
  readonly fullIn: number | undefined;
}

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

/** The share of its room that a map has used, 0 to 1; undefined where that can't be counted or has no limit. */
export function ratioOf({ info, occupancy: { entries, whenFull, ring } }: MapStats): number | undefined {
  if (ring !== undefined) return ring.ratio;
  if (entries === undefined || info.maxEntries === 0 || whenFull === "none") return undefined;
  return entries / info.maxEntries;
}

/** One map as a line of JSON, without its new line. What isn't known is null. */
export function statsJson(stats: MapStats): string {
  const { info, memlock, occupancy } = stats;
  const { entries, whenFull, preallocated, mode, report, ring } = occupancy;
  const ratio = ratioOf(stats);
  const members: [string, string][] = [
    ["id", `${info.id}`],
    ["name", strictJsonString(info.name)],
    ["type", strictJsonString(typeName(info))],
    ["entries", `${entries ?? null}`],
    ["max_entries", `${info.maxEntries}`],
    ["ratio", ratio === undefined ? "null" : `${Number(ratio.toFixed(4))}`],
    ["when_full", `"${whenFull}"`],
    ["preallocated", `${preallocated}`],
    ["memlock", `${memlock ?? null}`],
    ["mode", `"${mode}"`],
    ["complete", `${report?.complete ?? occupancy.error === undefined}`],
  ];
  if (ring !== undefined) members.push(["pending", `${ring.pending}`], ["consumed", `${ring.consumed}`]);
  if (stats.growth !== undefined) {
    const { perSecond, fullIn } = stats.growth;
    members.push(["growth", `${rounded(perSecond)}`], ["full_in", `${fullIn === undefined ? null : rounded(fullIn)}`]);
  }
  const error = errorName(occupancy);
  if (error !== undefined) members.push(["error", strictJsonString(error)]);
  return `{${members.map(([name, value]) => `"${name}":${value}`).join(",")}}`;
}

/** Maps as the lines of a table. */
export function statsTable(all: readonly MapStats[], options: TextTableOptions): string[] {
  if (all.every(({ growth }) => growth === undefined)) return textTable(COLUMNS, all.map(cells), options);
  const rows = all.map((stats) => [...cells(stats), ...growthCells(stats)]);
  return textTable([...COLUMNS, ...GROWTH_COLUMNS], rows, options);
}

function growthCells({ growth }: MapStats): string[] {
  if (growth === undefined) return ["", ""];
  const { perSecond, fullIn } = growth;
  const sign = perSecond > 0 ? "+" : "";
  return [`${sign}${rounded(perSecond)}/s`, fullIn === undefined ? "" : durationText(fullIn)];
}

/** `45s`, `12m 30s`, `5h 10m`, `3d 4h`. */
export function durationText(seconds: number): string {
  const whole = Math.round(seconds);
  for (const [i, [unit, size]] of DURATIONS.entries()) {
    if (whole < size) continue;
    const [smaller, smallerSize] = DURATIONS[i + 1] ?? ["", 1];
    const rest = smaller === "" ? 0 : Math.floor((whole % size) / smallerSize);
    return `${Math.floor(whole / size)}${unit}${rest === 0 ? "" : ` ${rest}${smaller}`}`;
  }
  return "0s";
}

const DURATIONS = [
  ["d", 86_400],
  ["h", 3600],
  ["m", 60],
  ["s", 1],
] as const;

function rounded(value: number): number {
  return Math.round(value * 100) / 100;
}

/** The column of the table that says how full a map is. */
export const FULL_COLUMN: number = COLUMNS.findIndex(({ title }) => title === "full");

function cells(stats: MapStats): string[] {
  const { info, memlock, occupancy } = stats;
  const ratio = ratioOf(stats);
  return [
    String(info.id),
    info.name,
    typeName(info),
    entriesText(occupancy),
    String(info.maxEntries),
    ratio === undefined ? "-" : percent(ratio),
    memlock === undefined ? "-" : byteText(memlock),
    occupancy.whenFull,
    readText(occupancy),
  ];
}

/** A share as per cent. What isn't quite full never reads 100 %. */
export function percent(ratio: number): string {
  const shown = ratio < 1 ? Math.floor(ratio * 1000) / 10 : ratio * 100;
  return `${shown.toFixed(1)}%`;
}

function typeName({ type }: MapInfo): string {
  return mapTypeName(type) ?? `type ${type}`;
}

/** Bytes where records are waiting in a ring buffer. */
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

/** The errno that kept a map from being measured. */
function errorName({ report, error }: Occupancy): string | undefined {
  if (error !== undefined) return typeof error.details.errnoName === "string" ? error.details.errnoName : error.code;
  return report === undefined || report.errno === 0 ? undefined : errnoName(report.errno);
}

function byteText(bytes: number): string {
  let size = bytes;
  let unit = 0;
  for (; size >= 1024 && unit < UNITS.length - 1; unit++) size /= 1024;
  return unit === 0 ? `${bytes} B` : `${size.toFixed(1)} ${UNITS[unit]}`;
}

const UNITS = ["B", "KiB", "MiB", "GiB", "TiB"] as const;
