import type { DecodedValue } from "../../codec/access/value-decoder.ts";
import { CALLBACK, checkOptions, type OptionChecks } from "../check-options.ts";
import { checkRef, type MapRef } from "../maps/map-ref.ts";
import type { ValueOfRow } from "../query/paths.ts";
import { checkTogether, QUERY_CHECKS } from "../query/query-options.ts";
import type { DiffEvent, DiffOptions } from "./diff-options.ts";

const DIFF_CHECKS: OptionChecks<DiffOptions> = {
  where: { expected: "a condition as text", accepts: (value) => typeof value === "string" },
  select: QUERY_CHECKS.select,
  perCpu: QUERY_CHECKS.perCpu,
  agg: QUERY_CHECKS.agg,
  sort: QUERY_CHECKS.sort,
  top: QUERY_CHECKS.top,
  onNote: CALLBACK,
  timeout: QUERY_CHECKS.timeout,
  signal: QUERY_CHECKS.signal,
};

/**
 * Compares two maps, live or from snapshots: first how their types differ, then entries that only `b` has ("added") or
 * only `a` ("removed"), and those that differ ("changed"). `a` is kept in memory (1 GiB at most), `b` may have any
 * size. Of counters that differ the change is told, and where one of the maps is a snapshot, what that makes in a
 * second.
 *
 * The loop ends after the last difference, or when it is left. It throws ABORTED after the signal, TIMEOUT after the
 * time limit of a read, CLOSED after an open reader is closed, what `openMap` and reading throw, QUERY_INVALID also
 * past the limits of memory, and LAYOUT_INVALID where entries can't be compared: keys of different sizes, or a value
 * for each CPU in one map only (`perCpu: "sum"` makes one value). Throws USAGE at once for wrong options.
 */
export function diff<K = DecodedValue, V = DecodedValue>(
  a: MapRef<K, V>,
  b: MapRef<K, V>,
  options?: DiffOptions & { readonly select?: undefined; readonly perCpu?: undefined; readonly agg?: undefined },
): AsyncGenerator<DiffEvent<K, ValueOfRow<V>>, void, undefined>;
/** Compares two maps by some fields, by CPUs, or by values made of CPUs. */
export function diff<K = DecodedValue, V = DecodedValue>(
  a: MapRef<K, V>,
  b: MapRef<K, V>,
  options: DiffOptions,
): AsyncGenerator<DiffEvent<K, DecodedValue>, void, undefined>;
export function diff(a: MapRef, b: MapRef, options: DiffOptions = {}): AsyncGenerator<DiffEvent, void, undefined> {
  checkOptions("compare maps", options, DIFF_CHECKS);
  checkTogether("compare maps", options);
  checkRef(a);
  checkRef(b);
  return differences(a, b, options);
}

/** Yields the differences. What comparing needs is loaded when it begins. */
async function* differences(a: MapRef, b: MapRef, options: DiffOptions): AsyncGenerator<DiffEvent, void, undefined> {
  const { compareMaps } = await import("./compare-maps.ts");
  yield* compareMaps(a, b, options);
}
