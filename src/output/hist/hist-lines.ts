import { greatest } from "../../query/fields/integers.ts";
import { displayWidth } from "../terminal/visible.ts";
import { type Scale, slotLabel } from "./hist-scale.ts";

/** Returns the lines of a histogram, each with range, count and bar. Empty slots at both ends are left out. */
export function histogramLines(counts: readonly bigint[], width: number, scale: Scale): string[] {
  const first = counts.findIndex((count) => count !== 0n);
  if (first < 0) return ["(no counts)"];
  const last = counts.findLastIndex((count) => count !== 0n);
  // The tools of bcc show powers of two from the first on, too.
  const from = scale.kind === "log2" ? 0 : first;
  const shown = counts
    .slice(from, last + 1)
    .map((count, i) => ({ label: slotLabel(scale, from + i), count: String(count) }));
  const labels = Math.max(...shown.map(({ label }) => displayWidth(label)));
  const digits = Math.max(...shown.map(({ count }) => count.length));
  const room = Math.max(1, width - labels - digits - 4);
  const most = greatest([1n, ...counts]);
  return shown.map(({ label, count }) => {
    const bar = barOf(BigInt(count), most, room);
    return `${label.padStart(labels)} ${count.padStart(digits)} |${bar.padEnd(room)}|`;
  });
}

const EIGHTHS = ["", "▏", "▎", "▍", "▌", "▋", "▊", "▉"];

/** Returns a bar in eighths of a character; a count other than zero is always visible. */
function barOf(count: bigint, most: bigint, room: number): string {
  if (count <= 0n) return "";
  const eighths = Number((count * BigInt(room) * 8n) / most) || 1;
  return "█".repeat(Math.floor(eighths / 8)) + (EIGHTHS[eighths % 8] ?? "");
}
