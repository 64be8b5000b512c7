import { typeText } from "../../../codec/access/accessor.ts";
import { elementOf, type Field, membersOf, wholeField } from "../../../codec/access/field.ts";
import { RENDERERS } from "../../../output/render/render.ts";
import type { EntryTypes } from "../../../query/fields/path.ts";
import type { Candidate } from "./candidate.ts";

/** Types come from maps: they may have any number of fields, and any depth. */
const MOST_FIELDS = 400;
const MOST_DEPTH = 8;

/** Returns the fields of keys and values, breadth first, with their types. */
export function fieldCandidates({ key, value }: Pick<EntryTypes, "key" | "value">): Candidate[] {
  let level: Field[] = [...(key === undefined ? [] : [wholeField("key", key)]), wholeField("value", value)];
  const fields: Field[] = [];
  for (let depth = 0; level.length > 0 && depth < MOST_DEPTH && fields.length < MOST_FIELDS; depth++) {
    fields.push(...level.slice(0, MOST_FIELDS - fields.length));
    level = level.slice(0, MOST_FIELDS).flatMap(inside);
  }
  return fields.map(({ path, layout }) => ({ text: path, description: typeText(layout) }));
}

/** Returns the members of a record; of an array of records those of its first element. */
function inside(field: Field): Field[] {
  const element = elementOf(field, 0);
  return element === undefined ? membersOf(field) : membersOf(element);
}

/** Completes the last of several paths with commas between them. */
export function completePaths(text: string, fields: readonly Candidate[]): Candidate[] {
  return behind(text, text.lastIndexOf(",") + 1, fields);
}

/** Completes paths of an order: a whole path takes `:desc`, too. */
export function completeOrder(text: string, fields: readonly Candidate[]): Candidate[] {
  const last = text.slice(text.lastIndexOf(",") + 1);
  const isWhole = fields.some((field) => field.text === last.split(":")[0]);
  const directions = isWhole ? [{ text: `${last.split(":")[0]}:desc`, description: "the largest first" }] : [];
  return completePaths(text, [...fields, ...directions]);
}

/** Completes the name that a condition ends in. */
export function completeCondition(text: string, fields: readonly Candidate[]): Candidate[] {
  return behind(text, /[\w.[\]]*$/.exec(text)?.index ?? text.length, fields);
}

const AGGREGATES = ["sum", "avg", "min", "max"];

/** Completes a list of aggregates: a function, or the path in its brackets. */
export function completeAggregates(text: string, fields: readonly Candidate[]): Candidate[] {
  const from = text.lastIndexOf(",") + 1;
  const open = text.indexOf("(", from);
  if (open >= 0) {
    const closed = fields.map(({ text: path, ...rest }) => ({ text: `${path})`, ...rest }));
    return behind(text, open + 1, closed);
  }
  return behind(text, from, [...AGGREGATES.map((name) => ({ text: `${name}(` })), { text: "count()" }]);
}

/** Completes a choice of renderers: a path, or the renderer behind the equals sign. */
export function completeRenderers(text: string, fields: readonly Candidate[]): Candidate[] {
  const from = text.lastIndexOf(",") + 1;
  const equals = text.indexOf("=", from);
  if (equals < 0) {
    const choices = fields.map(({ text: path, ...rest }) => ({ text: `${path}=`, ...rest }));
    return behind(text, from, choices);
  }
  const renderers = Object.entries(RENDERERS).map(([name, { description }]) => ({ text: name, description }));
  return behind(text, equals + 1, renderers);
}

/** Completes what stands behind a position of a text. */
function behind(text: string, at: number, candidates: readonly Candidate[]): Candidate[] {
  const [before, begun] = [text.slice(0, at), text.slice(at)];
  return candidates.filter((one) => one.text.startsWith(begun)).map((one) => ({ ...one, text: before + one.text }));
}
