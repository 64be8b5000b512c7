import type { MapSource } from "../../reader/map-source.ts";
import type { EventSource } from "../../stream/event-source.ts";
import { openSource, type SourceOptions } from "../../stream/open-source.ts";
import { openPerfSource, type PerfSourceOptions } from "../../stream/perf/perf-source.ts";
import type { StreamKernel, WritableMap } from "../../sys/events/kernel.ts";
import type { Selection } from "../maps/map-words.ts";
import type { SelectedMaps } from "../maps/select-maps.ts";

/** Returns the interface of this machine's kernel to event streams. */
export async function streamKernel(): Promise<StreamKernel> {
  const { LinuxStreamKernel } = await import("../../sys/events/linux.ts");
  return new LinuxStreamKernel();
}

/** Opens the event stream of a map. Throws USAGE for a map that is no stream, and for options that don't fit it. */
export function openEvents(
  kernel: StreamKernel,
  map: MapSource,
  { selection }: SelectedMaps,
  options: SourceOptions,
): EventSource {
  return openSource(kernel, map, writableMap(selection, map), options, "--attach");
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

/** More pages than bpftool's 16, so that fewer events are lost; the timeout is bpftool's. */
const PIPE_PAGES = 128;
const PIPE_POLL_MS = 200;

function writableMap(selection: Selection, { info }: MapSource): WritableMap {
  return selection.by === "pinned" ? { path: selection.path } : { id: info.id };
}
