import { WatchEvents } from "../../output/watch/watch-events.ts";
import { Watcher } from "../../sdk/watch/watcher.ts";
import { STATES_WANTED, statesIn } from "../../snapshot/states/states.ts";
import type { TypeSources } from "../maps/type-sources.ts";
import { type RowQuery, warnIfEmpty, watchQuery } from "../rows/open-query.ts";
import { strictOptions, type ValueStyle } from "../rows/row-style.ts";
import { StreamedMap } from "./streamed-map.ts";
import { writeRows } from "./write-rows.ts";

/** A watch on a stream: what is watched in it, and where changes go. */
export interface StreamWatch {
  /** The name of its source, for messages: `-` for stdin. */
  readonly path: string;
  /** The name or id of a map in it; undefined for the only one. */
  readonly chosen: string | undefined;
  readonly types: TypeSources;
  readonly query: RowQuery;
  readonly values: ValueStyle;
  /** The entries of the first state are printed, too. */
  readonly withInitial: boolean;
  readonly out: ConstructorParameters<typeof WatchEvents>[1];
  readonly flush: () => Promise<void>;
  /** Called after each state in which there are entries that the query keeps. */
  readonly onKept: () => void;
  readonly warn: (line: string) => void;
}

/** The end of it: after so many states, or by a signal. */
export interface StreamPlan {
  readonly clock: () => number;
  readonly count: number;
  readonly signal: AbortSignal;
}

/**
 * Prints the changes from state to state of a map that come through a stream, as lines of JSON. Returns "cut" where the
 * last state was incomplete, and "stopped" for a signal. Throws Interrupted, and what a state that can't be read
 * throws.
 */
export async function watchStream(
  stream: AsyncIterable<Uint8Array>,
  watch: StreamWatch,
  { clock, count, signal }: StreamPlan,
): Promise<"ended" | "cut" | "stopped"> {
  using map = new StreamedMap(watch.path, watch.chosen, watch.types);
  const moment = { clock, stamps: map, isStopped: () => signal.aborted };
  let watcher: Watcher | undefined;
  let events: WatchEvents | undefined;
  let states = 0;
  for await (const file of statesIn(stream, watch.path, signal)) {
    if (!(await map.take(file))) continue;
    if (watcher === undefined || map.isDecodedAnew) {
      const next = await Watcher.open(map, watchQuery(watch.query), moment);
      if (next === undefined) return "ended";
      // What is compared with is read by the new types, too.
      await map.withBefore(() => next.read());
      watcher = next;
      events = new WatchEvents(watcher.follower, watch.out, strictOptions(watch.values, map.origin));
    }
    const [current, writer] = [watcher, events];
    await current.read();
    if (current.follower.present > 0) watch.onKept();
    if (current.report?.complete === false)
      watch.warn(`Warning: ${map.label}: a state is incomplete: changes may be missing`);
    if (current.follower.reads === 1) warnIfEmpty(current.follower.query, watch.warn, map.label);
    if (watch.withInitial || current.follower.reads > 1) {
      await writeRows(current, (rows) => writer?.write(rows, current.time.toISOString()), watch.flush, signal);
    }
    if (++states >= count) break;
  }
  if (signal.aborted) return "stopped";
  if (watcher === undefined)
    watch.warn(`Warning: no state of a map came through ${watch.path} (wanted: ${STATES_WANTED})`);
  return watcher?.report?.complete === false ? "cut" : "ended";
}
