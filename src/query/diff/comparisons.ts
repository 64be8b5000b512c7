import { compileAccessor } from "../../codec/access/accessor.ts";
import type { Field } from "../../codec/access/field.ts";
import type { Query } from "../query.ts";
import { compileBytesDiffer } from "./differing-bytes.ts";
import { comparedFields } from "./value-fields.ts";

/** The buffers and positions of the key and value of a row, valid until the next row is reported. */
export interface RowLocation {
  readonly keys: Uint8Array;
  readonly keysView: DataView;
  readonly k: number;
  readonly values: Uint8Array;
  readonly valuesView: DataView;
  readonly v: number;
  readonly cpu: number;
}

/** A field that both maps have. */
export interface FieldPair {
  /** The path without `value.` */
  readonly name: string;
  readonly a: Field;
  readonly b: Field;
}

/** A test whether a field of two rows differs. */
export interface FieldComparison {
  readonly pair: FieldPair;
  readonly differs: (a: RowLocation, b: RowLocation) => boolean;
}

/** Comparisons of all fields of the value that both queries have, or of those that were selected. */
export function compileComparisons(a: Query, b: Query): FieldComparison[] {
  const [ofA, ofB] = [comparedFields(a), comparedFields(b)];
  return [...ofA].flatMap(([path, field]) => {
    const other = ofB.get(path);
    return other === undefined ? [] : [compileComparison({ name: path.replace(/^value\./, ""), a: field, b: other })];
  });
}

/**
 * Compares scalars as values, so that a u32 and a u64 of the same number are equal, and everything else by its bytes.
 */
function compileComparison(pair: FieldPair): FieldComparison {
  const [readA, readB] = [compileAccessor(pair.a), compileAccessor(pair.b)];
  if (readA === undefined || readB === undefined) return { pair, differs: compileByteComparison(pair) };
  return {
    pair,
    differs(a, b) {
      const x = readA(a.values, a.valuesView, a.v);
      const y = readB(b.values, b.valuesView, b.v);
      if (typeof x === typeof y) return !Object.is(x, y);
      return typeof x === "string" || typeof y === "string" || x < y || x > y || Number.isNaN(x) || Number.isNaN(y);
    },
  };
}

function compileByteComparison({ a, b }: FieldPair): FieldComparison["differs"] {
  if (a.layout.size !== b.layout.size) return () => true;
  const [startA, startB] = [Math.floor(a.bitOffset / 8), Math.floor(b.bitOffset / 8)];
  const differ = compileBytesDiffer(a.layout);
  return (x, y) => differ(x.values, x.v + startA, y.values, y.v + startB);
}
