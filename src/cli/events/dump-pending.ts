import { OutputBuffer } from "../../codec/text/output-buffer.ts";
import { PendingSource } from "../../stream/pending-source.ts";
import { onlyMap, type SelectedMaps } from "../maps/select-maps.ts";
import { EXIT } from "../result/exit-codes.ts";
import { outputFormat, writeCount } from "../rows/open-query.ts";
import type { Session } from "../session/session.ts";
import { LossReport } from "./loss-report.ts";
import { openEvents, streamKernel } from "./open.ts";
import { eventOptions } from "./options.ts";
import { printEvents } from "./print-events.ts";
import { asksForQuery, queryEvents } from "./query-events.ts";
import { eventTypes, withEventRenderers } from "./types.ts";

/** `dump` of a ring buffer in a format of our own: what nobody has consumed yet, which stays there. */
export async function dumpPending(selected: SelectedMaps, session: Session): Promise<number> {
  const map = onlyMap(selected);
  const options = { ...eventOptions(session.options), from: "oldest", windowMs: Number.POSITIVE_INFINITY } as const;
  const kernel = await streamKernel();
  const known = eventTypes(session.options, map.info.id, session.kernel, kernel);
  const types = await withEventRenderers(known, map, session);
  using source = new PendingSource(openEvents(kernel, map, selected, options), map.info.maxEntries);
  const losses = new LossReport(source.stats, session.warn);
  const form = { types, perf: false };
  const printing = { source, form, options, losses, signal: source.signal, whenFull: "refuse" } as const;
  const query = session.options;
  const print = asksForQuery(query) ? queryEvents : printEvents;
  if (!query.count) await print(printing, session);
  else {
    const { rows } = await print(printing, { ...session, out: new OutputBuffer(() => undefined) });
    writeCount(rows, outputFormat(session), session.out);
  }
  return EXIT.ok;
}
