import { EbpfMapError } from "../../errors.ts";
import { NO_CHOICES, withRenderers } from "../../output/render/choose.ts";
import { mapEntryTypes } from "../../output/rows/map-entry-types.ts";
import { unreadNote } from "../../output/rows/unread-note.ts";
import { ADDED, CHANGED, type Follower, REMOVED } from "../../query/follow/follower.ts";
import { keyedGroups } from "../../query/follow/keyed-groups.ts";
import { inOptions } from "../in-options.ts";
import { hereAndNow, monotonicClock } from "../machine/here-and-now.ts";
import { Interrupted } from "../machine/interruptible.ts";
import { isGone, type MapRef, openRef } from "../maps/map-ref.ts";
import { compileSpec, querySpec, withCpus } from "../query/compile.ts";
import { decodingOf } from "../query/decoding-of.ts";
import { type RowDecoder, rowDecoder } from "../query/locations.ts";
import { Stamps } from "./stamps.ts";
import { ticks } from "./ticker.ts";
import type { WatchEvent, WatchOptions } from "./watch-options.ts";
import { type WatchedMap, Watcher, type WatchQuery } from "./watcher.ts";

/** The events of a map that is read on schedule. The signal ends them, also while the map is being opened. */
export async function* watchEvents(ref: MapRef, options: WatchOptions): AsyncGenerator<WatchEvent, void, undefined> {
  try {
    yield* scheduledEvents(ref, options);
  } catch (error) {
    const isEnd = options.signal?.aborted === true && error instanceof EbpfMapError && error.code === "ABORTED";
    if (!isEnd) throw inOptions(error);
  }
}

async function* scheduledEvents(ref: MapRef, options: WatchOptions): AsyncGenerator<WatchEvent, void, undefined> {
  const { interval = 1000, reads = Number.POSITIVE_INFINITY, onNote } = options;
  const signal = options.signal ?? new AbortController().signal;
  const watched = await identified(ref, options);
  const stamps = new Stamps(monotonicClock, () => hereAndNow().now);
  const moment = { clock: monotonicClock, stamps, isStopped: () => signal.aborted };
  const watcher = await Watcher.open(watched, { spec: querySpec(options), compile: compiler(options) }, moment);
  if (watcher === undefined) return;
  const decoder = rowDecoder(watcher.follower.query, decodingOf(ref));
  for await (const { skipped } of ticks({ interval, count: reads, clock: monotonicClock, signal })) {
    if (skipped > 0) onNote?.(`watch ${watched.label}: ${skipped} reads left out: one took longer than the interval`);
    if ((await readOnce(watcher)) !== "read") return;
    noteGaps(watcher, onNote);
    for (const row of watcher.rows(false)) {
      if (signal.aborted) return;
      yield eventOf(watcher.follower, row, decoder, watcher.time);
    }
  }
}

/** Reads the map once; a signal or the end of the map ends the watch. */
async function readOnce(watcher: Watcher): Promise<"read" | "gone" | "stopped"> {
  try {
    return (await watcher.read()) ? "read" : "gone";
  } catch (error) {
    if (error instanceof Interrupted) return "stopped";
    throw error;
  }
}

function compiler(options: WatchOptions): WatchQuery["compile"] {
  return async (map, spec) => {
    const shown = withRenderers(mapEntryTypes(map).entryTypes, { asked: NO_CHOICES, configured: NO_CHOICES });
    return keyedGroups(compileSpec(map, withCpus(map, spec, options), shown));
  };
}

/** Finds out which map is meant, and how to open it again: by its id, unless only its pin may be opened. */
async function identified(ref: MapRef, { types, signal }: Pick<WatchOptions, "types" | "signal">): Promise<WatchedMap> {
  using first = await openRef(ref, { signal });
  const { label, info, origin } = first;
  const again = "name" in ref && ref.name !== undefined ? { id: info.id } : ref;
  return {
    label,
    info,
    origin,
    async open(isTyped) {
      try {
        const now = await openRef(again, { types: isTyped ? types : undefined, signal });
        if (now.info.id === info.id) return now;
        now[Symbol.dispose]();
        return undefined;
      } catch (error) {
        if (isGone(error)) return undefined;
        throw error;
      }
    },
  };
}

function noteGaps({ watched, follower, report }: Watcher, onNote: WatchOptions["onNote"]): void {
  if (onNote === undefined) return;
  const { unfollowed, query } = follower;
  if (report?.complete === false) onNote(`watch ${watched.label}: it changed while it was read: events may be missing`);
  if (unfollowed > 0) onNote(`watch ${watched.label}: ${unfollowed} entries are too many to be followed, too`);
  if (query.counts.unread > 0) onNote(unreadNote(query.counts.unread, "are left out", watched.label));
}

function eventOf(follower: Follower, row: number, decoder: RowDecoder, time: Date): WatchEvent {
  const now = follower.now(row);
  const common = {
    key: decoder.key(now),
    cpu: decoder.hasCpu ? now.cpu : undefined,
    value: decoder.value(now),
    time,
  };
  switch (follower.states[row]) {
    case ADDED:
      return { type: "added", ...common, initial: follower.reads === 1 };
    case REMOVED:
      return { type: "removed", ...common };
    default:
      return { type: "changed", ...common, previous: decoder.value(follower.before(row)), ...changes(follower, row) };
  }
}

function changes(
  follower: Follower,
  row: number,
): Pick<Extract<WatchEvent, { type: "changed" }>, "delta" | "rate" | "reset"> {
  const counters = follower.states[row] === CHANGED ? follower.counters : [];
  const changed = counters.map((counter) => ({ counter, change: follower.change(row, counter) }));
  const delta = changed.flatMap(({ counter, change }) =>
    change === "reset" || Number(change) === 0 ? [] : [{ counter, change }],
  );
  // Names out of a BTF are data: `__proto__` is one, too.
  return {
    delta: Object.fromEntries(delta.map(({ counter, change }) => [counter.name, change])),
    rate: Object.fromEntries(delta.map(({ counter }) => [counter.name, follower.rate(row, counter) ?? 0])),
    reset: changed.filter(({ change }) => change === "reset").map(({ counter }) => counter.name),
  };
}
