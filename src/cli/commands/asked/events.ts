import { queryClock } from "../../../sdk/machine/query-clock.ts";
import { eventOptions } from "../../events/options.ts";
import type { EventRequest } from "../../events/request.ts";
import type { Session } from "../../session/session.ts";
import { querySpec } from "./maps.ts";
import { checkTerminal, formlessStyle, rendererChoice } from "./rows.ts";

/** Flags that only a query can answer. */
const QUERY_FLAGS = ["where", "select", "sort", "top", "group-by", "agg", "max-groups"];

/** Returns what the command line asks for of events. -j and -p ask for JSON, too. */
export function eventRequest(session: Session): EventRequest {
  const { options, context } = session;
  return {
    types: options,
    renderers: rendererChoice(session),
    options: eventOptions(options),
    spec: querySpec(session),
    queryFlag: queryFlag(session),
    format: eventFormat(session),
    style: formlessStyle(session),
    flush: session.flush,
    writeTerminal: context.stdout.write,
    now: () => context.origin().now,
    clock: queryClock(context),
  };
}

/** Throws USAGE for a format of bytes on a terminal. */
function eventFormat({ options: { output, to }, style, context }: Session): EventRequest["format"] {
  if (output === undefined) return style === "plain" ? undefined : "json";
  checkTerminal(output, context.stdout.isTerminal && to === undefined);
  return output;
}

function queryFlag({ options: { output }, rowFlags }: Session): string | undefined {
  const isRowFormat = output !== undefined && output !== "ndjson" && output !== "json";
  return rowFlags.find((name) => QUERY_FLAGS.includes(name)) ?? (isRowFormat ? "output" : undefined);
}
