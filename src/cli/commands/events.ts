import { isPerf } from "../../stream/open-source.ts";
import { wrongWords } from "../args/usage.ts";
import { endOf } from "../events/end-of.ts";
import { LossReport } from "../events/loss-report.ts";
import { openEvents, streamKernel } from "../events/open.ts";
import { checkKind, eventOptions } from "../events/options.ts";
import { printEvents } from "../events/print-events.ts";
import { asksForQuery, queryEvents } from "../events/query-events.ts";
import { eventTypes, withEventRenderers } from "../events/types.ts";
import { onlyMap, selectMaps } from "../maps/select-maps.ts";
import { CommandError } from "../result/command-error.ts";
import { EXIT } from "../result/exit-codes.ts";
import type { Session } from "../session/session.ts";

/** `events MAP`: prints events until a signal, `--count` or `--for` ends it. None of these is a failure. */
export async function run(words: readonly string[], session: Session): Promise<number> {
  if (words.length !== 2) throw wrongWords("events", words);
  const options = eventOptions(session.options);
  using selected = await selectMaps(words, session);
  if (selected.selection.by === "file") {
    const message = "a snapshot has no events: they flow through a map of this kernel";
    throw new CommandError("USAGE", message, { error: message });
  }
  const map = onlyMap(selected);
  const perf = isPerf(map);
  checkKind(perf, session.options);
  const kernel = await streamKernel();
  const types = await withEventRenderers(
    eventTypes(session.options, map.info.id, session.kernel, kernel),
    map,
    session,
  );
  using interruption = session.context.interruption();
  using source = openEvents(kernel, map, selected, options);
  if (perf)
    session.warn(
      `Note: until it ends, this stands in the slots of ${map.label} in the place of another reader (--attach)`,
    );
  else if (options.consume) session.warn(`Note: events of ${map.label} are taken away from it (--consume)`);
  const losses = new LossReport(source.stats, session.warn);
  losses.begin(map.label, source.backlog?.());
  using end = endOf(interruption.signal, options.forMs);
  const printing = { source, form: { types, perf }, options, losses, signal: end.signal, whenFull: "evict" } as const;
  const print = asksForQuery(session.options) ? queryEvents : printEvents;
  losses.summary(await print(printing, session), source.backlog?.());
  return EXIT.ok;
}
