import type { OutputFormat } from "../../output/rows/formats.ts";
import type { QueryClock } from "../../query/cel/terms/clock.ts";
import type { QuerySpec } from "../../query/query.ts";
import type { RendererChoice } from "../rows/open-query.ts";
import type { RowStyle } from "../rows/row-style.ts";
import type { EventCommandOptions } from "./options.ts";
import type { EventTypeOptions } from "./types.ts";

/** What a command line asks of the events of a stream. */
export interface EventRequest {
  readonly types: EventTypeOptions;
  readonly renderers: RendererChoice;
  readonly options: EventCommandOptions;
  readonly spec: QuerySpec;
  /** The name of the first flag that only a query can answer; undefined where every event is printed as it is. */
  readonly queryFlag: string | undefined;
  /** The format that is asked for. */
  readonly format: OutputFormat | undefined;
  readonly style: Omit<RowStyle, "format">;
  /** Hands over what was printed, and waits for a reader that is slow. */
  readonly flush: () => Promise<void>;
  /** Writes to the terminal, past what makes controls visible. */
  readonly writeTerminal: (bytes: Uint8Array) => void;
  readonly now: () => Date;
  /** The clock of `now()` in conditions. */
  readonly clock: QueryClock;
}
