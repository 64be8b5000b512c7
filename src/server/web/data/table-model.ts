import type { MapHead, Row, ShownColumn, ShownEntries } from "../../page/contract.ts";
import type { Order } from "./route.ts";

/** A row, and what changed in it when it last came. */
export interface ShownRow {
  readonly row: Row;
  /** The number of the update in which it last changed. */
  readonly changedIn: number;
  /** The cells that changed then; undefined for a row that was new. */
  readonly changed: ReadonlySet<number> | undefined;
  /** The rates of the last update: undefined if the row stayed as it was. */
  readonly rates: Row["rates"];
}

/** The rows of a map, as updates leave them. */
export class TableModel {
  #rows = new Map<number, ShownRow>();
  /** The number of updates so far. */
  update = 0;

  get rows(): Iterable<ShownRow> {
    return this.#rows.values();
  }

  get size(): number {
    return this.#rows.size;
  }

  row(id: number): ShownRow | undefined {
    return this.#rows.get(id);
  }

  /** Takes all rows. Those that were there before and differ count as changed. */
  replace(rows: readonly Row[]): void {
    this.update += 1;
    const before = this.#rows;
    this.#rows = new Map(rows.map((row) => [row.id, this.#shown(row, before.get(row.id))]));
  }

  /** Takes the rows that changed, and drops others. */
  change(rows: readonly Row[], removed: readonly number[]): void {
    this.update += 1;
    for (const id of removed) this.#rows.delete(id);
    for (const row of rows) this.#rows.set(row.id, this.#shown(row, this.#rows.get(row.id)));
  }

  #shown(row: Row, before: ShownRow | undefined): ShownRow {
    const { update } = this;
    if (before === undefined) return { row, changedIn: update, changed: undefined, rates: row.rates };
    const changed = changedCells(before.row, row);
    if (changed.size === 0) return { ...before, row, rates: row.rates };
    return { row, changedIn: update, changed, rates: row.rates };
  }
}

function changedCells(before: Row, now: Row): Set<number> {
  const changed = new Set<number>();
  for (const [i, cell] of now.cells.entries()) {
    if (cell !== before.cells[i] || now.raw?.[i] !== before.raw?.[i]) changed.add(i);
  }
  return changed;
}

/** The rate of a column's counter at the last update; 0 for a row that didn't change, null for one that was reset. */
export function rateOf({ rates, changedIn }: ShownRow, { counter }: ShownColumn, update: number): number | null {
  if (counter === null) return null;
  return changedIn === update && rates !== undefined ? (rates[counter] ?? null) : 0;
}

/** The rows that have a text in one of their cells, in order. */
export function orderedRows(model: TableModel, head: MapHead, find: string, order: Order | undefined): ShownRow[] {
  const wanted = find.toLowerCase();
  const rows: ShownRow[] = [];
  for (const shown of model.rows) if (wanted === "" || hasText(shown.row, wanted)) rows.push(shown);
  const compare = order && comparison(head, order, model.update);
  return compare === undefined ? rows : sortedBy(rows, compare, order?.descending === true);
}

function hasText({ cells, raw }: Row, wanted: string): boolean {
  if (cells.some((cell) => cell.toLowerCase().includes(wanted))) return true;
  return raw !== undefined && Object.values(raw).some((text) => text.toLowerCase().includes(wanted));
}

/** The key by which a row is sorted: a number, with the text behind it for digits that a number rounds. */
interface SortKey {
  readonly number: number;
  readonly text: string;
}

function comparison(head: MapHead, { path }: Order, update: number): ((row: ShownRow) => SortKey) | undefined {
  const byRate = path.endsWith(".rate") ? path.slice(0, -".rate".length) : undefined;
  const rated = head.columns.find((column) => column.path === byRate && column.counter !== null);
  if (rated !== undefined) return (shown) => ({ number: rateOf(shown, rated, update) ?? -Infinity, text: "" });
  const place = head.columns.findIndex((column) => column.path === path);
  if (place < 0) return undefined;
  return ({ row }) => sortKey(row.raw?.[place] ?? row.cells[place] ?? "");
}

function sortedBy(rows: ShownRow[], key: (row: ShownRow) => SortKey, descending: boolean): ShownRow[] {
  const keyed = rows.map((row, place) => ({ row, place, key: key(row) }));
  const sign = descending ? -1 : 1;
  keyed.sort((a, b) => sign * compareKeys(a.key, b.key) || a.place - b.place);
  return keyed.map(({ row }) => row);
}

function sortKey(text: string): SortKey {
  return { number: /^[-+]?[\d.]/.test(text) ? Number(text) : Number.NaN, text };
}

function compareKeys(a: SortKey, b: SortKey): number {
  const [isA, isB] = [!Number.isNaN(a.number), !Number.isNaN(b.number)];
  if (isA !== isB) return isA ? -1 : 1;
  if (isA && a.number !== b.number) return a.number < b.number ? -1 : 1;
  if (isA && isInteger(a.text) && isInteger(b.text)) return compareIntegers(BigInt(a.text), BigInt(b.text));
  return a.text < b.text ? -1 : a.text > b.text ? 1 : 0;
}

function isInteger(text: string): boolean {
  return /^-?\d+$/.test(text);
}

function compareIntegers(a: bigint, b: bigint): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** The cells of a row's key, by which people tell it from others. */
export function rowName({ columns }: MapHead, { cells }: Row): string {
  const keys = cells.filter((_, i) => columns[i]?.side !== "value");
  return keys.length === 0 ? "value" : keys.join(" · ");
}

/** All rows, as a report or the first message of a server brings them. */
export function modelOf({ rows }: Pick<ShownEntries, "rows">): TableModel {
  const model = new TableModel();
  model.replace(rows);
  return model;
}
