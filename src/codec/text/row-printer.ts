import type { BatchMemory, EntryShape } from "../../reader/entries.ts";
import type { Program } from "./program.ts";
import type { EntryBytes, Listing, RowList, RowOffsets, TextEngine } from "./text-engine.ts";

/** Writes rows by a program. */
export class RowPrinter {
  readonly program: Program;
  readonly #engine: TextEngine;
  readonly #shape: EntryShape;

  constructor(program: Program, engine: TextEngine, shape: EntryShape) {
    this.program = program;
    this.#engine = engine;
    this.#shape = shape;
  }

  /** Returns memory for the batches of a read, from which they need not be copied. */
  batchMemory(): BatchMemory {
    return this.#engine.batchMemory();
  }

  /** Writes one row. */
  print(entry: EntryBytes, place: RowOffsets): void {
    this.#engine.row(this.program, entry, this.#shape, place);
  }

  /** Writes rows of a batch. */
  printAll(batch: EntryBytes & { readonly count: number }, rows: RowList, how: Listing): void {
    this.#engine.rows(this.program, batch, this.#shape, rows, how);
  }
}
