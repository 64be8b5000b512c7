import { unreadNote } from "../../output/rows/unread-note.ts";
import { WatchEvents } from "../../output/watch/watch-events.ts";
import { Interrupted } from "../../sdk/machine/interruptible.ts";
import { Stamps } from "../../sdk/watch/stamps.ts";
import { pause, type Schedule, ticks } from "../../sdk/watch/ticker.ts";
import { type WatchedMap, Watcher } from "../../sdk/watch/watcher.ts";
import { isPipe, pipeFrom } from "../../snapshot/read/named-pipe.ts";
import { isPrefix } from "../args/abbreviation.ts";
import { wrongWords } from "../args/usage.ts";
import { fileAndMap } from "../maps/maps-of-file.ts";
import { selectMaps } from "../maps/select-maps.ts";
import { usage } from "../result/command-error.ts";
import { EXIT } from "../result/exit-codes.ts";
import { warnIfEmpty, watchQuery } from "../rows/open-query.ts";
import { strictOptions } from "../rows/row-style.ts";
import { hasScreen } from "../screen/terminal.ts";
import { hasColor, screenOf } from "../session/screen.ts";
import type { Session } from "../session/session.ts";
import { ThrottledNotes } from "../session/throttled-notes.ts";
import type { ReadPlan } from "../watch/read-plan.ts";
import { skippedNote } from "../watch/skipped-note.ts";
import type { HistWatch } from "../watch/watch-hist.ts";
import type { TerminalWatch } from "../watch/watch-terminal.ts";
import { findWatched } from "../watch/watched-map.ts";
import { writeRows } from "../watch/write-rows.ts";
import { historyPlan, historyReads } from "./asked/history.ts";
import { hasGivenTypes, mapFinder, readPlan, typeSources } from "./asked/maps.ts";
import { rowQuery, valueStyle } from "./asked/rows.ts";
import { asOutputFailure } from "./save/saving.ts";

/** The end of watching a map: it is gone, or an exit status; undefined if a signal decides the status. */
type Ending = "gone" | { readonly status: number | undefined };

/** The parts of a watch besides the map. */
interface Around {
  readonly session: Session;
  readonly plan: ReadPlan;
  readonly signal: AbortSignal;
  /** Called after each read that found entries which the query keeps. */
  readonly onKept: () => void;
}

/** `watch MAP`: shows how its entries change, until it is gone, has been read often enough, or a signal comes. */
export async function run(words: readonly string[], session: Session): Promise<number> {
  if (words.length !== 2) throw wrongWords("watch", words);
  const { options } = session;
  const plan = options.changesOutput === "parquet" ? historyReads(session) : readPlan(session);
  const stream = mapInStream(words);
  checkFormat(session, stream);
  using interruption = session.context.interruption();
  let hasKept = false;
  const onKept = (): void => {
    hasKept = true;
  };
  const around = { session, plan, signal: interruption.signal, onKept };
  const ended = await (stream === undefined ? watchUntilGone(words, around) : watchPipe(stream, around));
  const status = ended ?? interruption.exitCode ?? EXIT.ok;
  return status === EXIT.ok && !hasKept && options.failEmpty ? EXIT.empty : status;
}

/**
 * Watches a map until it is gone, with `--wait` each map of these words. Returns undefined if a signal decides the
 * status.
 */
async function watchUntilGone(words: readonly string[], around: Around): Promise<number | undefined> {
  const { session, plan, signal } = around;
  for (;;) {
    const watched = await findOrWait(words, plan.interval, signal, session);
    if (watched === undefined) return undefined;
    const ending = await watch(watched, around).catch(endingOf);
    if (ending !== "gone") return ending.status;
    session.warn(`Note: ${watched.label} is gone`);
    if (!session.options.wait) return EXIT.ok;
  }
}

/** A map in a stream: where it comes from, and its name or id; without one, it is the only one. */
type MapInStream = ReturnType<typeof fileAndMap>;

/** The map that `file -`, `file -:NAME`, `file PIPE` or `file PIPE:NAME` names. */
function mapInStream([how = "", which = ""]: readonly string[]): MapInStream | undefined {
  if (!isPrefix(how, "file")) return undefined;
  const map = fileAndMap(which);
  return map.path === "-" || isPipe(map.path) ? map : undefined;
}

/** Prints the changes between the states of a map that come through a pipe, until it ends. */
async function watchPipe(
  { path, chosen }: MapInStream,
  { session, plan: { count }, signal, onKept }: Around,
): Promise<number | undefined> {
  const { interval, wait } = session.options;
  if (interval !== undefined || wait) {
    throw usage(`watch file ${path}: what comes decides (without --interval and --wait)`);
  }
  const { watchStream } = await import("../watch/watch-stream.ts");
  const { stdin, out, warn, flush, context } = session;
  const [query, values, types] = [rowQuery(session), valueStyle(session), typeSources(session)];
  const ending = await watchStream(
    path === "-" ? stdin() : pipeFrom(path, signal),
    { path, chosen, types, query, values, out, flush, warn, onKept, withInitial: !session.options.noInitial },
    { clock: context.clock, count, signal },
  ).catch(endingOf);
  if (ending === "cut") return EXIT.incomplete;
  return ending === "ended" ? EXIT.ok : undefined;
}

/** Turns an interrupted read into the end of watching. */
function endingOf(error: unknown): Ending {
  if (error instanceof Interrupted) return { status: undefined };
  throw error;
}

/** Watches on the screen of a terminal, or prints lines. */
async function watch(watched: WatchedMap, around: Around): Promise<Ending> {
  const { session, plan, signal, onKept } = around;
  const { stdout, clock } = session.context;
  const [query, values] = [rowQuery(session), valueStyle(session)];
  if (session.options.changesOutput === "parquet") {
    const { keepHistory } = await import("../watch/keep-history.ts");
    const history = { watched, query, values, onKept, ...historyPlan(session) };
    try {
      return await keepHistory(history, { ...plan, clock, signal });
    } catch (error) {
      throw asOutputFailure(error);
    }
  }
  if (session.options.changesOutput === "hist") {
    return await showHists({ watched, query, values, clock, onKept, scale: session.options.scale }, around);
  }
  if (!stdout.isTerminal || session.options.changesOutput === "ndjson" || !hasScreen(session.context.env.TERM)) {
    return await watchEvents({ watched, query, values }, around, { ...plan, clock, signal });
  }
  const { watchTerminal } = await import("../watch/watch-terminal.ts");
  const changesOnly = session.options.noInitial;
  const shown = { changesOnly, color: hasColor(session), hasGivenTypes: hasGivenTypes(session) };
  return await watchTerminal({ watched, query, values, stdout, clock, onKept, ...shown }, plan, signal);
}

/** Watches histograms on the screen of a terminal, or prints them. */
async function showHists(watch: HistWatch, { session, plan, signal }: Around): Promise<Ending> {
  const { printHists, watchHists } = await import("../watch/watch-hist.ts");
  const { out, flush, context } = session;
  const { isTerminal, width } = screenOf(session);
  if (!isTerminal || !hasScreen(context.env.TERM))
    return await printHists(watch, { out, flush, width }, { ...plan, signal });
  return await watchHists(watch, { stdout: context.stdout, color: hasColor(session) }, plan, signal);
}

/** Prints events as lines of JSON. */
async function watchEvents(
  { watched, query, values }: Pick<TerminalWatch, "watched" | "query" | "values">,
  { session: { out, warn, flush, options }, onKept }: Around,
  schedule: Schedule,
): Promise<Ending> {
  const notes = new ThrottledNotes({ clock: schedule.clock, warn });
  const { clock, signal } = schedule;
  const moment = { clock, stamps: new Stamps(clock, () => values.now().now), isStopped: () => signal.aborted };
  const watcher = await Watcher.open(watched, watchQuery(query), moment);
  if (watcher === undefined) return "gone";
  const events = new WatchEvents(watcher.follower, out, strictOptions(values, watched.origin));
  for await (const { skipped } of ticks(schedule)) {
    if (skipped > 0)
      notes.print("skipped", () =>
        skippedNote(watched.label, skipped, { took: watcher.took, interval: schedule.interval }),
      );
    if (!(await watcher.read())) return "gone";
    if (watcher.follower.present > 0) onKept();
    noteGaps(watcher, notes);
    if (watcher.follower.reads === 1) warnIfEmpty(watcher.follower.query, warn, watched.label);
    if (options.noInitial && watcher.follower.reads === 1) continue;
    await writeRows(watcher, (rows) => events.write(rows, watcher.time.toISOString()), flush, signal);
  }
  return { status: undefined };
}

function noteGaps({ watched, follower, followed, report }: Watcher, notes: ThrottledNotes): void {
  const { unfollowed, present } = follower;
  const { unread } = follower.query.counts;
  if (report?.complete === false) {
    notes.print("gaps", () => `Warning: ${watched.label} changed while it was read: events may be missing`);
  }
  if (unfollowed > 0) {
    const room = `${present} entries are followed (${followed}), ${unfollowed} more are not`;
    notes.print("room", () => `Warning: ${watched.label}: ${room} (--where or --sort chooses which)`);
  }
  if (unread > 0) {
    notes.print("unread", () => unreadNote(unread, "are left out", watched.label));
  }
}

/**
 * Finds the map, or waits for it with `--wait`; undefined if a signal came first. Throws what is wrong with the words.
 */
async function findOrWait(
  words: readonly string[],
  interval: number,
  signal: AbortSignal,
  session: Session,
): Promise<WatchedMap | undefined> {
  const [finder, types] = [mapFinder(session), typeSources(session)];
  while (!signal.aborted) {
    const watched = await findWatched(words, finder, types);
    if (watched !== undefined) return watched;
    // Throws the reason.
    if (!session.options.wait) (await selectMaps(words, finder, types))[Symbol.dispose]();
    await pause(interval, signal);
  }
  return undefined;
}

function checkFormat({ options, context }: Session, stream: MapInStream | undefined): void {
  const { changesOutput, dir } = options;
  if (stream !== undefined && changesOutput !== undefined && changesOutput !== "ndjson")
    throw usage(
      `watch file ${stream.path} prints lines of JSON, ${changesOutput === "parquet" ? "and keeps no files" : `no ${changesOutput === "hist" ? "histograms" : "live table"}`}`,
    );
  if (changesOutput === "table" && !context.stdout.isTerminal) throw usage("watch -o table needs a terminal");
  if (changesOutput === "parquet" && dir === undefined)
    throw usage("watch -o parquet needs --dir DIR, the folder for its files");
}
