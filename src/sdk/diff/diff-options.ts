import type { DecodedValue } from "../../codec/access/value-decoder.ts";
import type { LayoutDifference } from "../../query/diff/layout-differences.ts";
import type { TextList } from "../query/paths.ts";
import type { CpuAggregate, CpuRows, RowOrder } from "../query/query-options.ts";
import type { ReadOptions } from "../reader/read.ts";

/**
 * Options of `diff`. `sort` puts the differences in order, at most a million of them without `top`: by paths that may also
 * end in `.delta` or `.rate`, the change of a counter: `"value.bytes.delta:desc"`. `top` gives only the first so many.
 */
export type DiffOptions = DiffBase & RowOrder;

/** Options of `diff` apart from the order. `timeout` is in milliseconds, for each of the two reads. */
export interface DiffBase extends ReadOptions {
  /** A condition in CEL: only entries that it holds for are compared. */
  readonly where?: string;
  /**
   * The treatment of CPUs that are made one value, by fields: `"value.last_ns=max"`; the others are added up, or made
   * one as `perCpu` says.
   */
  readonly agg?: TextList;
  /** The fields of the value by which entries are compared, and which differences show. */
  readonly select?: TextList;
  /** The treatment of the CPUs of per-CPU maps: a row of each ("each", the default, or "any"), or one value. */
  readonly perCpu?: CpuRows | CpuAggregate;
  /** Called with a sentence about what a reader of the differences should know. */
  readonly onNote?: (note: string) => void;
}

/**
 * A difference between two maps. `key` is that of the entry, with `cpu` where a row is one CPU of an entry (else
 * undefined); `value` is that of the map that has the entry: `b` for "added", `a` for "removed".
 */
export type DiffEvent<K = DecodedValue, V = DecodedValue> =
  | ({ readonly type: "layout" } & LayoutDifference)
  | { readonly type: "added"; readonly key: K; readonly cpu: number | undefined; readonly value: V }
  | { readonly type: "removed"; readonly key: K; readonly cpu: number | undefined; readonly value: V }
  | {
      readonly type: "changed";
      readonly key: K;
      readonly cpu: number | undefined;
      /** The whole value in the first map. */
      readonly a: V;
      /** The whole value in the second map. */
      readonly b: V;
      /** The fields that differ, by their paths without `value.`, as both maps have them. */
      readonly fields: Readonly<Record<string, { readonly a: DecodedValue; readonly b: DecodedValue }>>;
      /**
       * The exact change from `a` to `b` of each of these fields that counts something, below 0 where it fell. Timestamps,
       * ids and flags have none.
       */
      readonly delta: Readonly<Record<string, number | bigint>>;
      /** The same divided by the seconds from `a` to `b`; empty unless one is a snapshot, and `a` the earlier one. */
      readonly rate: Readonly<Record<string, number>>;
    };
