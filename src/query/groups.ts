import { viewOf } from "../bytes.ts";
import type { ColumnSource, RowColumn } from "../codec/json-row.ts";
import type { EntryBatch, EntryShape } from "../reader/entries.ts";
import type { FieldLayout, Layout, RecordLayout } from "../schema/layout.ts";
import { type Accumulator, accumulatorOf, offsetOf } from "./accumulators.ts";
import { canonicalCopy } from "./canonical.ts";
import type { Grouping } from "./group.ts";
import { integerLayout } from "./made-layouts.ts";
import { queryLimit } from "./query-error.ts";
import type { RowRun } from "./rows.ts";

/** Reads one row: the bytes of its key or value, and where they begin. */
type RowPart = (run: RowRun, row: number, to: Uint8Array, at: number) => void;

/** Collects rows into groups. Memory grows with the number of groups alone. */
export class Groups {
  /** The type of a group: its keys and aggregates by the names that they are shown under. */
  readonly layout: RecordLayout;
  readonly columns: readonly RowColumn[];
  readonly #grouping: Grouping;
  readonly #parts: RowPart[] = [];
  readonly #keySize: number;
  readonly #scratch: Buffer;
  readonly #groups = new Map<string, Accumulator[]>();
  readonly #make: (() => Accumulator)[];

  constructor(grouping: Grouping, shape: EntryShape) {
    this.#grouping = grouping;
    const fields: FieldLayout[] = [];
    let size = 0;
    const place = (name: string, layout: Layout): number => {
      const at = size;
      fields.push({ name, bitOffset: at * 8, bitfieldBits: 0, layout });
      size += layout.size;
      return at;
    };
    for (const { name, source } of grouping.keys) {
      const { layout, copy } = keyPart(source, shape);
      const at = place(name, layout);
      this.#parts.push((run, row, to) => copy(run, row, to, at));
    }
    this.#keySize = size;
    this.#scratch = Buffer.alloc(size);
    this.#make = grouping.aggregates.map((one) => {
      const make = accumulatorOf(one, shape);
      place(one.name, make().layout);
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
      for (const part of this.#parts) part(run, row, this.#scratch, 0);
      const id = this.#scratch.toString("latin1");
      const group = this.#groups.get(id) ?? this.#open(id);
      for (const one of group) one.add(run, row);
    }
  }

  /** All groups as one batch of entries without keys, in the order in which they were first met. */
  batch(): EntryBatch {
    const { size } = this.layout;
    const values = new Uint8Array(Math.max(1, this.#groups.size * size));
    const view = viewOf(values);
    let at = 0;
    for (const [id, group] of this.#groups) {
      values.set(Buffer.from(id, "latin1"), at);
      let to = at + this.#keySize;
      for (const one of group) {
        one.write(view, to);
        to += one.layout.size;
      }
      at += size;
    }
    return { count: this.#groups.size, keys: new Uint8Array(0), values, errnos: undefined };
  }

  #open(id: string): Accumulator[] {
    const { maxGroups } = this.#grouping;
    if (this.#groups.size >= maxGroups) {
      throw queryLimit(`--group-by: more than ${maxGroups} groups (--max-groups raises the limit)`);
    }
    const group = this.#make.map((make) => make());
    this.#groups.set(id, group);
    return group;
  }
}

/** How a part of a group's identity is read, so that equal values have equal bytes. */
function keyPart(source: ColumnSource, shape: EntryShape): { layout: Layout; copy: RowPart } {
  if (source.kind === "cpu") {
    return {
      layout: integerLayout(32, false),
      copy: (run, row, to, at) => viewOf(to).setUint32(at, run.cpus?.[row] ?? 0, true),
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
    copy(run, row, to, at) {
      const now = field.side === "key" ? run.batch.keys : run.batch.values;
      if (now !== bytes) [bytes, view] = [now, viewOf(now)];
      copy(bytes, view, offset(run, row), to, viewOf(to), at);
    },
  };
}
