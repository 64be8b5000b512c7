import type { DecodedValue } from "../../codec/access/value-decoder.ts";
import type { TextList } from "../query/paths.ts";
import type { CpuAggregate, CpuFields, CpuRows, RowOrder } from "../query/query-options.ts";
import type { TypeOptions } from "../types/given-types.ts";

/**
 * Options of `watch`. `sort` orders the events of each read, by paths that may also end in `.delta` or `.rate`, the
 * change of a counter and that in a second: `"value.bytes.rate:desc"`. `top` gives only the first so many of each read.
 */
export type WatchOptions = EntryWatch | GroupWatch;

/** Options of a watch on entries, or on the CPUs of entries. */
export type EntryWatch = WatchBase &
  RowOrder &
  CpuFields & {
    /** The fields of the value that count as changes, and that events have as their value, by their paths. */
    readonly select?: TextList;
    readonly groupBy?: undefined;
    readonly maxGroups?: undefined;
  };

/**
 * Options of a watch on groups of entries with equal values, which are counted anew at each read. The key of an event
 * has what tells the groups apart, its value the aggregates. They have a `delta` and a `rate`, by which they sort, too:
 * `"sum(value.bytes).rate:desc"`.
 */
export type GroupWatch<By extends TextList = TextList, Aggregates extends TextList = TextList> = WatchBase &
  RowOrder & {
    /** The paths that tell groups apart. */
    readonly groupBy: By;
    /** The aggregates of each group, `count()` unless given: `sum(PATH)`, `avg(PATH)`, `min(PATH)`, `max(PATH)`. */
    readonly agg?: Aggregates;
    /** The most groups, 100,000 unless given: QUERY_INVALID past it. */
    readonly maxGroups?: number;
    /** The treatment of the CPUs of a per-CPU map: a row of each ("each", the default, or "any"), or one value. */
    readonly perCpu?: CpuRows | CpuAggregate;
    readonly select?: undefined;
  };

/** Options that all kinds of `watch` have. */
export interface WatchBase {
  /**
   * Milliseconds from the start of one read to that of the next, a whole number: 1000 unless given. A longer read
   * leaves ticks out.
   */
  readonly interval?: number;
  /** The number of reads after which to end, at least 1; no end unless given. */
  readonly reads?: number;
  /** A condition in CEL: only entries that it holds for are followed. One that it no longer holds for is "removed". */
  readonly where?: string;
  /** Types for a map that isn't open, as in `openMap`. An open reader has its own: USAGE. */
  readonly types?: TypeOptions;
  /** Called with a sentence about what events can't show: a map that changed while it was read, ticks left out. */
  readonly onNote?: (note: string) => void;
  /** Ends the watch without an error. */
  readonly signal?: AbortSignal;
}

/** The properties that all events of `watch` have. */
export interface WatchedRow<K, V> {
  /** The key of the entry, or what tells the group apart. */
  readonly key: K;
  /** The number of the CPU of a row that is one CPU of an entry; else undefined. */
  readonly cpu: number | undefined;
  /** The value now; of what is removed, the last one known. */
  readonly value: V;
  /** The start of the read. Two of these differ by what rates are divided by. */
  readonly time: Date;
}

/** A change of an entry or group from one read to the next. */
export type WatchEvent<K = DecodedValue, V = DecodedValue> = WatchedRow<K, V> &
  (
    | {
        /** The entry or group is new. */
        readonly type: "added";
        /** True for what the first read found. */
        readonly initial: boolean;
      }
    | {
        /** The entry or group is gone. */
        readonly type: "removed";
      }
    | {
        /** The value is another than that of the read before. */
        readonly type: "changed";
        /** The value of the read before. */
        readonly previous: V;
        /** The exact change of each integer that changed, by its path without `value.`; `value` for a plain number. */
        readonly delta: Readonly<Record<string, number | bigint>>;
        /** The same divided by the seconds between the two reads. */
        readonly rate: Readonly<Record<string, number>>;
        /** Counters without a sign that fell: they were reset, so they have no delta. */
        readonly reset: readonly string[];
      }
  );
