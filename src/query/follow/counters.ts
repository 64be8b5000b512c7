import { type Accessor, compileInteger } from "../../codec/access/accessor.ts";
import { type Field, integerBits } from "../../codec/access/field.ts";
import { isAmount, isCounting } from "../diff/counts-up.ts";
import { comparedFields } from "../diff/value-fields.ts";
import type { Query } from "../query.ts";

/** The most counters of a value. */
const MAX_COUNTERS = 256;

/** An integer of the value whose changes and rates are shown. */
export interface Counter {
  /** The path without `value.`; `value` where the whole value is the integer. */
  readonly name: string;
  readonly path: string;
  readonly field: Field;
  readonly read: Accessor<number | bigint>;
  /** Its type has 64 bits or more. */
  readonly isWide: boolean;
  /** A field that can't be negative counts up, so a smaller value means that it was reset. */
  readonly isUnsigned: boolean;
  /**
   * It counts something, as its renderer or its name tells: a timestamp, an id or flags have no rate that means
   * anything.
   */
  readonly countsUp: boolean;
}

/** The difference between two values of a counter, or "reset" where it fell. */
export type Change = number | bigint | "reset";

/** The integers of a value: no enums or pointers, and nothing that a renderer shows as anything but an amount. */
export function countersOf(query: Query): Counter[] {
  return [...comparedFields(query).values()]
    .filter(isAmount)
    .slice(0, MAX_COUNTERS)
    .flatMap((field) => {
      const read = compileInteger(field);
      if (read === undefined) return [];
      const name = field.path.replace(/^value\./, "");
      const isUnsigned = integerBits(field)?.signed === false;
      // A renderer says what a number is, whatever its name.
      const isCounter = isCounting(field, name);
      return [{ name, path: field.path, field, read, isWide: field.layout.size >= 8, isUnsigned, countsUp: isCounter }];
    });
}

/** The change of a counter, exact: a bigint where the field is read as one. */
export function changeOf({ isUnsigned }: Counter, before: number | bigint, now: number | bigint): Change {
  if (isUnsigned && now < before) return "reset";
  if (typeof before === "number" && typeof now === "number") return now - before;
  return BigInt(now) - BigInt(before);
}
