import { viewOf } from "../../bytes.ts";
import type { ColumnSource, RowColumn } from "../../codec/json/json-row.ts";
import type { EntryBatch, EntryShape } from "../../reader/entries.ts";
import { KeyTable } from "../../reader/key-table.ts";
import type { FieldLayout, Layout, RecordLayout } from "../../schema/layout.ts";
import { canonicalCopy } from "../fields/canonical.ts";
import { queryLimit } from "../fields/query-error.ts";
import { integerLayout } from "../fields/synthetic-layouts.ts";
import { offsetOf } from "../rows/row-reader.ts";
import type { RowRun } from "../rows/rows.ts";
import type { Accumulator } from "./accumulator.ts";
import { accumulatorOf } from "./accumulators.ts";
import type { Grouping, GroupLimit } from "./group.ts";

const FIRST_GROUPS = 1024;

/** Writes one part of a group's key, taken from a row, to `at` of a buffer that is given as bytes and as a view. */
type RowPart = (run: RowRun, row: number, to: Uint8Array, toView: DataView, at: number) => void;

/** Groups of rows. Memory grows with the number of groups, not of rows. */
export class Groups {
  /** A group as a record: its keys and aggregates, under the names of their columns. */
  readonly layout: RecordLayout;
  readonly columns: readonly RowColumn[];
  /** The number of groups evicted so far. */
  evicted = 0;
  readonly #limit: GroupLimit;
  readonly #parts: { readonly copy: RowPart; readonly at: number }[] = [];
  readonly #keySize: number;
  readonly #key: Uint8Array;
  readonly #keyView: DataView;
  readonly #make: (() => Accumulator)[];
  /** The keys of the groups; a group has the same number everywhere. */
  #keys: KeyTable;
  #groups: Accumulator[][] = [];
  /** For each group the number of its last row. */
  #lastRow = new Float64Array(FIRST_GROUPS);
  #rows = 0;

  constructor(grouping: Grouping, shape: EntryShape) {
    this.#limit = grouping.limit;
    const fields: FieldLayout[] = [];
    let size = 0;
    const append = (name: string, layout: Layout): number => {
      const at = size;
      fields.push({ name, bitOffset: at * 8, bitfieldBits: 0, layout });
      size += layout.size;
      return at;
    };
    for (const { name, source } of grouping.keys) {
      const { layout, copy } = keyPart(source, shape);
      this.#parts.push({ copy, at: append(name, layout) });
    }
    this.#keySize = size;
    this.#key = new Uint8Array(size);
    this.#keyView = viewOf(this.#key);
    this.#keys = new KeyTable(size);
    this.#make = grouping.aggregates.map((one) => {
      const make = accumulatorOf(one, shape);
      append(one.name, make().layout);
      return make;
    });
    this.layout = { kind: "struct", size, fields, typeName: "group", tagged: false };
    this.columns = fields.map(({ name, bitOffset, layout }) => ({
      name,
      source: { kind: "field", field: { path: name, side: "value", layout, bitOffset, bitfieldBits: 0 } },
    }));
  }

  add(run: RowRun): void {
    for (let row = 0; row < run.count; row++) {
      for (const { copy, at } of this.#parts) copy(run, row, this.#key, this.#keyView, at);
      let number = this.#keys.numberOf(this.#key, 0);
      if (number === this.#groups.length) number = this.#open();
      this.#lastRow[number] = this.#rows++;
      for (const one of this.#groups[number] as Accumulator[]) one.add(run, row);
    }
  }

  /** All groups as one batch of entries without keys, in the order of their first rows. */
  batch(): EntryBatch {
    const { size } = this.layout;
    const values = new Uint8Array(Math.max(1, this.#groups.length * size));
    const view = viewOf(values);
    for (const [number, group] of this.#groups.entries()) {
      const at = number * size;
      values.set(this.#keys.keys.subarray(number * this.#keySize, (number + 1) * this.#keySize), at);
      let to = at + this.#keySize;
      for (const one of group) {
        one.write(view, to);
        to += one.layout.size;
      }
    }
    return { count: this.#groups.length, keys: new Uint8Array(0), values, errnos: undefined };
  }

  /** Opens a group for the key that was added last and returns its number. */
  #open(): number {
    const { maxGroups, whenFull } = this.#limit;
    if (this.#groups.length >= maxGroups) {
      if (whenFull === "refuse") {
        throw queryLimit(`--group-by: more than ${maxGroups} groups (--max-groups raises the limit)`);
      }
      this.#evict(Math.max(1, Math.ceil(maxGroups / 4)));
    }
    const number = this.#groups.push(this.#make.map((make) => make())) - 1;
    if (number === this.#lastRow.length) {
      const longer = new Float64Array(2 * number);
      longer.set(this.#lastRow);
      this.#lastRow = longer;
    }
    return number;
  }

  /** Evicts the `count` groups idle for longest. The key that was added last stays, behind the others. */
  #evict(count: number): void {
    const { length } = this.#groups;
    const oldestKept = this.#lastRow.slice(0, length).sort()[count] ?? this.#rows;
    const isKept = (number: number): boolean => (this.#lastRow[number] as number) >= oldestKept;
    const keys = new KeyTable(this.#keySize);
    const groups = this.#groups.filter((_, number) => isKept(number));
    for (let number = 0; number < length; number++) {
      if (!isKept(number)) continue;
      this.#lastRow[keys.count] = this.#lastRow[number] as number;
      keys.numberOf(this.#keys.keys, number * this.#keySize);
    }
    keys.numberOf(this.#key, 0);
    this.#keys = keys;
    this.evicted += length - groups.length;
    this.#groups = groups;
  }
}

/** One part of a group's key: its type, and a function that copies it so that equal values have equal bytes. */
function keyPart(source: ColumnSource, shape: EntryShape): { layout: Layout; copy: RowPart } {
  if (source.kind === "cpu") {
    return {
      layout: integerLayout(32, false),
      copy: (run, row, _to, toView, at) => toView.setUint32(at, run.cpus?.[row] ?? 0, true),
    };
  }
  if (source.kind === "index") throw queryLimit("--group-by: entry.index is different for every entry");
  const { field } = source;
  const { element, copy } = canonicalCopy(field);
  const offset = offsetOf(field, shape);
  let bytes: Uint8Array = new Uint8Array(0);
  let view = viewOf(bytes);
  return {
    layout: element,
    copy(run, row, to, toView, at) {
      const now = field.side === "key" ? run.batch.keys : run.batch.values;
      if (now !== bytes) [bytes, view] = [now, viewOf(now)];
      copy(bytes, view, offset(run, row), to, toView, at);
    },
  };
}
