import { EbpfMapError } from "../../errors.ts";
import type { MapSource } from "../../reader/map-source.ts";
import { BPF_MAP_TYPE_PERF_EVENT_ARRAY, isRingBuffer } from "../../reader/shape.ts";
import type { EventSource } from "../../stream/event-source.ts";
import { openPerfSource, type PerfSourceOptions } from "../../stream/perf-source.ts";
import { openRingSource } from "../../stream/ring-source.ts";
import { mapTypeName } from "../../sys/map-types.ts";
import type { StreamKernel, WritableMap } from "../../sys/stream/kernel.ts";
import type { Selection } from "../map-words.ts";
import type { SelectedMaps } from "../select-maps.ts";
import type { EventOptions } from "./options.ts";

/** The kernel of this machine, as event streams see it. */
export async function streamKernel(): Promise<StreamKernel> {
  const { LinuxStreamKernel } = await import("../../sys/stream/linux.ts");
  return new LinuxStreamKernel();
}

/** Opens the stream of events of a map. Throws USAGE for a map that is no stream, and for options that don't fit it. */
export function openEvents(
  kernel: StreamKernel,
  map: MapSource,
  { selection }: SelectedMaps,
  options: EventOptions,
): EventSource {
  const writable = writableMap(selection, map);
  if (isPerf(map)) {
    checkAttach(map, options.attach);
    const { pages, pollMs } = options;
    return openPerfSource(kernel, writable, map.info, { slots: "online", pages, ordered: true, pollMs });
  }
  if (options.attach) throw usage(map, "--attach is for perf event arrays; ring buffers are read without it");
  return openRingSource(kernel, writable, map.info, options);
}

/** Opens a perf event array as bpftool does. */
export function openPipe(
  kernel: StreamKernel,
  map: MapSource,
  { selection }: SelectedMaps,
  slots: PerfSourceOptions["slots"],
): EventSource {
  const options = { slots, pages: PIPE_PAGES, ordered: false, pollMs: PIPE_POLL_MS };
  return openPerfSource(kernel, writableMap(selection, map), map.info, options);
}

/** More than bpftool's 16, so that less is lost; its timeout. */
const PIPE_PAGES = 128;
const PIPE_POLL_MS = 200;

/** Whether the map is a perf event array rather than a ring buffer. Throws USAGE for any other type. */
export function isPerf(map: MapSource): boolean {
  const { type } = map.info;
  if (type === BPF_MAP_TYPE_PERF_EVENT_ARRAY) return true;
  if (isRingBuffer(type)) return false;
  throw usage(map, `it is no stream of events: ${mapTypeName(type) ?? `type ${type}`} maps are read with dump`);
}

/** Writing to a map is done on demand only. */
export function checkAttach(map: MapSource, attach: boolean): void {
  if (attach) return;
  const what = "it writes perf events into the slots of the map, in the place of another reader's, until it ends";
  throw usage(map, `this needs --attach, since ${what}`);
}

function writableMap(selection: Selection, { info }: MapSource): WritableMap {
  return selection.by === "pinned" ? { path: selection.path } : { id: info.id };
}

function usage({ label, info }: MapSource, why: string): EbpfMapError {
  return new EbpfMapError("USAGE", `read the events of ${label}: ${why}`, { id: info.id });
}
