import type { DecodedValue } from "../../codec/access/value-decoder.ts";
import { EbpfMapError } from "../../errors.ts";
import { CALLBACK, checkOptions, type OptionChecks, RECORD, wholeNumberFrom } from "../check-options.ts";
import { checkRef, type MapRef } from "../maps/map-ref.ts";
import type { GroupValues, Selected, TextList, ValueOfRow } from "../query/paths.ts";
import { type CpuAggregate, type CpuRows, checkTogether, QUERY_CHECKS } from "../query/query-options.ts";
import { Reader } from "../reader/reader.ts";
import type { EntryWatch, GroupWatch, WatchEvent, WatchOptions } from "./watch-options.ts";

const WATCH_CHECKS: OptionChecks<WatchOptions> = {
  interval: wholeNumberFrom(1),
  reads: wholeNumberFrom(1),
  where: { expected: "a condition as text", accepts: (value) => typeof value === "string" },
  select: QUERY_CHECKS.select,
  perCpu: QUERY_CHECKS.perCpu,
  sort: QUERY_CHECKS.sort,
  top: QUERY_CHECKS.top,
  groupBy: QUERY_CHECKS.groupBy,
  agg: QUERY_CHECKS.agg,
  maxGroups: QUERY_CHECKS.maxGroups,
  types: RECORD,
  onNote: CALLBACK,
  signal: QUERY_CHECKS.signal,
};

/**
 * Reads a map again and again and gives what changed: first all entries as "added", then each entry that is new, gone
 * or different; with `groupBy` the same of groups of entries. A map that is named is opened for each read, so that it
 * can go away; an open reader is read as it is. Memory is that of the entries, at most a million of them.
 *
 * The loop ends without an error when the map is gone, after `reads`, after the signal, and when it is left. It throws
 * CLOSED after an open reader is closed. Throws USAGE at once for wrong options, and from the loop what `openMap`
 * throws where the map can't be opened, QUERY_INVALID, and what reading throws.
 */
export function watch<K = DecodedValue, V = DecodedValue>(
  map: MapRef<K, V>,
  options?: EntryWatch & { readonly select?: undefined; readonly perCpu?: undefined; readonly agg?: undefined },
): AsyncGenerator<WatchEvent<K, ValueOfRow<V>>, void, undefined>;
/** Watches some fields of the entries of a map, its CPUs, or values made of CPUs. */
export function watch<K = DecodedValue, V = DecodedValue>(
  map: MapRef<K, V>,
  options: EntryWatch,
): AsyncGenerator<WatchEvent<K, DecodedValue>, void, undefined>;
/** Watches groups of entries: `key` is what tells a group apart, `value` its aggregates. */
export function watch<
  K,
  V,
  const By extends TextList,
  const Aggregates extends TextList = "count()",
  Cpu extends CpuRows | CpuAggregate = "each",
>(
  map: MapRef<K, V>,
  options: GroupWatch<By, Aggregates> & { readonly perCpu?: Cpu },
): AsyncGenerator<
  WatchEvent<Selected<K, CpuValue<V, Cpu>, By>, GroupValues<K, CpuValue<V, Cpu>, Aggregates>>,
  void,
  undefined
>;
/** Watches the entries of a map, or groups of them, as the options say. */
export function watch<K = DecodedValue, V = DecodedValue>(
  map: MapRef<K, V>,
  options: WatchOptions,
): AsyncGenerator<WatchEvent, void, undefined>;
export function watch(map: MapRef, options: WatchOptions = {}): AsyncGenerator<WatchEvent, void, undefined> {
  checkOptions("watch a map", options, WATCH_CHECKS);
  checkTogether("watch a map", options);
  checkRef(map);
  if (options.types !== undefined && map instanceof Reader)
    throw new EbpfMapError("USAGE", `watch ${map.label}: types: an open reader has its own`, { option: "types" });
  return events(map, options);
}

/** The values that groups are made of. */
type CpuValue<V, Cpu extends CpuRows | CpuAggregate> = Cpu extends CpuRows ? ValueOfRow<V> : DecodedValue;

/** Yields the events of a watch. What the loop needs is loaded when it begins. */
async function* events(ref: MapRef, options: WatchOptions): AsyncGenerator<WatchEvent, void, undefined> {
  const { watchEvents } = await import("./watch-events.ts");
  yield* watchEvents(ref, options);
}
