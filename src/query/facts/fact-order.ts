import { suggestion } from "../../nearest.ts";
import { type QueryText, queryError } from "../fields/query-error.ts";
import type { FactColumn, FactValue } from "./facts.ts";

/** An order of rows by facts, and the names of the facts that it reads. */
export interface FactOrder<Row> {
  readonly names: readonly string[];
  readonly compare: (a: Row, b: Row) => number;
}

/** Parses `memlock:desc,name`: the smallest first, or with `:desc` the largest. Rows without a fact come last. */
export function factOrder<Row>(source: QueryText, columns: readonly FactColumn<Row>[]): FactOrder<Row> {
  const keys = partsOf(source).map(({ text, start }) => {
    const [, name = "", direction] = /^(.*?)(?::(asc|desc))?$/s.exec(text) ?? [];
    return { column: columnOf(name, start, source, columns), sign: direction === "desc" ? -1 : 1 };
  });
  return {
    names: keys.map(({ column }) => column.name),
    compare(a, b) {
      for (const { column, sign } of keys) {
        const order = compareFacts(column.value(a), column.value(b), sign);
        if (order !== 0) return order;
      }
      return 0;
    },
  };
}

/** Parses `id,name,owners` to columns, in that order. */
export function selectedFacts<Column extends FactColumn<never>>(
  source: QueryText,
  columns: readonly Column[],
): readonly Column[] {
  return partsOf(source).map(({ text, start }) => columnOf(text, start, source, columns));
}

function columnOf<Column extends { readonly name: string }>(
  name: string,
  start: number,
  source: QueryText,
  columns: readonly Column[],
): Column {
  const column = columns.find((one) => one.name === name);
  if (column !== undefined) return column;
  const hint = suggestion(
    name,
    columns.map((one) => one.name),
  );
  throw queryError(source, { start, end: start + name.length }, `no column \`${name}\`${hint}`);
}

function partsOf({ text }: QueryText): { text: string; start: number }[] {
  let start = 0;
  return text.split(",").map((part) => {
    const blanks = part.length - part.trimStart().length;
    const found = { text: part.trim(), start: start + blanks };
    start += part.length + 1;
    return found;
  });
}

function compareFacts(a: FactValue, b: FactValue, sign: number): number {
  if (a === undefined || b === undefined) return Number(a === undefined) - Number(b === undefined);
  if (Array.isArray(a) && Array.isArray(b)) return sign * compareFacts(a.join("\0"), b.join("\0"), 1);
  return a < b ? -sign : a > b ? sign : 0;
}
