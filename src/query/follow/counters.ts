import { type Accessor, compileInteger, scalarKind } from "../../codec/access/accessor.ts";
import { type Field, integerBits } from "../../codec/access/field.ts";
import { comparedFields } from "../diff/value-fields.ts";
import type { Query } from "../query.ts";

/** The most fields of a value that are looked at for what they have grown by. */
const MAX_COUNTERS = 256;

/** An integer of the value, which may count something. */
export interface Counter {
  /** The path without `value.`; `value` where that is the integer. */
  readonly name: string;
  readonly path: string;
  readonly field: Field;
  readonly read: Accessor<number | bigint>;
  /** Its type has 64 bits or more. */
  readonly isWide: boolean;
  /** A field that can't be negative counts up: where it fell, it was set back. */
  readonly isUnsigned: boolean;
}

/** What became of a counter from one value to the next: by how much it changed, or that it was set back. */
export type Change = number | bigint | "reset";

/** The integers of a value that numbers can be made of: no enums, pointers or what a renderer shows as something else. */
export function countersOf(query: Query): Counter[] {
  return [...comparedFields(query).values()]
    .filter((field) => field.layout.kind === "int" && scalarKind(field) === "integer" && !field.layout.isChar)
    .filter(({ layout }) => layout.rendering === undefined)
    .slice(0, MAX_COUNTERS)
    .flatMap((field) => {
      const read = compileInteger(field);
      if (read === undefined) return [];
      const name = field.path.replace(/^value\./, "");
      const isUnsigned = integerBits(field)?.signed === false;
      return [{ name, path: field.path, field, read, isWide: field.layout.size >= 8, isUnsigned }];
    });
}

/** By how much a counter changed. Exact: a bigint where it is read as one. */
export function changeOf({ isUnsigned }: Counter, before: number | bigint, now: number | bigint): Change {
  if (isUnsigned && now < before) return "reset";
  if (typeof before === "number" && typeof now === "number") return now - before;
  return BigInt(now) - BigInt(before);
}
