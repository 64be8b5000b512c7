import type { Occupancy } from "../../reader/occupancy.ts";
import { bytesText, durationText, millisecondsText, percentText } from "../quantities.ts";
import type { RankedColumn } from "../terminal/choose-columns.ts";
import { accuracySign, errorName, type MeasuredMap, mapTypeText, ratioOf, rounded } from "./stats.ts";

/** A column of a table of maps. */
export interface StatsColumn extends RankedColumn {
  /** The fact that it is ordered by. */
  readonly fact: string;
  readonly text: (stats: MeasuredMap) => string;
}

/** Nanoseconds. */
const SECOND = 1_000_000_000n;
const BAR_WIDTH = 10;
const EIGHTHS = " ▏▎▍▌▋▊▉█";

/** All columns, in order; those for screens alone are marked by their fact `bar`. */
const STATS_COLUMNS: readonly StatsColumn[] = [
  { title: "id", fact: "id", isRight: true, rank: 0, text: ({ info }) => String(info.id) },
  { title: "name", fact: "name", rank: 0, least: 15, text: ({ info }) => info.name },
  { title: "type", fact: "type", rank: 7, text: ({ info }) => mapTypeText(info) },
  { title: "entries", fact: "entries", isRight: true, rank: 4, text: ({ occupancy }) => entriesText(occupancy) },
  { title: "max", fact: "max_entries", isRight: true, rank: 8, text: ({ info }) => String(info.maxEntries) },
  { title: "full", fact: "ratio", isRight: true, rank: 0, text: fullText },
  { title: "", fact: "bar", rank: 5, text: barText },
  { title: "growth", fact: "growth", isRight: true, rank: 1, text: growthText },
  { title: "full in", fact: "full_in", isRight: true, rank: 2, text: fullInText },
  { title: "memory", fact: "memlock", isRight: true, rank: 6, text: memoryText },
  { title: "when full", fact: "when_full", rank: 9, text: ({ occupancy }) => occupancy.whenFull },
  { title: "read", fact: "mode", rank: 10, text: readText },
  { title: "owners", fact: "owners", rank: 3, least: 12, text: ({ owner }) => owner?.text ?? "" },
];

/**
 * Returns the columns for these maps: growth if it is known of one, owners if they were asked for, bars on a screen.
 */
export function columnsFor(all: readonly MeasuredMap[], isScreen: boolean): readonly StatsColumn[] {
  const grows = all.some(({ growth }) => growth !== undefined);
  const isOwned = all.some(({ owner }) => owner !== undefined);
  return STATS_COLUMNS.filter(({ fact }) => {
    if (fact === "bar") return isScreen;
    if (fact === "growth" || fact === "full_in") return grows;
    return fact !== "owners" || isOwned;
  });
}

/** Returns the number of entries, or the pending bytes of a ring buffer. */
function entriesText(occupancy: Occupancy): string {
  const { entries, ring, estimate } = occupancy;
  if (ring !== undefined) return `${ring.pending} B`;
  if (entries === undefined) return "?";
  // No more digits than the error leaves any meaning.
  const step = estimate?.kind === "sampled" ? 10 ** Math.max(0, String(estimate.error).length - 2) : 1;
  return `${accuracySign(occupancy)}${Math.round(entries / step) * step}`;
}

/** Returns the share in use with its uncertainty, `≈52.1% ±0.3`, or why it is not known. */
function fullText(stats: MeasuredMap): string {
  const ratio = ratioOf(stats);
  if (ratio === undefined) return errorName(stats.occupancy) ?? "-";
  const { estimate } = stats.occupancy;
  const text = `${accuracySign(stats.occupancy)}${percentText(ratio)}`;
  if (estimate?.kind !== "sampled") return text;
  return `${text} ±${errorText((estimate.error / stats.info.maxEntries) * 100)}`;
}

/** Returns an error in per cent, rounded up: it is never shown as none. */
function errorText(percent: number): string {
  return percent >= 10 ? String(Math.ceil(percent)) : (Math.ceil(percent * 10) / 10).toFixed(1);
}

function barText(stats: MeasuredMap): string {
  const eighths = Math.round(Math.min(1, ratioOf(stats) ?? 0) * BAR_WIDTH * 8);
  const [whole, rest] = [Math.floor(eighths / 8), eighths % 8];
  return ("█".repeat(whole) + (rest === 0 ? "" : EIGHTHS[rest])).padEnd(BAR_WIDTH);
}

function growthText({ growth, occupancy }: MeasuredMap): string {
  if (growth === undefined) return "";
  const { perSecond } = growth;
  return `${accuracySign(occupancy)}${perSecond > 0 ? "+" : ""}${rounded(perSecond)}/s`;
}

function fullInText({ growth }: MeasuredMap): string {
  if (growth?.fullIn === undefined) return "";
  return durationText(BigInt(Math.max(1, Math.round(growth.fullIn))) * SECOND);
}

function memoryText({ memlock }: MeasuredMap): string {
  return memlock === undefined ? "-" : bytesText(BigInt(memlock));
}

function readText({ occupancy, age }: MeasuredMap): string {
  const { mode, report } = occupancy;
  const error = errorName(occupancy);
  if (error !== undefined) return `${mode}, ${error}`;
  const ago = age === undefined ? "" : `, ${millisecondsText(Math.round(age / 100) * 100)} ago`;
  return report === undefined || report.complete || occupancy.estimate !== undefined
    ? `${mode}${ago}`
    : `${mode}, incomplete${ago}`;
}
