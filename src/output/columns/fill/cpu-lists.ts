import { type Column, type ColumnData, type Missing, NO_NOTES } from "../column.ts";
import { type Filler, GrowingBytes } from "./filler.ts";
import { ValidBits } from "./nulls.ts";
import type { RowFiller, RowSpan } from "./row-span.ts";

/**
 * The CPUs of each entry with their values, `[{"cpu":0,"value":…},…]`. It is a list of any length: the number of CPUs
 * belongs to the host and not to the type, and a query may leave some out.
 */
export class CpuLists implements RowFiller {
  readonly column: Column;
  readonly #values: readonly Filler[];
  readonly #isDense: boolean;
  readonly #cpus: GrowingBytes = new GrowingBytes();
  readonly #offsets: GrowingBytes = new GrowingBytes();
  readonly #valid: ValidBits = new ValidBits();
  #rows = 0;
  #elements = 0;

  constructor(name: string, values: readonly Filler[], missing: Missing) {
    const cpu: Column = {
      name: "cpu",
      type: { kind: "int", bits: 32, signed: false },
      nullable: false,
      notes: NO_NOTES,
    };
    const fields = [cpu, ...values.map((filler) => filler.column)];
    const element: Column = { name: "element", type: { kind: "struct", fields }, nullable: false, notes: NO_NOTES };
    this.column = { name, type: { kind: "list", element }, nullable: true, notes: NO_NOTES };
    this.#values = values;
    this.#isDense = missing === "dense";
  }

  addRows({ values, valueAt, count, cpus, firsts, isThere }: RowSpan): void {
    this.#offsets.ensure((this.#rows + count + 1) * 4);
    this.#cpus.ensure((this.#elements + valueAt.length) * 4);
    const there = new Int32Array(valueAt.length);
    let found = 0;
    for (let row = 0; row < count; row++) {
      const isRead = isThere?.(row) ?? true;
      this.#valid.add(isRead);
      if (!isRead && this.#isDense) continue;
      for (let i = firsts[row] as number; isRead && i < (firsts[row + 1] as number); i++) {
        there[found++] = valueAt[i] as number;
        this.#cpus.u32[this.#elements++] = cpus?.[i] ?? 0;
      }
      this.#rows += 1;
      this.#offsets.i32[this.#rows] = this.#elements;
    }
    for (const filler of this.#values) filler.add(values, there, found);
  }

  data(): ColumnData {
    this.#offsets.ensure((this.#rows + 1) * 4);
    const length = this.#elements;
    const cpus: ColumnData = { kind: "fixed", bytes: this.#cpus.bytes.subarray(0, length * 4), length };
    const children = [cpus, ...this.#values.map((filler) => filler.data())];
    return {
      kind: "list",
      offsets: this.#offsets.i32.subarray(0, this.#rows + 1),
      child: { kind: "struct", children, length },
      length: this.#rows,
      nulls: this.#valid.nulls(),
    };
  }

  clear(buffers: "again" | "anew"): void {
    this.#rows = 0;
    this.#elements = 0;
    for (const filler of this.#values) filler.clear(buffers);
    this.#valid.clear(buffers);
    if (buffers === "again") return;
    this.#cpus.renew();
    this.#offsets.renew();
  }
}
