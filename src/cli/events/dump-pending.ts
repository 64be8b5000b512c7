import { OutputBuffer } from "../../codec/text/output-buffer.ts";
import { PendingSource } from "../../stream/pending-source.ts";
import type { Kernel } from "../../sys/kernel.ts";
import { onlyMap, type SelectedMaps } from "../maps/select-maps.ts";
import { type RowStyle, writeCount } from "../rows/row-style.ts";
import { LossReport, type Printed } from "./loss-report.ts";
import { openEvents, streamKernel } from "./open.ts";
import { printEvents } from "./print-events.ts";
import { queryEvents } from "./query-events.ts";
import type { EventRequest } from "./request.ts";
import { eventTypes, withEventRenderers } from "./types.ts";

/**
 * Prints the events in a ring buffer that are not consumed yet, and leaves them there. With `count`, prints their
 * number only. Returns what was kept.
 */
export async function dumpPending(
  selected: SelectedMaps,
  kernel: Kernel,
  request: EventRequest,
  count: RowStyle | undefined,
): Promise<Printed> {
  const map = onlyMap(selected);
  const options = { ...request.options, from: "oldest", windowMs: Number.POSITIVE_INFINITY } as const;
  const streams = await streamKernel();
  const known = eventTypes(request.types, map.info.id, kernel, streams);
  const types = await withEventRenderers(known, map, request.renderers);
  using source = new PendingSource(openEvents(streams, map, selected, options), map.info.maxEntries);
  const losses = new LossReport(source.stats, request.style.warn);
  const form = { types, perf: false };
  const end = { signal: source.signal, start: () => undefined };
  const printing = { map, source, form, options, losses, end, whenFull: "refuse" } as const;
  const print = request.queryFlag === undefined ? printEvents : queryEvents;
  if (count === undefined) return await print(printing, request);
  const nowhere = { ...request.style, out: new OutputBuffer(() => undefined) };
  const printed = await print(printing, { ...request, style: nowhere, flush: async () => nowhere.out.flush() });
  writeCount(printed.rows, count);
  return printed;
}
