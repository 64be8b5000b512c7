import type { EventBatch } from "../../stream/event-batch.ts";
import type { EventTypes } from "../../stream/event-types.ts";

/** Prints events one after the other. */
export interface EventPrinter {
  /** Appends event i of a batch: a sample. */
  print(batch: EventBatch, i: number): void;
  /** Ends what was printed. */
  end(): void;
}

/** What a printer has to know of the events. */
export interface EventForm {
  readonly types: EventTypes;
  /** The events come from a perf event array: they have a CPU and a time, and may be padded. */
  readonly perf: boolean;
}
