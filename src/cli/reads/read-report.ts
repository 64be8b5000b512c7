import { strictJson } from "../../codec/json/strict-json.ts";
import type { ReadReport } from "../../reader/entries.ts";
import type { MapSource } from "../../reader/map-source.ts";
import { errnoName } from "../../sys/errno.ts";

/** Formats the report of a read as one line of words or JSON. `seconds` is its duration. */
export function reportLine(map: MapSource, report: ReadReport, seconds: number, form: "words" | "json"): string {
  const { id, name } = map.info;
  if (form === "json") return strictJson({ map: { id, name }, ...report, seconds: Number(seconds.toFixed(6)) });
  const state = report.complete ? "complete" : `incomplete${report.errno === 0 ? "" : ` (${errnoName(report.errno)})`}`;
  const counts = ["restarts", "duplicates", "skipped", "retries"] as const;
  const odd = counts.filter((count) => report[count] > 0).map((count) => `, ${report[count]} ${count}`);
  const rate = `${report.entries} entries, ${report.bytes} bytes in ${seconds.toFixed(3)} s`;
  return `Report: ${map.label}: ${state}, ${report.mode}, ${rate}${odd.join("")}`;
}
