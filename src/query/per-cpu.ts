import { compileFloat, compileInteger, scalarKind } from "../codec/accessor.ts";
import { type Field, integerBits, isText, membersOf, wholeField } from "../codec/field.ts";
import type { EntryBatch, EntryShape } from "../reader/entries.ts";
import type { FieldLayout, Layout } from "../schema/layout.ts";
import { exactSum, writeInteger } from "./integers.ts";
import { floatLayout, integerLayout } from "./made-layouts.ts";
import { splitParts } from "./parts.ts";
import { parsePath, resolvePath, type Sides } from "./path.ts";
import { type QueryText, queryError, type Range } from "./query-error.ts";
import { viewOf } from "./where.ts";

/** What becomes of the values of several CPUs. */
export type Aggregate = "sum" | "avg" | "min" | "max";

export const AGGREGATES: readonly Aggregate[] = ["sum", "avg", "min", "max"];

/** Makes one value of the values of all CPUs. */
export interface CpuAggregation {
  /** The type of what comes out: sums are wider than what they are made of. */
  readonly value: Layout;
  readonly shape: EntryShape;
  /** The batch with one value an entry. Its buffer is used again by the next call. */
  readonly apply: (batch: EntryBatch) => EntryBatch;
}

/** Writes one field's aggregate of the values that begin at `at` and every `slot` bytes. */
type Step = (bytes: Uint8Array, view: DataView, at: number, out: Uint8Array, outView: DataView, to: number) => void;

/** Elements that an aggregated value may have altogether: each is a step. */
const MAX_STEPS = 65_536;

/** `value.packets=sum,value.last_ns=max`: what is done with which field. Throws QUERY_INVALID. */
export function fieldAggregates(source: QueryText, sides: Sides): Map<string, Aggregate> {
  const chosen = new Map<string, Aggregate>();
  for (const part of splitParts(source)) {
    const text = source.text.slice(part.start, part.end);
    const equals = text.lastIndexOf("=");
    if (equals < 0)
      throw queryError(source, part, "PATH=sum, avg, min or max is needed here (such as value.packets=sum)");
    const path = { start: part.start, end: part.start + equals };
    const field = resolvePath(source, sides, parsePath(source, path.start, path.end));
    const wordRange = { start: path.end + 1, end: part.end };
    checkAggregable(source, path, field);
    chosen.set(field.path, aggregateOf(source, wordRange));
  }
  return chosen;
}

function aggregateOf(source: QueryText, range: Range): Aggregate {
  const word = source.text.slice(range.start, range.end).trim();
  const known = AGGREGATES.find((one) => one === word);
  if (known !== undefined) return known;
  throw queryError(source, range, `\`${word}\` is none of ${AGGREGATES.join(", ")}`);
}

/** Fails for what can't be added up or compared. Records and arrays are gone through field by field. */
function checkAggregable(source: QueryText, range: Range, field: Field): void {
  if (field.side === "key") throw queryError(source, range, "a key is the same on all CPUs");
  if (isNumeric(field)) return;
  const { kind } = field.layout;
  if (scalarKind(field) === "none" && kind !== "opaque") return;
  const what = scalarKind(field) === "text" ? "a string" : `no number but \`${field.layout.typeName}\``;
  throw queryError(source, range, `\`${field.path}\` is ${what}: it can't be aggregated (CPUs that differ are listed)`);
}

function isNumeric(field: Field): boolean {
  const kind = scalarKind(field);
  return kind === "float" || (kind === "integer" && field.layout.kind === "int");
}

/**
 * Compiles the aggregation of per-CPU values, field by field through records and arrays. Integers are exact: the sum of
 * 64-bit ones has 128 bits. Strings, enums, bools and pointers stay what they are where all CPUs agree, and become the
 * list of the distinct ones where not.
 */
export function compileAggregation(
  layout: Layout,
  shape: EntryShape,
  otherwise: Aggregate,
  chosen: ReadonlyMap<string, Aggregate>,
): CpuAggregation {
  const builder = new AggregationBuilder(shape, chosen);
  const made = builder.field(wholeField("value", layout), otherwise);
  const valueSize = builder.size;
  const aggregated: EntryShape = { keySize: shape.keySize, valueSize, cpus: 0, valueStride: valueSize };
  let values = new Uint8Array(0);
  const apply = (batch: EntryBatch): EntryBatch => {
    if (values.length < batch.count * valueSize) values = new Uint8Array(batch.count * valueSize);
    const view = viewOf(batch.values);
    const outView = viewOf(values);
    for (let i = 0; i < batch.count; i++) {
      for (const step of builder.steps) step(batch.values, view, i * shape.valueStride, values, outView, i * valueSize);
    }
    return { count: batch.count, keys: batch.keys, values, errnos: batch.errnos };
  };
  return { value: { ...made, size: valueSize }, shape: aggregated, apply };
}

class AggregationBuilder {
  readonly steps: Step[] = [];
  size = 0;
  readonly #cpus: number;
  readonly #slot: number;
  readonly #chosen: ReadonlyMap<string, Aggregate>;

  constructor({ cpus, valueStride }: EntryShape, chosen: ReadonlyMap<string, Aggregate>) {
    this.#cpus = cpus;
    this.#slot = valueStride / cpus;
    this.#chosen = chosen;
  }

  /** The layout of a field's aggregate, whose bytes begin at the current size. */
  field(field: Field, inherited: Aggregate): Layout {
    const aggregate = this.#chosen.get(field.path) ?? inherited;
    const { layout } = field;
    if (isNumeric(field)) return this.#number(field, aggregate);
    if (scalarKind(field) !== "none") return this.#distinct(field);
    switch (layout.kind) {
      case "struct":
      case "union":
      case "section":
        return this.#record(field, aggregate);
      case "array":
        return this.#array(field, aggregate);
      default:
        return this.#distinct(field);
    }
  }

  #record(field: Field, aggregate: Aggregate): Layout {
    const start = this.size;
    const fields: FieldLayout[] = membersOf(field).map((member) => {
      const at = this.size - start;
      const layout = this.field(member, aggregate);
      return { name: nameOf(field, member), bitOffset: at * 8, bitfieldBits: 0, layout };
    });
    const { typeName } = field.layout;
    return { kind: "struct", size: this.size - start, fields, typeName, tagged: false };
  }

  #array(field: Field, aggregate: Aggregate): Layout {
    const { layout } = field;
    if (layout.kind !== "array" || layout.length === 0) return layout;
    const start = this.size;
    let element: Layout = layout.element;
    for (let i = 0; i < layout.length; i++) {
      const bitOffset = field.bitOffset + i * layout.element.size * 8;
      element = this.field({ ...field, path: `${field.path}[${i}]`, layout: layout.element, bitOffset }, aggregate);
    }
    return { ...layout, element, charsDirect: false, size: this.size - start };
  }

  #number(field: Field, aggregate: Aggregate): Layout {
    const float = compileFloat(field);
    if (float !== undefined) return this.#float(float, aggregate);
    const read = compileInteger(field);
    const bits = integerBits(field);
    if (read === undefined || bits === undefined) return this.#distinct(field);
    const cpus = this.#cpus;
    const slot = this.#slot;
    if (aggregate === "sum") {
      const made = integerLayout(bits.width <= 32 ? 64 : bits.width <= 64 ? 128 : 192, bits.signed);
      return this.#step(made, (x, d, at, _out, view, to) => {
        writeInteger(view, to, made.size, exactSum(read, x, d, at, slot, cpus));
      });
    }
    if (aggregate === "avg") {
      return this.#step(floatLayout(), (x, d, at, _out, view, to) => {
        view.setFloat64(to, average(exactSum(read, x, d, at, slot, cpus), cpus), true);
      });
    }
    const isWhole = bits.start % 8 === 0 && bits.width === field.layout.size * 8;
    const made = isWhole ? field.layout : integerLayout(bits.width <= 64 ? 64 : 128, bits.signed);
    const wantsLess = aggregate === "min";
    return this.#step(made, (x, d, at, _out, view, to) => {
      let best = read(x, d, at);
      for (let cpu = 1, c = at + slot; cpu < cpus; cpu++, c += slot) {
        const other = read(x, d, c);
        if (wantsLess ? other < best : other > best) best = other;
      }
      writeInteger(view, to, made.size, best);
    });
  }

  #float(read: (x: Uint8Array, d: DataView, at: number) => number, aggregate: Aggregate): Layout {
    const cpus = this.#cpus;
    const slot = this.#slot;
    return this.#step(floatLayout(), (x, d, at, _out, view, to) => {
      const values = Array.from({ length: cpus }, (_, cpu) => read(x, d, at + cpu * slot));
      const sum = values.reduce((a, b) => a + b, 0);
      const result = { sum, avg: sum / cpus, min: Math.min(...values), max: Math.max(...values) }[aggregate];
      view.setFloat64(to, result, true);
    });
  }

  /** What isn't added up: the distinct values in the order of the CPUs. */
  #distinct(field: Field): Layout {
    const { layout } = field;
    const { element, copy } = copier(field);
    const cpus = this.#cpus;
    const slot = this.#slot;
    const size = element.size;
    const base = { kind: "array", counted: true, element, length: cpus, charsDirect: false, tagged: false } as const;
    const made: Layout = { ...base, size: 4 + cpus * size, typeName: layout.typeName };
    return this.#step(made, (x, d, at, out, view, to) => {
      let count = 0;
      for (let cpu = 0, c = at; cpu < cpus; cpu++, c += slot) {
        const next = to + 4 + count * size;
        copy(x, d, c, out, view, next);
        let known = false;
        for (let i = 0; i < count && !known; i++) known = same(out, to + 4 + i * size, next, size);
        if (!known) count += 1;
      }
      view.setUint32(to, count, true);
    });
  }

  #step(layout: Layout, step: Step): Layout {
    const to = this.size;
    this.size += layout.size;
    if (this.steps.push((x, d, at, out, view, base) => step(x, d, at, out, view, base + to)) > MAX_STEPS) {
      throw new RangeError(`the value has more than ${MAX_STEPS} parts to aggregate`);
    }
    return layout;
  }
}

/** Copies a field so that equal values have equal bytes: nothing behind a text's NUL, no neighbours of a bit-field. */
function copier(field: Field): { element: Layout; copy: Step } {
  const { layout, bitOffset } = field;
  const bits = integerBits(field);
  const start = Math.floor(bitOffset / 8);
  if (bits !== undefined && (bits.start % 8 !== 0 || bits.width !== layout.size * 8)) {
    const read = compileInteger(field);
    const whole: Layout = layout.kind === "int" ? { ...layout, bits: layout.size * 8, bitOffset: 0 } : layout;
    return {
      element: whole,
      copy: (x, d, at, _out, view, to) => writeInteger(view, to, layout.size, read?.(x, d, at) ?? 0),
    };
  }
  const text = isText(layout);
  const copy: Step = (x, _d, at, out, _view, to) => {
    for (let i = 0, ended = false; i < layout.size; i++) {
      const byte = x[at + start + i] as number;
      ended ||= text && byte === 0;
      out[to + i] = ended ? 0 : byte;
    }
  };
  return { element: layout, copy };
}

function same(bytes: Uint8Array, a: number, b: number, size: number): boolean {
  for (let i = 0; i < size; i++) if (bytes[a + i] !== bytes[b + i]) return false;
  return true;
}

/** The double nearest to the quotient, but for the last bit. */
function average(sum: bigint, count: number): number {
  const divisor = BigInt(count);
  return Number(sum / divisor) + Number(sum % divisor) / count;
}

/** The name that a member has in its record. */
function nameOf(record: Field, member: Field): string {
  const rest = member.path.slice(record.path.length);
  return rest.startsWith(".") ? rest.slice(1) : (JSON.parse(rest.slice(1, -1)) as string);
}
