import type { PrintedEvents } from "../../output/events/printer.ts";
import type { MapSource } from "../../reader/map-source.ts";
import { isPerf } from "../../stream/open-source.ts";
import { typesOfPrograms } from "../../stream/type-library.ts";
import type { StreamKernel } from "../../sys/events/kernel.ts";
import { wrongWords } from "../args/usage.ts";
import { endOf } from "../events/end-of.ts";
import { LossReport } from "../events/loss-report.ts";
import { openEvents, streamKernel } from "../events/open.ts";
import { checkKind } from "../events/options.ts";
import { printEvents } from "../events/print-events.ts";
import { queryEvents } from "../events/query-events.ts";
import type { TypeHints } from "../events/type-hints.ts";
import { eventTypes, withEventRenderers } from "../events/types.ts";
import { onlyMap, selectMaps } from "../maps/select-maps.ts";
import { usage } from "../result/command-error.ts";
import { EXIT } from "../result/exit-codes.ts";
import type { Session } from "../session/session.ts";
import { eventRequest } from "./asked/events.ts";
import { mapFinder, typeSources } from "./asked/maps.ts";
import { valueStyle } from "./asked/rows.ts";

/**
 * `events MAP`: prints events until a signal, `--count` or `--for` ends it. The status is 0 for each of these, but 5 if
 * `--for` ended it before there were `--count` events, and 1 with `--fail-empty` if there were none.
 */
export async function run(words: readonly string[], session: Session): Promise<number> {
  if (words.length !== 2) throw wrongWords("events", words);
  const request = eventRequest(session);
  const { options } = request;
  using selected = await selectMaps(words, mapFinder(session), typeSources(session));
  if (selected.selection.by === "file") {
    throw usage("a snapshot has no events: they come from a map of this kernel");
  }
  const map = onlyMap(selected);
  const perf = isPerf(map);
  checkKind(perf, session.options);
  const kernel = await streamKernel();
  const known = eventTypes(request.types, map.info.id, session.kernel, kernel);
  const types = await withEventRenderers(known, map, request.renderers);
  using interruption = session.context.interruption();
  using source = openEvents(kernel, map, selected, options);
  if (perf)
    session.warn(
      `Note: this program takes the slots of ${map.label} until it ends: no other reader gets events (--attach)`,
    );
  else if (options.consume) session.warn(`Note: events are removed from ${map.label} (--consume)`);
  const losses = new LossReport(source.stats, session.warn);
  losses.begin(map.label, source.backlog?.());
  using end = endOf(interruption.signal, options.forMs);
  const form = { types, perf };
  const hints = types.all.length > 1 ? undefined : await typeHints(map, form, session, kernel);
  const printing = { map, source, form, options, losses, hints, end, whenFull: "evict" } as const;
  const print = request.queryFlag === undefined ? printEvents : queryEvents;
  const printed = await print(printing, request);
  losses.summary(printed, source.backlog?.());
  const counted = request.spec.groupBy === undefined ? printed.rows : source.stats.received;
  const isShort = options.count !== Number.POSITIVE_INFINITY && counted < options.count;
  if (isShort && end.signal.aborted && !interruption.signal.aborted) {
    session.warn(`Note: --for ended the stream after ${counted} of ${options.count} events (--count)`);
    return EXIT.short;
  }
  return printed.rows === 0 && session.options.failEmpty ? EXIT.empty : EXIT.ok;
}

async function typeHints(
  map: MapSource,
  { types, perf }: PrintedEvents,
  session: Session,
  kernel: StreamKernel,
): Promise<TypeHints> {
  const { TypeHints } = await import("../events/type-hints.ts");
  const library = typesOfPrograms(session.kernel, kernel, map.info.id);
  return new TypeHints({ library, perf, taken: types.all[0], values: valueStyle(session), warn: session.warn });
}
