import { scalarKind } from "../../codec/access/accessor.ts";
import { elementOf, type Field, membersOf, wholeField } from "../../codec/access/field.ts";
import type { RowColumn } from "../../codec/json/json-row.ts";
import type { Layout } from "../../schema/layout.ts";
import { splitParts } from "./parts.ts";
import { type EntryTypes, parsePath, rootField, type Step, stepInto } from "./path.ts";
import { type QueryText, queryError, type Range } from "./query-error.ts";

/** The most columns that a row may have. */
const MAX_COLUMNS = 4096;

/** The types of key and value, and whether a row is of one CPU. */
export interface ColumnScope {
  readonly entryTypes: EntryTypes;
  readonly cpu: boolean;
}

/** The columns of `--select`. Throws QUERY_INVALID. */
export function selectColumns(source: QueryText, scope: ColumnScope): RowColumn[] {
  const columns = splitParts(source).flatMap((part) => columnsOf(source, scope, part));
  if (columns.length <= MAX_COLUMNS) return columns;
  const whole = { start: 0, end: source.text.length };
  throw queryError(source, whole, `${columns.length} columns are more than ${MAX_COLUMNS}`);
}

/** The column of `cpu` or `entry.index`; undefined for anything else. */
export function specialColumn(source: QueryText, scope: ColumnScope, part: Range): RowColumn | undefined {
  const text = source.text.slice(part.start, part.end);
  if (text === "entry.index") return { name: text, source: { kind: "index" } };
  if (text !== "cpu") return undefined;
  if (scope.cpu) return { name: text, source: { kind: "cpu" } };
  throw queryError(source, part, "`cpu` is known only of a per-CPU map, with --per-cpu each");
}

function columnsOf(source: QueryText, scope: ColumnScope, part: Range): RowColumn[] {
  const special = specialColumn(source, scope, part);
  if (special !== undefined) return [special];
  const steps = parsePath(source, part.start, part.end);
  const fields = expand(source, scope.entryTypes, steps);
  return fields.map((field) => ({ name: field.path, source: { kind: "field", field } }));
}

/** The fields that a path names; `*` names several. */
function expand(source: QueryText, entryTypes: EntryTypes, steps: readonly Step[]): Field[] {
  const [first, ...rest] = steps;
  if (first === undefined) return [];
  let fields =
    first.kind === "all" ? wholeFields(entryTypes).flatMap(partsOrSelf) : [rootField(source, entryTypes, first)];
  for (const step of rest) {
    fields = fields.flatMap((field) =>
      step.kind === "all" ? partsOf(source, field, step.range) : [stepInto(source, entryTypes, field, step)],
    );
    if (fields.length > MAX_COLUMNS) throw queryError(source, step.range, `more than ${MAX_COLUMNS} columns`);
  }
  return fields;
}

function wholeFields({ key, value }: EntryTypes): Field[] {
  return [...(key === undefined ? [] : [wholeField("key", key)]), wholeField("value", value)];
}

function partsOrSelf(field: Field): Field[] {
  const parts = membersOf(field);
  return parts.length > 0 ? parts : [field];
}

function partsOf(source: QueryText, field: Field, range: Range): Field[] {
  const { layout } = field;
  if (layout.kind === "array" && !layout.counted) {
    if (layout.length > MAX_COLUMNS) throw queryError(source, range, `${layout.length} elements are too many columns`);
    return Array.from({ length: layout.length }, (_, i) => elementOf(field, i)).filter((one) => one !== undefined);
  }
  const members = membersOf(field);
  if (members.length > 0) return members;
  throw queryError(source, range, `\`${field.path}\` has no parts that * could stand for`);
}

/** Limits for the splitting of records and arrays into columns. */
export interface LeafOptions {
  /** Arrays of up to so many elements are split. */
  readonly elements: number;
  /** Types that stay whole whatever they have inside. */
  readonly isWhole?: (layout: Layout) => boolean;
}

/**
 * All that a row has, as columns: the members of records at any depth, and the elements of short arrays. Past the most
 * columns that a row may have, the rest stays together.
 */
export function leafColumns({ entryTypes, cpu }: ColumnScope, options: LeafOptions): RowColumn[] {
  const budget = { left: MAX_COLUMNS };
  const leaves = (field: Field): Field[] => leavesOf(field, options, budget);
  const asColumn = (field: Field): RowColumn => ({ name: field.path, source: { kind: "field", field } });
  return [
    ...(entryTypes.key === undefined ? [] : leaves(wholeField("key", entryTypes.key)).map(asColumn)),
    ...(cpu ? [{ name: "cpu", source: { kind: "cpu" } } as const] : []),
    ...leaves(wholeField("value", entryTypes.value)).map(asColumn),
  ];
}

function leavesOf(field: Field, options: LeafOptions, budget: { left: number }): Field[] {
  const { layout } = field;
  const isSplit = layout.rendering === undefined && budget.left > 0 && options.isWhole?.(layout) !== true;
  const parts = isSplit ? separateParts(field, options.elements) : undefined;
  if (parts === undefined || parts.length > budget.left) {
    budget.left -= 1;
    return [field];
  }
  return parts.flatMap((part) => leavesOf(part, options, budget));
}

function separateParts(field: Field, elements: number): Field[] | undefined {
  const { layout } = field;
  if (layout.kind !== "array") {
    const members = membersOf(field);
    return members.length > 0 ? members : undefined;
  }
  if (scalarKind(field) === "text" || layout.counted || layout.length > elements || layout.length === 0)
    return undefined;
  return Array.from({ length: layout.length }, (_, i) => elementOf(field, i)).filter((one) => one !== undefined);
}
