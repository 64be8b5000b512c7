import { csvCell } from "../../codec/csv/csv-cell.ts";
import { EbpfMapError } from "../../errors.ts";
import { visible } from "../../output/terminal/visible.ts";
import { checkArgument, checkOptions, isRecord, type OptionChecks, oneOf, RECORD } from "../check-options.ts";
import { toJSON } from "../json.ts";
import { type Renderable, render } from "./render.ts";
import type { RendererName } from "./renderer-names.ts";

/** Options of `formatRow`. */
export interface RowFormat {
  /** One line of JSON ("json", the default), of `name=value` pairs ("text"), or of comma-separated values ("csv"). */
  readonly format?: "json" | "text" | "csv";
  /** Renderers by path, as `select` and events name paths: `{ "key.saddr": "ipv4" }`. */
  readonly render?: Readonly<Record<string, RendererName>>;
}

const FORMAT_CHECKS: OptionChecks<RowFormat> = { format: oneOf("json", "text", "csv"), render: RECORD };

/**
 * Returns a row as one line, without a line break: an entry, selected columns, a group. In "text" and "csv" the members
 * of objects stand under their paths (`key.port`), and in "text" nothing in it can steer a terminal. `csv` has no line
 * of names: they are those of `formatRow` with "text".
 *
 * Throws USAGE for what is no object and for wrong options, such as a renderer that isn't there, and VALUE_RANGE for a
 * value that a renderer doesn't show.
 */
export function formatRow(row: object, options: RowFormat = {}): string {
  checkArgument("format a row", "row", row, RECORD);
  checkOptions("format a row", options, FORMAT_CHECKS);
  const { format = "json" } = options;
  const shown = rendered(row, "", renderersOf(options));
  if (format === "json") return toJSON(shown);
  const cells = leaves(shown, "");
  if (format === "csv") return cells.map(([, text]) => csvCell(text)).join(",");
  return cells
    .map(([path, text]) => `${visible(path)}=${/[\s"=]/.test(text) ? JSON.stringify(text) : visible(text)}`)
    .join(" ");
}

function renderersOf({ render: chosen = {} }: RowFormat): ReadonlyMap<string, RendererName> {
  const unknown = Object.entries(chosen).find(([, name]) => !Object.hasOwn(render, name));
  if (unknown === undefined) return new Map(Object.entries(chosen));
  const names = Object.keys(render).join(", ");
  throw new EbpfMapError("USAGE", `format a row: there is no renderer \`${unknown[1]}\` (${names})`, {
    option: "render",
  });
}

/** The row with texts in place of what has a renderer. */
function rendered(value: unknown, path: string, renderers: ReadonlyMap<string, RendererName>): unknown {
  const name = renderers.get(path);
  if (name !== undefined && value !== null && value !== undefined) return render[name](value as Renderable);
  if (!isPlain(value)) return value;
  const members = Object.entries(value).map(([member, inner]) => [
    member,
    rendered(inner, join(path, member), renderers),
  ]);
  return Object.fromEntries(members);
}

function leaves(value: unknown, path: string): [path: string, text: string][] {
  if (isPlain(value)) return Object.entries(value).flatMap(([name, inner]) => leaves(inner, join(path, name)));
  if (value === undefined) return [];
  const json = toJSON(value);
  return [[path, json.startsWith('"') ? (JSON.parse(json) as string) : json]];
}

function join(path: string, name: string): string {
  return path === "" ? name : `${path}.${name}`;
}

function isPlain(value: unknown): value is Readonly<Record<string, unknown>> {
  return isRecord(value) && !(value instanceof Uint8Array) && !(value instanceof Date);
}
