import type { DecodedValue } from "../../codec/access/value-decoder.ts";
import type { LayoutDifference } from "../../query/diff/layout-differences.ts";
import type { TextList } from "../query/paths.ts";
import type { CpuFields, RowOrder } from "../query/query-options.ts";
import type { ReadOptions } from "../reader/read.ts";

/**
 * Options of `diff`. `sort` puts the differences in order, at most a million of them without `top`: by paths that may
 * also end in `.delta` or `.rate`, the change of a counter: `"value.bytes.delta:desc"`. `top` gives only the first so
 * many.
 */
export type DiffOptions = DiffBase & RowOrder & CpuFields;

/** Options of `diff` apart from the order and the CPUs. `timeout` is in milliseconds, for each of the two reads. */
export interface DiffBase extends ReadOptions {
  /** A condition in CEL: only entries that it holds for are compared. */
  readonly where?: string;
  /** The fields of the value by which entries are compared, and which differences show. */
  readonly select?: TextList;
  /** Called with a sentence about what a reader of the differences should know. */
  readonly onNote?: (note: string) => void;
}

/** A difference between two maps: of the type of a field ("layout"), or of an entry. */
export type DiffEvent<K = DecodedValue, V = DecodedValue> =
  | ({
      /** A field has another type, or is in one of the maps only. */
      readonly type: "layout";
    } & LayoutDifference)
  | {
      /** Only the second map has the entry. */
      readonly type: "added";
      /** The key of the entry. */
      readonly key: K;
      /** The number of the CPU of a row that is one CPU of an entry; else undefined. */
      readonly cpu: number | undefined;
      /** The value in the second map. */
      readonly value: V;
    }
  | {
      /** Only the first map has the entry. */
      readonly type: "removed";
      /** The key of the entry. */
      readonly key: K;
      /** The number of the CPU, as of "added". */
      readonly cpu: number | undefined;
      /** The value in the first map. */
      readonly value: V;
    }
  | {
      /** Both maps have the entry, with different values. */
      readonly type: "changed";
      /** The key of the entry. */
      readonly key: K;
      /** The number of the CPU, as of "added". */
      readonly cpu: number | undefined;
      /** The whole value in the first map. */
      readonly a: V;
      /** The whole value in the second map. */
      readonly b: V;
      /** The fields that differ, by their paths without `value.`, as both maps have them. */
      readonly fields: Readonly<Record<string, { readonly a: DecodedValue; readonly b: DecodedValue }>>;
      /**
       * The exact change from `a` to `b` of each of these fields that counts something, below 0 where it fell.
       * Timestamps, ids and flags have none.
       */
      readonly delta: Readonly<Record<string, number | bigint>>;
      /** The same divided by the seconds from `a` to `b`; empty unless one is a snapshot, and `a` the earlier one. */
      readonly rate: Readonly<Record<string, number>>;
    };
