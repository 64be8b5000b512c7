import type { Flag } from "./flags.ts";

/** Headings of a command's help text, and the options below each. What stands in none of them stands below "Options". */
const TOPICS: readonly (readonly [heading: string, names: readonly string[]])[] = [
  ["Entries", ["where", "select", "sort", "top", "limit", "count", "key"]],
  ["CPUs and groups", ["per-cpu", "group-by", "agg", "max-groups"]],
  ["Format", ["output", "render", "no-render", "int64", "enums", "scale", "recursive", "color", "config"]],
  ["Types, where the map has none", ["btf", "key-type", "value-type", "schema"]],
  ["Again and again", ["watch", "interval", "wait"]],
  ["Events", ["type", "types", "type-by", "attach", "pages", "consume", "from", "poll", "for", "rate-limit"]],
  ["Groups of events", ["window", "total"]],
];

export const OTHER_OPTIONS = "Options";

/** The headings, in the order of a help text. */
export const HEADINGS: readonly string[] = [...TOPICS.map(([heading]) => heading), OTHER_OPTIONS];

/** The heading below which an option stands. */
export function headingOf({ name }: Pick<Flag, "name">): string {
  return TOPICS.find(([, names]) => names.includes(name))?.[0] ?? OTHER_OPTIONS;
}
