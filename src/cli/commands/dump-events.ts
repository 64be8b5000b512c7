import { dumpPending } from "../events/dump-pending.ts";
import type { SelectedMaps } from "../maps/select-maps.ts";
import { EXIT } from "../result/exit-codes.ts";
import type { Session } from "../session/session.ts";
import { eventRequest } from "./asked/events.ts";
import { rowStyle } from "./asked/rows.ts";

/** `dump MAP` of a ring buffer in a format of our own. */
export async function dumpPendingEvents(selected: SelectedMaps, session: Session): Promise<number> {
  const count = session.options.countOnly ? rowStyle(session) : undefined;
  const { rows } = await dumpPending(selected, session.kernel, eventRequest(session), count);
  return rows === 0 && session.options.failEmpty ? EXIT.empty : EXIT.ok;
}
