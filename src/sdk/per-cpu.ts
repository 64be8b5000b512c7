import type { DecodedValue } from "../codec/value-decoder.ts";

/** What becomes of the values that a per-CPU map has for one key: all of them, or one number from each field. */
export type PerCpu = "each" | "sum" | "min" | "max" | "avg";

type Fold = (values: readonly (number | bigint)[]) => number | bigint;

const FOLDS: Readonly<Record<Exclude<PerCpu, "each">, Fold>> = {
  sum: (values) => total(values),
  min: (values) => values.toSorted(compare)[0] ?? 0,
  max: (values) => values.toSorted(compare).at(-1) ?? 0,
  avg: (values) => {
    const sum = total(values);
    return typeof sum === "bigint" ? sum / BigInt(values.length) : sum / values.length;
  },
};

/**
 * One value out of those of all CPUs, field by field: numbers are summed (and so on), and anything that is no number is
 * kept where all CPUs agree and null where they don't. An average of bigints is cut to a whole one. At least one value.
 */
export function foldCpus(values: readonly DecodedValue[], how: Exclude<PerCpu, "each">): DecodedValue {
  return fold(values, FOLDS[how]);
}

function fold(values: readonly DecodedValue[], with_: Fold): DecodedValue {
  const first = values[0] as DecodedValue;
  if (values.every((value) => typeof value === "number" || typeof value === "bigint")) return with_(values);
  if (values.every(isList))
    return (first as readonly DecodedValue[]).map((_, i) =>
      fold(
        values.map((v) => v[i] as DecodedValue),
        with_,
      ),
    );
  if (values.every(isRecord)) return foldRecords(values, with_);
  return values.every((value) => same(value, first)) ? first : null;
}

function foldRecords(values: readonly { readonly [name: string]: DecodedValue }[], with_: Fold): DecodedValue {
  const names = Object.keys(values[0] ?? {});
  return Object.fromEntries(
    names.map((name) => [
      name,
      fold(
        values.map((value) => value[name] as DecodedValue),
        with_,
      ),
    ]),
  );
}

function compare(a: number | bigint, b: number | bigint): number {
  return a < b ? -1 : Number(a > b);
}

/** The fields of one layout are all numbers or all bigints, but where an integer is too large for a number. */
function total(values: readonly (number | bigint)[]): number | bigint {
  if (values.every((value) => typeof value === "number")) return values.reduce((sum, value) => sum + value, 0);
  return values.reduce<bigint>((sum, value) => sum + BigInt(value), 0n);
}

function isList(value: DecodedValue): value is readonly DecodedValue[] {
  return Array.isArray(value);
}

function isRecord(value: DecodedValue): value is { readonly [name: string]: DecodedValue } {
  return typeof value === "object" && value !== null && !Array.isArray(value) && !(value instanceof Uint8Array);
}

function same(a: DecodedValue, b: DecodedValue): boolean {
  if (!(a instanceof Uint8Array) || !(b instanceof Uint8Array)) return a === b;
  return Buffer.compare(a, b) === 0;
}
