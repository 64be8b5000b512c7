import type { StandardSchemaV1 } from "@standard-schema/spec";
import type { DecodeOptions } from "../../codec/access/value-decoder.ts";
import { EbpfMapError } from "../../errors.ts";
import type { MetricsHook } from "../../metrics/hook.ts";
import {
  ANY_TEXT,
  CALLBACK,
  checkNeeds,
  checkOptions,
  type OptionChecks,
  oneOf,
  PATH,
  PATH_OR_BYTES,
  PATHS,
  RECORD,
  SIGNAL,
  STANDARD_SCHEMA,
} from "../check-options.ts";
import type { OpenOptions } from "../handle.ts";
import type { AnyTypes, TypeOptions } from "../types/given-types.ts";
import type { PerCpu } from "./per-cpu.ts";
import type { InvalidEntry } from "./validate.ts";

/** Options of `openMap`. */
export type ReaderOptions<K = unknown, V = unknown> = ReaderBase<K, V> & InvalidOptions;

/** The treatment of entries that a schema refuses. */
export type InvalidOptions =
  | {
      /** "throw", the default, ends the read with VALUE_INVALID; "skip" leaves the entry out. */
      readonly onInvalid?: "throw" | "skip";
      readonly onInvalidEntry?: undefined;
    }
  | {
      /** Leaves the entry out, and tells of it: the metrics hook, and `onInvalidEntry`. */
      readonly onInvalid: "report";
      /** Called synchronously with every refused entry. An error that it throws ends the read. */
      readonly onInvalidEntry?: (invalid: InvalidEntry) => void;
    };

/**
 * Options of `openMap` apart from entries that a schema refuses. The decode options have the defaults of
 * `DEFAULT_DECODE_OPTIONS`.
 */
export interface ReaderBase<K = unknown, V = unknown> extends Partial<DecodeOptions> {
  /**
   * Types to decode by in place of the map's own, or if it has none: TYPE_INVALID or LAYOUT_INVALID if they don't fit.
   */
  readonly types?: TypeOptions;
  /**
   * The path of a schema file that the map must agree with: SCHEMA_MISMATCH if a difference is breaking, SCHEMA_INVALID
   * if the file has a mistake or no layout for a map of this name, BTF_UNAVAILABLE if the map has no types.
   */
  readonly schemaFile?: string;
  /** The values of a per-CPU map: an array of them ("each", the default), or one that is aggregated from them. */
  readonly perCpu?: PerCpu;
  /** Any synchronous Standard Schema for the keys. It must not transform them if keys are looked up. */
  readonly key?: StandardSchemaV1<unknown, K>;
  /** Any synchronous Standard Schema for the values; for the array of values of a per-CPU map read with "each". */
  readonly value?: StandardSchemaV1<unknown, V>;
  /** Told of each phase of the reader's work with its duration in seconds, of errors and of refused entries. */
  readonly metrics?: MetricsHook;
}

/** The checks of the options that say how values come out. */
export const DECODE_CHECKS: OptionChecks<DecodeOptions> = {
  int64: oneOf("bigint", "number", "string"),
  enums: oneOf("name", "number", "both"),
  chars: oneOf("bpftool", "text", "bytes"),
};

const READER_CHECKS: OptionChecks<ReaderOptions> = {
  ...DECODE_CHECKS,
  types: RECORD,
  schemaFile: PATH,
  perCpu: oneOf("each", "sum", "min", "max", "avg"),
  key: STANDARD_SCHEMA,
  value: STANDARD_SCHEMA,
  onInvalid: oneOf("throw", "skip", "report"),
  onInvalidEntry: CALLBACK,
  metrics: RECORD,
};

const TYPE_CHECKS: OptionChecks<TypeOptions> = {
  btf: PATH_OR_BYTES,
  btfBase: PATH_OR_BYTES,
  key: ANY_TEXT,
  value: ANY_TEXT,
  schema: PATHS,
  kernelRelease: ANY_TEXT,
};

const FILE_CHECKS: OptionChecks<ReaderOptions & OpenOptions> = { ...READER_CHECKS, signal: SIGNAL };

/** Checks the options of `openMap`, for a file or a map that is open at once. Throws USAGE. */
export function checkReaderOptions(options: ReaderOptions & OpenOptions, isFile = false): void {
  checkOptions("open a map", options, isFile ? FILE_CHECKS : READER_CHECKS);
  if (options.onInvalidEntry !== undefined && (options.onInvalid as string | undefined) !== "report")
    throw new EbpfMapError("USAGE", 'open a map: onInvalidEntry needs onInvalid: "report"', {
      option: "onInvalidEntry",
    });
  if (options.types !== undefined) checkOptions("open a map: types", options.types, TYPE_CHECKS);
  if (options.types !== undefined) checkNeeds<AnyTypes>("open a map: types", options.types, [["btfBase", "btf"]]);
}
