import { strictJsonString } from "../../codec/json/strict-json.ts";
import { errnoName } from "../../sys/errno.ts";
import { type MapStats, ratioOf, rounded, typeName } from "./stats.ts";

/** One map as a line of JSON, without its new line. What isn't known is null. */
export function statsJson(stats: MapStats): string {
  const { info, memlock, occupancy } = stats;
  const { entries, whenFull, preallocated, mode, report } = occupancy;
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
    ["complete", `${report?.complete ?? true}`],
  ];
  if (stats.growth !== undefined) {
    const { perSecond, fullIn } = stats.growth;
    members.push(["growth", `${rounded(perSecond)}`], ["full_in", `${fullIn === undefined ? null : rounded(fullIn)}`]);
  }
  if (report !== undefined && report.errno !== 0) members.push(["error", `"${errnoName(report.errno)}"`]);
  return `{${members.map(([name, value]) => `"${name}":${value}`).join(",")}}`;
}
