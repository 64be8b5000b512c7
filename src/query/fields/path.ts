import { typeText } from "../../codec/access/accessor.ts";
import { elementOf, type Field, memberNames, memberOf, wholeField } from "../../codec/access/field.ts";
import { suggestion } from "../../nearest.ts";
import type { Layout } from "../../schema/layout.ts";
import { type QueryText, queryError, type Range } from "./query-error.ts";

/** The types of the keys and values of a map, as a query sees them. */
export interface EntryTypes {
  /** Undefined where the map has no keys, or shows none (global data). */
  readonly key: Layout | undefined;
  readonly value: Layout;
  /** The reason why a map has no types: key and value are arrays of bytes, and `bytes` is another name for them. */
  readonly untyped: string | undefined;
}

/** One step of a path and its range in the text. "all" is every member or element. */
export type Step = { readonly range: Range } & (
  | { readonly kind: "name"; readonly name: string }
  | { readonly kind: "index"; readonly index: number }
  | { readonly kind: "all" }
);

const STEP = /\s*(?:(\.?)([A-Za-z_][\w]*)|\[\s*(\d+)\s*\]|\[\s*("(?:[^"\\]|\\.)*")\s*\]|(\.\*|\*|\[\s*\*\s*\]))/y;

/**
 * Parses a path: `value.addr[2]`, `value["odd name"].x`, `key.*`, `value.slots[*]`. `from` and `to` bound it in the
 * text. Throws QUERY_INVALID.
 */
export function parsePath(source: QueryText, from = 0, to: number = source.text.length): Step[] {
  const steps: Step[] = [];
  let at = from;
  while (at < to) {
    STEP.lastIndex = at;
    const match = STEP.exec(source.text);
    const first = steps.length === 0;
    const [whole, dot, name, index, quoted, all] = match ?? [];
    const misplaced = name !== undefined && first === (dot === ".");
    if (whole === undefined || at + whole.length > to || misplaced) {
      if (source.text.slice(at, to).trim() === "" && !first) break;
      throw queryError(source, { start: at, end: to }, "not a path (such as key.saddr, value.slots[3] or value.*)");
    }
    const range = { start: at + whole.length - whole.trimStart().length, end: at + whole.length };
    const inner = dot === "." ? { start: range.start + 1, end: range.end } : range;
    if (name !== undefined) steps.push({ kind: "name", name, range: inner });
    else if (index !== undefined) steps.push({ kind: "index", index: Number(index), range });
    else if (quoted !== undefined) steps.push({ kind: "name", name: unquote(source, quoted, range), range });
    else if (all !== undefined) steps.push({ kind: "all", range });
    at = range.end;
  }
  if (steps.length === 0) throw queryError(source, { start: from, end: to }, "a path is missing (such as key.saddr)");
  return steps;
}

/** The one field that a path names. Throws QUERY_INVALID, also for `*`. */
export function resolvePath(source: QueryText, entryTypes: EntryTypes, steps: readonly Step[]): Field {
  let field: Field | undefined;
  for (const step of steps) {
    if (step.kind === "all")
      throw queryError(source, step.range, "* stands for several fields, and one is needed here");
    field = field === undefined ? rootField(source, entryTypes, step) : stepInto(source, entryTypes, field, step);
  }
  if (field === undefined) throw queryError(source, { start: 0, end: source.text.length }, "a path is missing");
  return field;
}

/** The whole key or value, with which a path begins. Throws QUERY_INVALID. */
export function rootField(source: QueryText, entryTypes: EntryTypes, step: Step): Field {
  const name = step.kind === "name" ? step.name : "";
  if (name === "value") return wholeField("value", entryTypes.value);
  if (name === "key" && entryTypes.key !== undefined) return wholeField("key", entryTypes.key);
  if (name === "key") throw queryError(source, step.range, "this map has no key to read");
  const known = name === "" ? "" : suggestion(name, ["key", "value"]).replace(/^ \(it has.*/, "");
  throw queryError(source, step.range, `a path begins with key or value${known}`);
}

/** The member or element that a step leads to. Throws QUERY_INVALID with the nearest name. */
export function stepInto(source: QueryText, entryTypes: EntryTypes, field: Field, step: Step): Field {
  if (step.kind === "name") return memberStep(source, entryTypes, field, step.name, step.range);
  if (step.kind === "index") return indexStep(source, field, step.index, step.range);
  throw queryError(source, step.range, "* stands for several fields, and one is needed here");
}

function memberStep(source: QueryText, entryTypes: EntryTypes, field: Field, name: string, range: Range): Field {
  if (isWholeBytes(entryTypes, field)) {
    if (name === "bytes") return { ...field, path: `${field.path}.bytes` };
    throw queryError(
      source,
      range,
      `no fields are known of ${field.path}: ${entryTypes.untyped} (${field.path}.bytes[0] works)`,
    );
  }
  const member = memberOf(field, name);
  if (member !== undefined) return member;
  const names = memberNames(field);
  const type = typeText(field.layout);
  if (names.length === 0) {
    const message = `\`${field.path}\` is no struct but \`${type}\`: it has no fields${shownMemberHint(field, name)}`;
    throw queryError(source, range, message);
  }
  throw queryError(source, range, `no field \`${name}\` in \`${type}\`${suggestion(name, names)}`);
}

/**
 * A hint for members that only the output shows: `{"name":…,"value":…}` of an enum, `{"text":…,"value":…}` of a
 * renderer.
 */
function shownMemberHint({ layout }: Field, name: string): string {
  const isShown = name === "value" || name === (layout.kind === "enum" ? "name" : "text");
  return isShown && (layout.kind === "enum" || layout.rendering !== undefined) ? ` (leave out \`.${name}\`)` : "";
}

function indexStep(source: QueryText, field: Field, index: number, range: Range): Field {
  const element = elementOf(field, index);
  if (element !== undefined) return element;
  const { layout } = field;
  if (layout.kind !== "array" || layout.counted) {
    throw queryError(source, range, `\`${field.path}\` is no array but \`${typeText(layout)}\``);
  }
  throw queryError(source, range, `\`${field.path}\` has ${layout.length} elements: 0 to ${layout.length - 1}`);
}

function isWholeBytes({ untyped }: EntryTypes, { path }: Field): boolean {
  return untyped !== undefined && (path === "key" || path === "value");
}

function unquote(source: QueryText, quoted: string, range: Range): string {
  try {
    return JSON.parse(quoted) as string;
  } catch {
    throw queryError(source, range, "not a string (escapes are those of JSON)");
  }
}
