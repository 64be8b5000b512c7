import type { QueryClock } from "../../query/cel/terms/clock.ts";
import type { QuerySpec } from "../../query/query.ts";
import type { RendererChoice } from "../rows/open-query.ts";
import type { RowStyle, RowsFormat } from "../rows/row-style.ts";
import type { EventCommandOptions } from "./options.ts";
import type { EventTypeOptions } from "./types.ts";

/** A request for the events of a stream, as the command line states it. */
export interface EventRequest {
  readonly types: EventTypeOptions;
  readonly renderers: RendererChoice;
  readonly options: EventCommandOptions;
  readonly spec: QuerySpec;
  /** The name of the first flag that needs a query; undefined if every event is printed as it is. */
  readonly queryFlag: string | undefined;
  /** The requested format. */
  readonly format: RowsFormat | undefined;
  readonly style: Omit<RowStyle, "format">;
  /** Writes out what was printed, and waits for a slow reader. */
  readonly flush: () => Promise<void>;
  /** Writes to the terminal without making control characters visible. */
  readonly writeTerminal: (bytes: Uint8Array) => void;
  readonly now: () => Date;
  /** The clock of `now()` in conditions. */
  readonly clock: QueryClock;
}
