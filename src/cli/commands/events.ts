import { JsonEvents } from "../../output/events/json-events.ts";
import type { EventForm, EventPrinter } from "../../output/events/printer.ts";
import { TextEvents } from "../../output/events/text-events.ts";
import { eventBatches } from "../../stream/batches.ts";
import { RECORD_SAMPLE } from "../../stream/event-batch.ts";
import type { EventSource } from "../../stream/event-source.ts";
import { CommandError } from "../command-error.ts";
import { LossReport } from "../events/loss-report.ts";
import { isPerf, openEvents, streamKernel } from "../events/open.ts";
import { type EventOptions, eventOptions } from "../events/options.ts";
import { eventTypes } from "../events/types.ts";
import { EXIT } from "../exit-codes.ts";
import { onlyMap, selectMaps } from "../select-maps.ts";
import type { Session } from "../session.ts";
import { wrongWords } from "../usage.ts";

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
  const kernel = await streamKernel();
  const types = eventTypes(session.options, map.info.id, session.kernel, kernel);
  using interruption = session.context.interruption();
  using source = openEvents(kernel, map, selected, options);
  if (options.consume) session.warn(`Note: events of ${map.label} are taken away from it (--consume)`);
  await printEvents(source, options, { types, perf }, session, interruption.signal);
  return EXIT.ok;
}

async function printEvents(
  source: EventSource,
  options: EventOptions,
  form: EventForm,
  session: Session,
  interrupted: AbortSignal,
): Promise<void> {
  const start = performance.now();
  const report = new LossReport(source.stats, session.warn);
  const printer = eventPrinter(options.format, form, session);
  const rate = new RateLimit(options.rateLimit);
  let printed = 0;
  const left = (): number => options.count - printed;
  for await (const batch of eventBatches(source, endOf(interrupted, options.forMs), left)) {
    const now = performance.now();
    rate.begin(now);
    for (let i = 0; i < batch.count; i++) {
      if (batch.type[i] !== RECORD_SAMPLE || !rate.allows()) continue;
      printer.print(batch, i);
      printed += 1;
    }
    session.out.flush();
    report.look(now);
  }
  printer.end();
  session.out.flush();
  report.summary(printed, performance.now() - start);
}

function eventPrinter(format: EventOptions["format"], form: EventForm, { out }: Session): EventPrinter {
  if (format === "text") return new TextEvents(out, form.perf);
  const shape = format === "json" ? "array" : "lines";
  return new JsonEvents(out, { ...form, shape, options: { int64: "digits", enums: "name" } });
}

function endOf(interrupted: AbortSignal, forMs: number): AbortSignal {
  return forMs === Number.POSITIVE_INFINITY ? interrupted : AbortSignal.any([interrupted, AbortSignal.timeout(forMs)]);
}

/** Lets so many events through in each second. */
class RateLimit {
  readonly #limit: number;
  #second = 0;
  #used = 0;

  constructor(limit: number) {
    this.#limit = limit;
  }

  /** What comes now came at this time. */
  begin(nowMs: number): void {
    const second = Math.floor(nowMs / 1000);
    if (second === this.#second) return;
    this.#second = second;
    this.#used = 0;
  }

  allows(): boolean {
    this.#used += 1;
    return this.#used <= this.#limit;
  }
}
