import { strictJsonString } from "../../codec/json/strict-json.ts";
import { errorName, type MeasuredMap, mapTypeText, ratioOf, rounded } from "./stats.ts";

/** Returns a map as a line of JSON, without its new line. Unknown facts are null. */
export function statsJson(stats: MeasuredMap): string {
  const { info, memlock, occupancy } = stats;
  const { entries, whenFull, preallocated, mode, report, ring } = occupancy;
  const ratio = ratioOf(stats);
  const members: [string, string][] = [
    ["id", `${info.id}`],
    ["name", strictJsonString(info.name)],
    ["type", strictJsonString(mapTypeText(info))],
    ["entries", `${entries ?? null}`],
    ["max_entries", `${info.maxEntries}`],
    ["ratio", ratio === undefined ? "null" : `${Number(ratio.toFixed(4))}`],
    ["when_full", `"${whenFull}"`],
    ["preallocated", `${preallocated}`],
    ["memlock", `${memlock ?? null}`],
    ["mode", `"${mode}"`],
    ["complete", `${report?.complete ?? (occupancy.error === undefined && occupancy.estimate === undefined)}`],
  ];
  if (occupancy.estimate?.kind === "sampled") members.push(["error_95", `${occupancy.estimate.error}`]);
  if (occupancy.estimate?.kind === "at-least") members.push(["at_least", "true"]);
  if (stats.age !== undefined) members.push(["age_ms", `${Math.round(stats.age)}`]);
  if (ring !== undefined) members.push(["pending", `${ring.pending}`], ["consumed", `${ring.consumed}`]);
  if (stats.growth !== undefined) {
    const { perSecond, fullIn } = stats.growth;
    members.push(["growth", `${rounded(perSecond)}`], ["full_in", `${fullIn === undefined ? null : rounded(fullIn)}`]);
  }
  if (stats.owner !== undefined) {
    const { name, text, isOrphaned } = stats.owner;
    members.push(["owner", strictJsonString(name)], ["owners", strictJsonString(text)], ["orphaned", `${isOrphaned}`]);
  }
  const error = errorName(occupancy);
  if (error !== undefined) members.push(["error", strictJsonString(error)]);
  return `{${members.map(([name, value]) => `"${name}":${value}`).join(",")}}`;
}
