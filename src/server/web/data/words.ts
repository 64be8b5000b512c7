import { bytesText, durationText, percentText, rateText } from "../../../output/quantities.ts";
import type { MapSummary } from "../../page/contract.ts";

const GROUPED = new Intl.NumberFormat("en");

/** A number of entries: `10,240`. */
export function countText(count: number): string {
  return GROUPED.format(count);
}

/** The number of something: `1 entry`, `2 entries`. */
export function counted(count: number, one: string, many: string): string {
  return `${countText(count)} ${count === 1 ? one : many}`;
}

/** Bytes: `1.5 MiB`. */
export function sizeText(bytes: number | null): string {
  return bytes === null ? "–" : bytesText(BigInt(bytes));
}

/** Returns the fill of a map as text; "" where it is unknown. */
export function fillText({ ratio, accuracy }: MapSummary): string {
  return ratio === null ? "" : `${accuracy}${percentText(ratio)}`;
}

/** Entries and room: `1,024 of 10,240`. */
export function entriesText({ entries, maxEntries, accuracy, ring, whenFull }: MapSummary): string {
  if (ring !== null) return `${sizeText(ring.pending)} of ${sizeText(ring.size)} pending`;
  if (entries === null) return "not counted";
  const number = `${accuracy}${countText(entries)}`;
  return maxEntries === 0 || whenFull === "none" ? number : `${number} of ${countText(maxEntries)}`;
}

/** `+12.3/s`; "" where it isn't known. */
export function growthText({ growth }: MapSummary): string {
  if (growth === null) return "";
  const { perSecond } = growth;
  return `${perSecond > 0 ? "+" : ""}${rateText(Math.round(perSecond * 10) / 10)}/s`;
}

/** A rate: `12.3/s`. */
export function perSecondText(rate: number | null): string {
  return rate === null ? "reset" : `${rate > 0 ? "+" : ""}${rateText(Math.round(rate * 10) / 10)}/s`;
}

/** The time until a map is full: `2h 5m`; "" where it won't be. */
export function fullInText({ growth }: MapSummary): string {
  const seconds = growth?.fullIn ?? null;
  return seconds === null || !Number.isFinite(seconds)
    ? ""
    : durationText(BigInt(Math.round(seconds)) * 1_000_000_000n);
}

export const WHEN_FULL: Readonly<Record<MapSummary["whenFull"], string>> = {
  refuses: "refuses new entries",
  evicts: "evicts old entries",
  drops: "drops records",
  fixed: "has a fixed number of entries",
  none: "has no limit",
};

/** A moment on this machine's clock, without what the reader knows: `14:03:07`. */
export function clockText(iso: string): string {
  const date = new Date(iso);
  return Number.isNaN(date.getTime()) ? "" : date.toLocaleTimeString("en-GB");
}

/** A moment with its date: `2026-11-29 14:03:07 UTC`. */
export function momentText(iso: string): string {
  const date = new Date(iso);
  return Number.isNaN(date.getTime()) ? "" : `${date.toISOString().slice(0, 19).replace("T", " ")} UTC`;
}
