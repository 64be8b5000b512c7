import { scalarKind, textEnd } from "../../codec/access/accessor.ts";
import { bits } from "../../codec/access/bits.ts";
import { compileFunction } from "../../codec/access/compile-function.ts";
import { type Field, integerBits } from "../../codec/access/field.ts";
import type { Operand } from "../../codec/access/operand.ts";
import { boolCode, floatCode, integerCode } from "../../codec/access/scalar-code.ts";
import type { ColumnSource } from "../../codec/json/json-row.ts";
import { type ColumnScope, specialColumn } from "../fields/columns.ts";
import { isByteArray } from "../fields/layouts.ts";
import { noOrderText } from "../fields/no-order.ts";
import { splitParts, trimmed } from "../fields/parts.ts";
import { parsePath, resolvePath } from "../fields/path.ts";
import { type QueryText, queryError, type Range } from "../fields/query-error.ts";
import type { RowStore } from "./rows.ts";

/** One key of an order. */
export interface SortKey {
  readonly source: ColumnSource;
  readonly descending: boolean;
}

/** The keys of `--sort PATH[:desc],…`. `named` returns columns whose names aren't paths. Throws QUERY_INVALID. */
export function sortKeys(
  source: QueryText,
  scope: ColumnScope,
  named: (name: string) => ColumnSource | undefined,
): SortKey[] {
  return orderParts(source).map(({ range, descending }) => {
    const text = source.text.slice(range.start, range.end);
    return { source: named(text) ?? keySource(source, scope, range), descending };
  });
}

/** The keys of an order as text: `PATH[:asc|:desc],…`. Throws QUERY_INVALID. */
export function orderParts(source: QueryText): { readonly range: Range; readonly descending: boolean }[] {
  return splitParts(source).map((part) => direction(source, part));
}

function direction(source: QueryText, part: Range): { range: Range; descending: boolean } {
  const text = source.text.slice(part.start, part.end);
  const [suffix] = /:[^:\]")]*$/.exec(text) ?? [];
  if (suffix === undefined) return { range: part, descending: false };
  const at = { start: part.end - suffix.length, end: part.end };
  const word = suffix.slice(1).trim();
  if (word !== "asc" && word !== "desc") throw queryError(source, at, "an order is :asc or :desc");
  return { range: trimmed(source, { start: part.start, end: at.start }), descending: word === "desc" };
}

function keySource(source: QueryText, scope: ColumnScope, range: Range): ColumnSource {
  const special = specialColumn(source, scope, range);
  if (special !== undefined) return special.source;
  const field = resolvePath(source, scope.entryTypes, parsePath(source, range.start, range.end));
  if (scalarKind(field) !== "none" || isByteArray(field.layout)) return { kind: "field", field };
  throw queryError(source, range, noOrderText(field));
}

/** Below 0 where row `a` of a store comes before row `b`, above 0 where it comes after; never 0 for two rows. */
export type CompareRows = (store: RowStore, a: number, b: number) => number;

/** Compiles an order into a comparison of two rows. Equal rows stay in the order in which they were read. */
export function compileOrder(keys: readonly SortKey[], keySize: number): CompareRows {
  const lines = keys.map(({ source, descending }) => keyCode(source, keySize, descending ? -1 : 1));
  const text = `"use strict"; const { bits, compareText, compareBytes, compareFloats } = h;
return function (s, i, j) {
const x = s.bytes, d = s.view, a = i * s.stride, b = j * s.stride;
${lines.join("\n")}
return s.indexes[i] - s.indexes[j] || s.cpus[i] - s.cpus[j] || i - j;
};`;
  return compileFunction("h", text)({ bits, compareText, compareBytes, compareFloats });
}

function keyCode(source: ColumnSource, keySize: number, sign: 1 | -1): string {
  const less = -sign;
  const more = sign;
  if (source.kind === "field" || source.kind === "cpus") {
    const at = (base: string): Operand => ({
      bytes: "x",
      view: "d",
      base,
      offset: source.field.side === "key" ? 0 : keySize,
    });
    return fieldCode(source.field, at("a"), at("b"), less, more);
  }
  const list = source.kind === "cpu" ? "s.cpus" : "s.indexes";
  return `if (${list}[i] !== ${list}[j]) return ${list}[i] < ${list}[j] ? ${less} : ${more};`;
}

function fieldCode(field: Field, a: Operand, b: Operand, less: number, more: number): string {
  const integer = integerBits(field);
  const start = Math.floor(field.bitOffset / 8) + a.offset;
  const size = field.layout.size;
  switch (scalarKind(field)) {
    case "integer":
      if (integer === undefined) return "";
      return `{ const p = ${integerCode(a, integer)}, q = ${integerCode(b, integer)}; if (p !== q) return p < q ? ${less} : ${more}; }`;
    case "bool":
      return `{ const p = ${boolCode(a, field)}, q = ${boolCode(b, field)}; if (p !== q) return q ? ${less} : ${more}; }`;
    case "float":
      // NaN comes last in either direction.
      return `{ const c = compareFloats(${floatCode(a, field)}, ${floatCode(b, field)}, ${more}); if (c !== 0) return c; }`;
    case "text":
      return `{ const c = compareText(x, a + ${start}, b + ${start}, ${size}); if (c !== 0) return c < 0 ? ${less} : ${more}; }`;
    case "none":
      return `{ const c = compareBytes(x, a + ${start}, b + ${start}, ${size}); if (c !== 0) return c < 0 ? ${less} : ${more}; }`;
  }
}

function compareBytes(bytes: Uint8Array, a: number, b: number, size: number): number {
  for (let i = 0; i < size; i++) {
    const difference = (bytes[a + i] as number) - (bytes[b + i] as number);
    if (difference !== 0) return difference;
  }
  return 0;
}

/** Compares texts by their bytes up to the NUL, which for UTF-8 is by code points. */
function compareText(bytes: Uint8Array, a: number, b: number, size: number): number {
  const [lengthA, lengthB] = [textEnd(bytes, a, size) - a, textEnd(bytes, b, size) - b];
  return compareBytes(bytes, a, b, Math.min(lengthA, lengthB)) || lengthA - lengthB;
}

function compareFloats(a: number, b: number, more: number): number {
  if (Number.isNaN(a) || Number.isNaN(b)) return Number(Number.isNaN(a)) - Number(Number.isNaN(b));
  if (a === b) return 0;
  return a < b ? -more : more;
}
