import { compileInteger } from "../../codec/access/accessor.ts";
import type { FieldPair, RowLocation } from "./comparisons.ts";
import { isCounting } from "./counts-up.ts";

/** Returns by how much a field of the second row is more than that of the first. */
export type FieldChange = (a: RowLocation, b: RowLocation) => number | bigint;

/** Compiles the change of a field; undefined where it would mean nothing, as with texts, timestamps, ids and flags. */
export function compileChange({ name, a, b }: FieldPair): FieldChange | undefined {
  if (!isCounting(a, name) || !isCounting(b, name)) return undefined;
  const [readA, readB] = [compileInteger(a), compileInteger(b)];
  if (readA === undefined || readB === undefined) return undefined;
  return (before, now) => {
    const x = readA(before.values, before.valuesView, before.v);
    const y = readB(now.values, now.valuesView, now.v);
    return typeof x === "number" && typeof y === "number" ? y - x : BigInt(y) - BigInt(x);
  };
}
