import type { Nulls } from "../column.ts";
import { isValid } from "../fill/nulls.ts";

/**
 * The levels by which Parquet tells lists and missing values in a column without members: how many of the lists and
 * optional columns around a value are there, and which list it continues. Undefined where all are the same.
 */
export interface Levels {
  /** The number of values with those that are missing. */
  readonly count: number;
  /** The level of a value that is there. */
  readonly depth: number;
  readonly lists: number;
  readonly definition: Uint8Array | undefined;
  readonly repetition: Uint8Array | undefined;
}

/** The levels of rows. */
export function rowLevels(count: number): Levels {
  return { count, depth: 0, lists: 0, definition: undefined, repetition: undefined };
}

/** The levels inside of an optional column; `nulls` counts only what is there around it. */
export function optionalLevels(outer: Levels, nulls: Nulls | undefined): Levels {
  const { count, depth, definition } = outer;
  if (nulls === undefined && definition === undefined) return { ...outer, depth: depth + 1 };
  const inner = new Uint8Array(count);
  for (let i = 0, next = 0; i < count; i++) {
    const level = definition === undefined ? depth : (definition[i] as number);
    inner[i] = level === depth && (nulls === undefined || isValid(nulls, next)) ? depth + 1 : level;
    if (level === depth) next += 1;
  }
  return { ...outer, depth: depth + 1, definition: inner };
}

/** The levels inside of a list; `lengthOf` is asked for each that is there. */
export function listLevels(outer: Levels, lengthOf: (list: number) => number): Levels {
  const { count, depth, lists, definition, repetition } = outer;
  const isThere = (i: number): boolean => definition === undefined || definition[i] === depth;
  let size = 0;
  for (let i = 0, next = 0; i < count; i++) size += isThere(i) ? Math.max(1, lengthOf(next++)) : 1;
  const inner = { definition: new Uint8Array(size), repetition: new Uint8Array(size) };
  let to = 0;
  for (let i = 0, next = 0; i < count; i++) {
    const there = isThere(i);
    const length = there ? lengthOf(next++) : 0;
    inner.repetition[to] = repetition === undefined ? 0 : (repetition[i] as number);
    inner.definition[to++] = length > 0 ? depth + 1 : there ? depth : (definition?.[i] as number);
    for (let j = 1; j < length; j++) {
      inner.repetition[to] = lists + 1;
      inner.definition[to++] = depth + 1;
    }
  }
  return { count: size, depth: depth + 1, lists: lists + 1, ...inner };
}
