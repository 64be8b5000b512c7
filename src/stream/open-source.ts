import { EbpfMapError } from "../errors.ts";
import type { MapSource } from "../reader/map-source.ts";
import type { StreamKernel, WritableMap } from "../sys/events/kernel.ts";
import { BPF_MAP_TYPE, isRingBuffer, mapTypeName } from "../sys/map-types.ts";
import type { EventSource } from "./event-source.ts";
import { openPerfSource } from "./perf/perf-source.ts";
import { openRingSource, type RingSourceOptions } from "./ring/ring-source.ts";

/** Options for reading events from either kind of map. */
export interface SourceOptions extends RingSourceOptions {
  /** Let perf events be written into the slots of a perf event array, which is the only way to read one. */
  readonly attach: boolean;
  /** Pages of each CPU's buffer for a perf event array: a power of two. */
  readonly pages: number;
}

/**
 * The options with what is meant where nothing is said: who consumes begins with what is there, who only looks with
 * what comes.
 */
export function sourceOptions({
  consume = false,
  from = consume ? "oldest" : "now",
  attach = false,
  pollMs = 200,
  pages = 128,
}: { readonly [Name in keyof SourceOptions]?: SourceOptions[Name] | undefined }): SourceOptions {
  return { consume, from, attach, pollMs, pages };
}

/**
 * Opens the events that flow through a map. Throws USAGE for a map that is no stream of events, and where `attach` is
 * missing or means nothing; `attachOption` is what the caller's user knows it by.
 */
export function openSource(
  kernel: StreamKernel,
  map: MapSource,
  writable: WritableMap,
  options: SourceOptions,
  attachOption: string,
): EventSource {
  if (isPerf(map)) {
    checkAttach(map, options.attach, attachOption);
    const { pages, pollMs } = options;
    return openPerfSource(kernel, writable, map.info, { slots: "online", pages, ordered: true, pollMs });
  }
  if (options.attach) throw usage(map, `${attachOption} is for perf event arrays; ring buffers are read without it`);
  return openRingSource(kernel, writable, map.info, options);
}

/** True for a perf event array, false for a ring buffer. Throws USAGE for any other type. */
export function isPerf(map: MapSource): boolean {
  const { type } = map.info;
  if (type === BPF_MAP_TYPE.PERF_EVENT_ARRAY) return true;
  if (isRingBuffer(type)) return false;
  throw usage(map, `it is no stream of events: ${mapTypeName(type) ?? `type ${type}`} maps are read with dump`);
}

/** Writing to a map is done on demand only. */
export function checkAttach(map: MapSource, attach: boolean, option: string): void {
  if (attach) return;
  const what = "it writes perf events into the slots of the map, in the place of another reader's, until it ends";
  throw usage(map, `this needs ${option}, since ${what}`);
}

function usage({ label, info }: MapSource, why: string): EbpfMapError {
  return new EbpfMapError("USAGE", `read the events of ${label}: ${why}`, { id: info.id });
}
