import { uniqueNames } from "../../unique-names.ts";
import type { Column, ColumnData, ColumnTable } from "./column.ts";
import type { Collected } from "./fill/filler.ts";
import type { TableLimits } from "./table-writer.ts";

/** Columns that rows are added to, each under a name of its own, passed on in tables of bounded size. */
export class Collection {
  readonly columns: readonly Column[];
  readonly #fillers: readonly Collected[];
  readonly #limits: TableLimits;
  readonly #buffers: "again" | "anew";
  readonly #take: (table: ColumnTable) => void;
  #rows = 0;

  /** `buffers`: "anew" where tables are kept; else the next one comes in the same memory. */
  constructor(
    fillers: readonly Collected[],
    limits: TableLimits,
    buffers: "again" | "anew",
    take: (table: ColumnTable) => void,
  ) {
    this.#fillers = fillers;
    this.columns = uniqueColumns(fillers);
    this.#limits = limits;
    this.#buffers = buffers;
    this.#take = take;
  }

  /** The rows that there is room for. */
  get room(): number {
    return this.#limits.rows - this.#rows;
  }

  /** Counts rows that the fillers have, and passes them on if they are enough. */
  added(rows: number): void {
    this.#rows += rows;
    if (this.room <= 0 || this.#bytes() >= this.#limits.bytes) this.flush();
  }

  /** Passes on what is left. */
  flush(): void {
    if (this.#rows === 0) return;
    this.#take(this.table());
    this.drop();
  }

  /** Forgets what is collected now. */
  drop(): void {
    this.#rows = 0;
    for (const filler of this.#fillers) filler.clear(this.#buffers);
  }

  /** Returns the table of what is collected now. */
  table(): ColumnTable {
    return { columns: this.#fillers.map((filler) => filler.data()), length: this.#rows };
  }

  #bytes(): number {
    return this.#fillers.reduce((sum, filler) => sum + bytesOf(filler.data()), 0);
  }
}

/** Returns the columns of fillers, each under a name of its own. */
export function uniqueColumns(fillers: readonly Collected[]): Column[] {
  const names = uniqueNames(fillers.map(({ column }) => column.name));
  return fillers.map(({ column }, i) => ({ ...column, name: names[i] ?? column.name }));
}

function bytesOf(data: ColumnData): number {
  switch (data.kind) {
    case "fixed":
      return data.bytes.length;
    case "bits":
      return data.bits.length;
    case "text":
      return data.bytes.length + data.offsets.byteLength;
    case "names":
      return data.indexes.byteLength;
    case "struct":
      return data.children.reduce((sum, child) => sum + bytesOf(child), 0);
    case "array":
    case "list":
      return bytesOf(data.child);
  }
  return data satisfies never;
}
