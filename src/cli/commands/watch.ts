import { unreadNote } from "../../output/rows/unread-note.ts";
import { WatchEvents } from "../../output/watch/watch-events.ts";
import { wrongWords } from "../args/usage.ts";
import { selectMaps } from "../maps/select-maps.ts";
import { usage } from "../result/command-error.ts";
import { EXIT } from "../result/exit-codes.ts";
import { strictOptions } from "../rows/open-query.ts";
import type { Interruption } from "../session/context.ts";
import type { Session } from "../session/session.ts";
import { ThrottledNotes } from "../session/throttled-notes.ts";
import { schedule } from "../watch/schedule.ts";
import { pause, ticks } from "../watch/ticker.ts";
import { findWatched, type WatchedMap } from "../watch/watched-map.ts";
import { Watcher } from "../watch/watcher.ts";

/** How watching one map ended: it is gone, or with an exit status, which undefined leaves to a signal. */
type Ending = "gone" | { readonly status: number | undefined };

interface Plan {
  /** In milliseconds. */
  readonly interval: number;
  /** Reads. */
  readonly count: number;
  readonly signal: AbortSignal;
}

/** `watch MAP`: what becomes of its entries, until it is gone, has been read often enough, or a signal comes. */
export async function run(words: readonly string[], session: Session): Promise<number> {
  if (words.length !== 2) throw wrongWords("watch", words);
  const { options } = session;
  const plan = schedule(options);
  checkFormat(session);
  using interruption = session.context.interruption();
  const { signal } = interruption;
  for (;;) {
    const watched = await findOrWait(words, plan.interval, signal, session);
    if (watched === undefined) return exitOf(interruption);
    const ending = await watch(watched, session, { ...plan, signal });
    if (ending !== "gone") return ending.status ?? exitOf(interruption);
    session.warn(`Note: ${watched.label} is gone`);
    if (!options.wait) return EXIT.ok;
  }
}

/** On the screen of a terminal, unless lines are asked for. */
async function watch(watched: WatchedMap, session: Session, plan: Plan): Promise<Ending> {
  const { options, context } = session;
  if (!context.stdout.isTerminal || options.watchOutput === "ndjson") return await watchEvents(watched, session, plan);
  const { watchTerminal } = await import("../watch/watch-terminal.ts");
  return await watchTerminal(watched, session, plan);
}

/** Prints events as lines of JSON. */
async function watchEvents(watched: WatchedMap, session: Session, plan: Plan): Promise<Ending> {
  const { context, out } = session;
  const remarks = new ThrottledNotes(session);
  const watcher = await Watcher.open(watched, session);
  if (watcher === undefined) return "gone";
  const events = new WatchEvents(watcher.follower, out, strictOptions(session, watched.origin));
  for await (const { skipped } of ticks({ ...plan, clock: context.clock })) {
    if (skipped > 0) remarks.print("skipped", () => skippedText(watcher, skipped));
    if (!(await watcher.read())) return "gone";
    remark(watcher, remarks);
    events.write(watcher.rows(false), context.origin().now.toISOString());
  }
  return { status: undefined };
}

function remark({ watched, follower, followed, report }: Watcher, remarks: ThrottledNotes): void {
  const { unfollowed, here } = follower;
  const { unread } = follower.query.counts;
  if (report?.complete === false) {
    remarks.print("gaps", () => `Warning: ${watched.label} changed while it was read: events may be missing`);
  }
  if (unfollowed > 0) {
    const room = `${here} entries are followed (${followed}), ${unfollowed} more are not`;
    remarks.print("room", () => `Warning: ${watched.label}: ${room} (--where or --sort chooses which)`);
  }
  if (unread > 0) {
    remarks.print("unread", () => unreadNote(unread, "are left out", watched.label));
  }
}

function skippedText({ watched, took }: Watcher, skipped: number): string {
  const times = skipped === 1 ? "1 tick" : `${skipped} ticks`;
  return `Note: ${watched.label}: ${times} skipped: reading took ${Math.round(took)} ms, longer than --interval`;
}

/** The map, for which `--wait` waits; undefined if a signal came first. Throws what is wrong with the words. */
async function findOrWait(
  words: readonly string[],
  interval: number,
  signal: AbortSignal,
  session: Session,
): Promise<WatchedMap | undefined> {
  const waits = session.options.wait;
  while (!signal.aborted) {
    const watched = await findWatched(words, session);
    if (watched !== undefined) return watched;
    // Throws the reason.
    if (!waits) (await selectMaps(words, session))[Symbol.dispose]();
    await pause(interval, signal);
  }
  return undefined;
}

function checkFormat({ options, context }: Session): void {
  if (options.watchOutput === "table" && !context.stdout.isTerminal) throw usage("watch -o table needs a terminal");
}

function exitOf({ exitCode }: Interruption): number {
  return exitCode ?? EXIT.ok;
}
