import { JsonEvents } from "../../output/events/json-events.ts";
import type { EventPrinter, PrintedEvents } from "../../output/events/printer.ts";
import { TextEvents } from "../../output/events/text-events.ts";
import type { GroupLimit } from "../../query/aggregate/group.ts";
import type { DescribedMap } from "../../sdk/machine/table-origin.ts";
import { eventBatches } from "../../stream/batches.ts";
import { RECORD_SAMPLE } from "../../stream/event-batch.ts";
import type { EventSource } from "../../stream/event-source.ts";
import { strictOptions } from "../rows/row-style.ts";
import type { End } from "./end-of.ts";
import type { LossReport, Printed } from "./loss-report.ts";
import type { EventCommandOptions } from "./options.ts";
import type { EventRequest } from "./request.ts";
import type { TypeHints } from "./type-hints.ts";

/** An open stream. */
export interface Printing {
  readonly map: DescribedMap;
  readonly source: EventSource;
  readonly form: PrintedEvents;
  readonly options: EventCommandOptions;
  readonly losses: LossReport;
  /** Ends the stream; its time starts when all is ready to read. */
  readonly end: Pick<End, "signal" | "start">;
  /** The treatment of groups past `--max-groups`. */
  readonly whenFull: GroupLimit["whenFull"];
  /** Suggests types for events that are printed as bytes. */
  readonly hints?: TypeHints | undefined;
}

/** Prints every event. */
export async function printEvents(
  { source, form, options, losses, end, hints }: Printing,
  request: EventRequest,
): Promise<Printed> {
  const { limit = Number.POSITIVE_INFINITY } = request.spec;
  const printer = eventPrinter(form, request);
  const rate = new RateLimit(options.rateLimit);
  const most = Math.min(limit, options.count);
  let printed = 0;
  end.start();
  for await (const batch of eventBatches(source, end.signal, () => most - printed)) {
    rate.begin(performance.now());
    for (let i = 0; i < batch.count; i++) {
      if (batch.type[i] !== RECORD_SAMPLE || !rate.allows()) continue;
      printer.print(batch, i);
      printed += 1;
    }
    await request.flush();
    hints?.look(batch);
    losses.look();
  }
  printer.end();
  await request.flush();
  return { rows: printed, evicted: 0 };
}

/** Returns the printer of a format; without one, JSON if a type is known, else bytes as text. */
function eventPrinter(form: PrintedEvents, { format, style: { out, values } }: EventRequest): EventPrinter {
  if (format === undefined && form.types.all.length === 0) return new TextEvents(out, form.perf);
  const shape = format === "json" ? "array" : "lines";
  return new JsonEvents(out, { ...form, ...strictOptions(values, undefined), shape });
}

/** Limits the events that pass in each second. */
class RateLimit {
  readonly #limit: number;
  #second = 0;
  #used = 0;

  constructor(limit: number) {
    this.#limit = limit;
  }

  /** Starts a batch at this time. */
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
