import { JsonEvents } from "../../output/events/json-events.ts";
import type { EventForm, EventPrinter } from "../../output/events/printer.ts";
import { TextEvents } from "../../output/events/text-events.ts";
import type { GroupLimit } from "../../query/aggregate/group.ts";
import { eventBatches } from "../../stream/batches.ts";
import { RECORD_SAMPLE } from "../../stream/event-batch.ts";
import type { EventSource } from "../../stream/event-source.ts";
import { strictOptions } from "../rows/open-query.ts";
import { querySpec } from "../rows/query-spec.ts";
import type { Session } from "../session/session.ts";
import type { LossReport } from "./loss-report.ts";
import type { EventCommandOptions } from "./options.ts";

/** What an open stream is printed with. */
export interface Printing {
  readonly source: EventSource;
  readonly form: EventForm;
  readonly options: EventCommandOptions;
  readonly losses: LossReport;
  /** Ends the stream. */
  readonly signal: AbortSignal;
  /** What comes of a group past `--max-groups`: a stream goes on. */
  readonly whenFull: GroupLimit["whenFull"];
}

/** How much was printed. */
export interface Printed {
  /** Events, or groups. */
  readonly rows: number;
  /** Groups that made room for others. */
  readonly evicted: number;
}

/** Prints every event, one by one, whatever it is. */
export async function printEvents(
  { source, form, options, losses, signal }: Printing,
  session: Session,
): Promise<Printed> {
  const printer = eventPrinter(form, session);
  const rate = new RateLimit(options.rateLimit);
  const spec = querySpec(session.options);
  const limit = Math.min(spec.limit ?? Number.POSITIVE_INFINITY, options.count);
  let printed = 0;
  for await (const batch of eventBatches(source, signal, () => limit - printed)) {
    rate.begin(performance.now());
    for (let i = 0; i < batch.count; i++) {
      if (batch.type[i] !== RECORD_SAMPLE || !rate.allows()) continue;
      printer.print(batch, i);
      printed += 1;
    }
    session.out.flush();
    losses.look();
  }
  printer.end();
  session.out.flush();
  return { rows: printed, evicted: 0 };
}

/** JSON where it is asked for or a type is known, else bytes as text. */
function eventPrinter(form: EventForm, session: Session): EventPrinter {
  const { out, options, style } = session;
  const format = options.output ?? (style !== "plain" ? "json" : form.types.all.length > 0 ? "ndjson" : "text");
  if (format === "text") return new TextEvents(out, form.perf);
  const shape = format === "json" ? "array" : "lines";
  return new JsonEvents(out, { ...form, ...strictOptions(session), shape });
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
