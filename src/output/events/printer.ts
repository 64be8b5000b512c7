import type { EventBatch } from "../../stream/event-batch.ts";
import type { EventTypes } from "../../stream/event-types.ts";

/** Prints events one after the other. */
export interface EventPrinter {
  /** Appends event i of a batch: a sample. */
  print(batch: EventBatch, i: number): void;
  /** Ends what was printed. */
  end(): void;
}

/** The facts about events that a printer needs. */
export interface PrintedEvents {
  readonly types: EventTypes;
  /** The events come from a perf event array: they have a CPU and a time, and may be padded. */
  readonly perf: boolean;
}
