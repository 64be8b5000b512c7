import { queryClock } from "../../../sdk/machine/query-clock.ts";
import { eventOptions } from "../../events/options.ts";
import type { EventRequest } from "../../events/request.ts";
import type { Session } from "../../session/session.ts";
import { askedQuery } from "./maps.ts";
import { checkTerminal, formlessStyle, rendererChoice } from "./rows.ts";

/** Flags that only a query can answer. */
const QUERY_FLAGS = ["where", "select", "sort", "top", "group-by", "agg", "max-groups"];

/**
 * Returns what the command line asks for of events. Those of one type are a table on a terminal, like entries; -j and
 * -p ask for JSON.
 */
export function eventRequest(session: Session): EventRequest {
  const { options, context } = session;
  const format = eventFormat(session);
  const renderers = rendererChoice(session);
  const isTable = format === "table" || format === "hist";
  return {
    types: options,
    renderers: renderers === "none" ? renderers : { ...renderers, byName: renderers.byName && isTable },
    options: eventOptions(options),
    spec: askedQuery(session),
    queryFlag: queryFlag(session, format),
    format,
    style: formlessStyle(session),
    flush: session.flush,
    writeTerminal: context.stdout.write,
    now: () => context.origin().now,
    clock: queryClock(context),
  };
}

/** Throws USAGE for a format of bytes on a terminal. */
function eventFormat({ options, style, context }: Session): EventRequest["format"] {
  const { output, to, type, rateLimit } = options;
  if (output === undefined) {
    if (style !== "plain") return "json";
    // A table needs fields, and a sample of a busy stream is printed event by event.
    const isTable = context.stdout.isTerminal && type !== undefined && rateLimit === undefined && to === undefined;
    return isTable ? "table" : undefined;
  }
  checkTerminal(output, context.stdout.isTerminal && to === undefined);
  return output;
}

function queryFlag({ rowFlags }: Session, format: EventRequest["format"]): string | undefined {
  const isRowFormat = format !== undefined && format !== "ndjson" && format !== "json";
  return rowFlags.find((name) => QUERY_FLAGS.includes(name)) ?? (isRowFormat ? "output" : undefined);
}
