import { compileFloat, compileInteger, scalarKind } from "../../codec/access/accessor.ts";
import { elementCount } from "../../codec/access/element-count.ts";
import { type Field, integerBits, membersOf } from "../../codec/access/field.ts";
import type { EntryShape } from "../../reader/entries.ts";
import type { FieldLayout, Layout } from "../../schema/layout.ts";
import { type CanonicalStep, canonicalCopy } from "../fields/canonical.ts";
import { exactSum, writeInteger } from "../fields/integers.ts";
import { queryLimit } from "../fields/query-error.ts";
import { floatLayout, integerLayout, sumLayout } from "../fields/synthetic-layouts.ts";

/** The way in which the values of several CPUs become one. */
export type Aggregate = "sum" | "avg" | "min" | "max";

export const AGGREGATES: readonly Aggregate[] = ["sum", "avg", "min", "max"];

/** Renderers of quantities. Addresses and names, which the others show, have no sum. */
const QUANTITIES: ReadonlySet<string> = new Set(["duration", "bytes", "ktime", "age"]);

/** The most steps of one aggregation: each scalar of a value takes one. */
const MAX_STEPS = 65_536;

/** Fields that have a sum. */
export function isNumeric(field: Field): boolean {
  const kind = scalarKind(field);
  return kind === "float" || (kind === "integer" && field.layout.kind === "int");
}

/**
 * Lays out the aggregate of a per-CPU value field by field, and collects the steps that compute it.
 * `compileAggregation` says how each type is aggregated.
 */
export class AggregationBuilder {
  readonly steps: CanonicalStep[] = [];
  size = 0;
  readonly #cpus: number;
  readonly #slot: number;
  readonly #chosen: ReadonlyMap<string, Aggregate>;

  constructor({ cpus, valueStride }: EntryShape, chosen: ReadonlyMap<string, Aggregate>) {
    this.#cpus = cpus;
    this.#slot = valueStride / cpus;
    this.#chosen = chosen;
  }

  /** Adds a field and returns the layout of its aggregate, whose bytes begin at the current size. */
  field(field: Field, inherited: Aggregate): Layout {
    const aggregate = this.#chosen.get(field.path) ?? inherited;
    const { layout } = field;
    if (layout.rendering !== undefined && !QUANTITIES.has(layout.rendering)) return this.#distinct(field);
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
    // Elements without bytes make no steps, however many there are.
    if (elementCount(layout) > 2 * MAX_STEPS) throw tooManySteps();
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
      const { rendering } = field.layout;
      const size = bits.width <= 32 ? 64 : bits.width <= 64 ? 128 : 192;
      const wide = sumLayout(size, bits.signed, bits.width);
      const result = rendering === undefined ? wide : { ...wide, rendering };
      return this.#step(result, (x, d, at, _out, view, to) => {
        writeInteger(view, to, result.size, exactSum(read, x, d, at, slot, cpus));
      });
    }
    if (aggregate === "avg") {
      return this.#step(floatLayout(), (x, d, at, _out, view, to) => {
        view.setFloat64(to, average(exactSum(read, x, d, at, slot, cpus), cpus), true);
      });
    }
    const isWhole = bits.start % 8 === 0 && bits.width === field.layout.size * 8;
    const result = isWhole ? field.layout : integerLayout(bits.width <= 64 ? 64 : 128, bits.signed, bits.width);
    const wantsLess = aggregate === "min";
    return this.#step(result, (x, d, at, _out, view, to) => {
      let best = read(x, d, at);
      for (let cpu = 1, c = at + slot; cpu < cpus; cpu++, c += slot) {
        const other = read(x, d, c);
        if (wantsLess ? other < best : other > best) best = other;
      }
      writeInteger(view, to, result.size, best);
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

  /** For types without a sum: the distinct values, in the order of the CPUs. */
  #distinct(field: Field): Layout {
    const { layout } = field;
    const { element, copy } = canonicalCopy(field);
    const cpus = this.#cpus;
    const slot = this.#slot;
    const size = element.size;
    const base = { kind: "array", counted: true, element, length: cpus, charsDirect: false, tagged: false } as const;
    const list: Layout = { ...base, size: 4 + cpus * size, typeName: layout.typeName };
    return this.#step(list, (x, d, at, out, view, to) => {
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

  #step(layout: Layout, step: CanonicalStep): Layout {
    const to = this.size;
    this.size += layout.size;
    if (this.steps.push((x, d, at, out, view, base) => step(x, d, at, out, view, base + to)) > MAX_STEPS) {
      throw tooManySteps();
    }
    return layout;
  }
}

function tooManySteps(): Error {
  return queryLimit(`--per-cpu: the value has more than ${MAX_STEPS} parts to aggregate`);
}

function same(bytes: Uint8Array, a: number, b: number, size: number): boolean {
  for (let i = 0; i < size; i++) if (bytes[a + i] !== bytes[b + i]) return false;
  return true;
}

/** The quotient as a double, exact but for the last bit. */
function average(sum: bigint, count: number): number {
  const divisor = BigInt(count);
  return Number(sum / divisor) + Number(sum % divisor) / count;
}

/** The name of a member, from the end of its path. */
function nameOf(record: Field, member: Field): string {
  const rest = member.path.slice(record.path.length);
  return rest.startsWith(".") ? rest.slice(1) : (JSON.parse(rest.slice(1, -1)) as string);
}
