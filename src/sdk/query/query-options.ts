import type { DecodedValue } from "../../codec/access/value-decoder.ts";
import { EbpfMapError } from "../../errors.ts";
import { checkNeeds, isRecord, type OptionCheck, type OptionChecks, oneOf, wholeNumberFrom } from "../check-options.ts";
import { READ_CHECKS, type ReadOptions } from "../reader/read.ts";
import type { OneCpu, TextList } from "./paths.ts";

/**
 * A condition. A text is an expression of CEL over `key`, `value` and `cpu`, as the command's `--where` takes it: it is
 * compiled for the types of the map and runs on bytes, so an entry that it refuses is never decoded. A function gets
 * each entry decoded, and must return true or false: USAGE for anything else, such as a promise. An error that it
 * throws ends the read.
 */
export type Where<K, V> = string | ((key: K, value: V) => boolean);

/** The order of rows, and how many of them are wanted. */
export type RowOrder =
  | {
      /**
       * Paths to sort by, the most important first: `"value.bytes:desc"`. All rows are kept until the read ends (1 GiB
       * at most).
       */
      readonly sort: TextList;
      /** The number of rows to give, the first ones of that order, which bounds the memory, too. */
      readonly top?: number;
    }
  | { readonly sort?: undefined; readonly top?: undefined };

/**
 * The treatment of the CPUs of a per-CPU map that makes rows of them: of each, or of each whose value isn't all zeros.
 */
export type CpuRows = "each" | "any";

/** The treatment of the CPUs of a per-CPU map that makes one value of all, field by field. */
export type CpuAggregate = "sum" | "min" | "max" | "avg";

/**
 * The treatment of the CPUs of a per-CPU map where a row is an entry: by one word, or by fields, which makes one value
 * of them.
 */
export type CpuFields =
  | {
      /** The treatment of the CPUs: a row of each ("each", the default, or "any"), or one value. */
      readonly perCpu?: CpuRows | CpuAggregate;
      readonly agg?: undefined;
    }
  | {
      /** The aggregate of all fields but those that `agg` names: "sum" unless given. */
      readonly perCpu?: CpuAggregate;
      /** The aggregates of single fields: `"value.last_ns=max"`. */
      readonly agg: TextList;
    };

/** The options of all queries: a time limit and a signal, the order, and the most rows. */
export type QueryBase = ReadOptions &
  RowOrder & {
    /** The most entries, or groups, to give. Without `sort` and `groupBy` the read ends there, and is complete. */
    readonly limit?: number;
  };

/** A query that gives whole entries. */
export type EntryQuery<K, V> = QueryBase & {
  /** The condition that entries must meet. */
  readonly where?: Where<K, V>;
  readonly select?: undefined;
  readonly groupBy?: undefined;
  readonly agg?: undefined;
  readonly maxGroups?: undefined;
  readonly perCpu?: undefined;
};

/** A query that gives an entry of a per-CPU map for each CPU. */
export type CpuQuery = Omit<EntryQuery<never, never>, "where" | "perCpu" | "sort" | "top"> &
  RowOrder & {
    /** A condition in CEL that rows must meet. */
    readonly where?: string;
    /** The CPUs that make rows. */
    readonly perCpu: CpuRows;
  };

/**
 * A query that gives entries of a per-CPU map, whose values are aggregated field by field: by `perCpu`, "sum" unless
 * given, but those fields that `agg` names otherwise (`"value.last_ns=max"`).
 */
export type AggregateQuery = Omit<CpuQuery, "perCpu" | "sort" | "top" | "agg"> &
  RowOrder &
  (
    | {
        /** The aggregate of all fields but those that `agg` names. */
        readonly perCpu: CpuAggregate;
        /** The aggregates of single fields. */
        readonly agg?: TextList;
      }
    | {
        readonly perCpu?: undefined;
        /** The aggregates of single fields; the others are added up, or made one as the reader's own `perCpu` says. */
        readonly agg: TextList;
      }
  );

/** The options that selections, groups and counts have in common: with `perCpu` the condition is a text. */
type CpusOf<K, V> =
  | {
      /** The condition that entries must meet. */
      readonly where?: Where<K, V>;
      readonly perCpu?: undefined;
    }
  | {
      /** A condition in CEL that rows must meet. */
      readonly where?: string;
      /** The treatment of the CPUs of a per-CPU map: rows of them, or one value. */
      readonly perCpu: CpuRows | CpuAggregate;
    };

/** A query that gives columns. */
export type SelectQuery<K, V, Paths extends TextList> = QueryBase &
  CpusOf<K, V> & {
    /** Paths of keys and values, `cpu` and `entry.index`; `value.*` stands for all members. */
    readonly select: Paths;
    readonly groupBy?: undefined;
    readonly agg?: undefined;
    readonly maxGroups?: undefined;
  };

/**
 * A query that gives groups of entries with equal values, in the order in which they were met unless they are sorted.
 */
export type GroupQuery<K, V, By extends TextList, Aggregates extends TextList> = QueryBase &
  CpusOf<K, V> & {
    /** The paths that tell groups apart. */
    readonly groupBy: By;
    /** The aggregates of each group, `count()` unless given: `sum(PATH)`, `avg(PATH)`, `min(PATH)`, `max(PATH)`. */
    readonly agg?: Aggregates;
    /** The most groups, 100,000 unless given: QUERY_INVALID past it. */
    readonly maxGroups?: number;
    readonly select?: undefined;
  };

/** A query of which only the number of rows is wanted. With `perCpu` the condition is a text. */
export type CountQuery<K, V> = ReadOptions & CpusOf<K, V>;

/** The values that a query looks at: those that the reader gives, those of one CPU, or unknown sums. */
export type ValuesOf<V, Cpu extends CpuRows | CpuAggregate | undefined> = Cpu extends CpuRows
  ? OneCpu<V>
  : Cpu extends CpuAggregate
    ? DecodedValue
    : V;

/** The entry of one CPU. */
export interface CpuEntry<K, V> {
  /** The key of the entry. */
  readonly key: K;
  /** The number of the CPU: its place among those of `reader.cpus`. */
  readonly cpu: number;
  /** The value of that CPU. */
  readonly value: V;
}

/** Any query, as the code behind the types sees it. */
export interface AnyQuery extends ReadOptions {
  readonly where?: string | ((key: never, value: never) => boolean) | undefined;
  readonly select?: TextList | undefined;
  readonly sort?: TextList | undefined;
  readonly top?: number | undefined;
  readonly limit?: number | undefined;
  readonly groupBy?: TextList | undefined;
  readonly agg?: TextList | undefined;
  readonly maxGroups?: number | undefined;
  readonly perCpu?: CpuRows | CpuAggregate | undefined;
}

const LIST: OptionCheck = {
  expected: "a text, or a list of texts",
  accepts: (value) => [value].flat().length > 0 && [value].flat().every((one) => typeof one === "string"),
};

export const QUERY_CHECKS: OptionChecks<AnyQuery> = {
  ...READ_CHECKS,
  where: {
    expected: "a condition as text, or a function",
    accepts: (value) => typeof value === "string" || typeof value === "function",
  },
  select: LIST,
  sort: LIST,
  top: wholeNumberFrom(0),
  limit: wholeNumberFrom(0),
  groupBy: LIST,
  agg: LIST,
  maxGroups: wholeNumberFrom(1),
  perCpu: oneOf("each", "any", "sum", "min", "max", "avg"),
};

/** The checks of what a count takes: nothing that would make no difference. */
export const COUNT_CHECKS: OptionChecks<CountQuery<never, never>> = {
  ...READ_CHECKS,
  where: QUERY_CHECKS.where,
  perCpu: QUERY_CHECKS.perCpu,
};

/** Options that need another one, or exclude one. */
const NEEDED: readonly (readonly [name: keyof AnyQuery, needs: keyof AnyQuery])[] = [
  ["top", "sort"],
  ["maxGroups", "groupBy"],
];

/** Checks which options of a query stand together; the types say the same. Throws USAGE. */
export function checkTogether(doing: string, query: AnyQuery): void {
  checkNeeds(doing, query, NEEDED);
  if (query.select !== undefined && query.groupBy !== undefined)
    throw usage(doing, "select and groupBy exclude each other: groups show what groupBy and agg name", "select");
  if (query.agg !== undefined && query.groupBy === undefined && (query.perCpu === "each" || query.perCpu === "any"))
    throw usage(doing, `perCpu: "${query.perCpu}" keeps the CPUs apart, and agg makes one value of them`, "agg");
  if (typeof query.where === "function" && query.perCpu !== undefined)
    throw usage(doing, "perCpu needs where as text: a function gets the values as the reader gives them", "where");
}

function usage(doing: string, why: string, option: string): EbpfMapError {
  return new EbpfMapError("USAGE", `${doing}: ${why}`, { option });
}

/** True if anything but the order of the map and the bounds of a read is asked for. */
export function isQuery(options: unknown): boolean {
  if (!isRecord(options)) return false;
  return Object.entries(options).some(([name, value]) => value !== undefined && !Object.hasOwn(READ_CHECKS, name));
}

/** The options of the read behind a query. */
export function bounds({ timeout, signal }: ReadOptions): ReadOptions {
  return { ...(timeout !== undefined && { timeout }), ...(signal !== undefined && { signal }) };
}
