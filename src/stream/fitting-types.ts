import { typeName } from "../btf/type-name.ts";
import type { SearchableTypes } from "../btf/types.ts";
import { EbpfMapError } from "../errors.ts";
import { type EventType, eventFit } from "./event-types.ts";
import { eventType } from "./type-library.ts";

/** Names of structs that are made to be sent: these are shown first. */
const SENT = /ev(?:en)?t|sample|record|msg|message|notif|log/i;

/** The most types that are worth a look. */
const MOST = 4;

/**
 * Returns the structs that events of this length may have, by their size alone, those that are named like events first.
 * `padded`: from a perf event array, see {@link eventFit}.
 */
export function fittingTypes(btfs: readonly SearchableTypes[], length: number, padded: boolean): EventType[] {
  const found = new Map<string, EventType>();
  for (const btf of btfs) {
    for (const { id, kind } of btf.names()) {
      if (kind !== "struct") continue;
      const type = btf.type(id);
      if (type.kind !== "struct" || eventFit(length, type.size, padded) !== "exact") continue;
      const name = typeName(btf, id);
      const fitting = found.has(name) ? undefined : readable(name, btf, id);
      if (fitting !== undefined) found.set(name, fitting);
    }
  }
  const all = [...found.values()];
  return [...all.filter(({ name }) => SENT.test(name)), ...all.filter(({ name }) => !SENT.test(name))].slice(0, MOST);
}

/** The type, unless it can't be laid out. */
function readable(name: string, btf: SearchableTypes, id: number): EventType | undefined {
  try {
    return eventType(name, btf, id);
  } catch (error) {
    if (!(error instanceof EbpfMapError)) throw error;
    return undefined;
  }
}
