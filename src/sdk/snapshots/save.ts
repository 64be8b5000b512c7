import type { Writable } from "node:stream";
import { EbpfMapError } from "../../errors.ts";
import type { ReadReport } from "../../reader/entries.ts";
import type { MapSource } from "../../reader/map-source.ts";
import { readError } from "../../reader/read-error.ts";
import type { SaveResult } from "../../snapshot/write/save.ts";
import {
  BOOLEAN,
  CALLBACK,
  checkArgument,
  checkOptions,
  isRecord,
  type OptionCheck,
  type OptionChecks,
  PATH,
  SIGNAL,
} from "../check-options.ts";
import { inOptions } from "../in-options.ts";
import { hereAndNow } from "../machine/here-and-now.ts";
import { checkRef, isRef, type MapRef, openRef } from "../maps/map-ref.ts";
import { abortedWork } from "../reader/read-errors.ts";
import { VERSION } from "../version.ts";
import { type Put, withNodeStream, withWebStream } from "./stream-writes.ts";

/** Options of `save`. */
export interface SaveOptions {
  /** Replace a file that exists; false unless given: FILE. Only for files. */
  readonly force?: boolean;
  /** Compress a snapshot that goes to a stream; false unless given. Only for streams: a file's name says it (`.gz`). */
  readonly gzip?: boolean;
  /** Called after each batch with the entries saved so far, of all maps. */
  readonly onProgress?: (entries: number) => void;
  /** Ends the save with ABORTED, whose `cause` is the signal's reason; of a file nothing is left behind. */
  readonly signal?: AbortSignal;
}

/** The result of saving: the numbers of entries and bytes, and the reports of the reads. */
export interface Saved {
  /** Entries of all maps. */
  readonly entries: number;
  /** Bytes written, compressed if the snapshot is. */
  readonly bytes: number;
  /**
   * The report of the read of each map, in the order of the maps: a map whose read isn't `complete` was saved in part.
   */
  readonly reports: readonly Readonly<ReadReport>[];
  /** Values of all maps that the kernel refused to give, which stand in the snapshot as errnos. */
  readonly unread: number;
}

const SAVE_CHECKS: OptionChecks<SaveOptions> = {
  force: BOOLEAN,
  gzip: BOOLEAN,
  onProgress: CALLBACK,
  signal: SIGNAL,
};

/** A stream of Node has `write`, one of the web `getWriter`. */
const TARGET: OptionCheck = {
  expected: "a path, or a stream to write to",
  accepts: (value) =>
    PATH.accepts(value) ||
    (isRecord(value) && (CALLBACK.accepts(value.getWriter) || [value.write, value.on].every(CALLBACK.accepts))),
};

/**
 * Saves maps into one snapshot, from which `openMap({ file })` and the command read them anywhere. The target is the
 * path of a file or a stream. A file appears when it is whole and on disk; it is readable by its owner alone. A stream
 * is written at its pace, and not ended. Resolves to what was saved; a map whose read ended early is no error, see
 * `reports`.
 *
 * Rejects with USAGE for wrong options, NO_SUCH_MAP for no maps, what `openMap` throws where a map can't be opened,
 * FILE for a file that can't be written or exists, NO_PERMISSION, NOT_READABLE or KERNEL for a map of which nothing can
 * be read, ABORTED, CLOSED for a reader that is closed, and what the stream fails with; OUTPUT if it was closed, with
 * no error.
 */
export function save(
  maps: MapRef | Iterable<MapRef> | AsyncIterable<MapRef>,
  target: string,
  options?: SaveOptions & { readonly gzip?: undefined },
): Promise<Saved>;
/** Saves maps into a stream, which is not ended. */
export function save(
  maps: MapRef | Iterable<MapRef> | AsyncIterable<MapRef>,
  target: Writable | WritableStream<Uint8Array>,
  options?: SaveOptions & { readonly force?: undefined },
): Promise<Saved>;
/** Saves maps into a file or a stream. */
export function save(
  maps: MapRef | Iterable<MapRef> | AsyncIterable<MapRef>,
  target: string | Writable | WritableStream<Uint8Array>,
  options?: SaveOptions & { readonly force?: undefined; readonly gzip?: undefined },
): Promise<Saved>;
export async function save(
  maps: MapRef | Iterable<MapRef> | AsyncIterable<MapRef>,
  target: string | Writable | WritableStream<Uint8Array>,
  options: SaveOptions = {},
): Promise<Saved> {
  checkOptions("save a snapshot", options, SAVE_CHECKS);
  checkArgument("save a snapshot", "target", target, TARGET);
  checkFits(target, options);
  const opened: MapSource[] = [];
  try {
    for await (const ref of isRef(maps) ? [maps] : maps) {
      checkRef(ref);
      opened.push(await openRef(ref, { signal: options.signal }));
    }
    if (opened.length === 0) throw new EbpfMapError("NO_SUCH_MAP", "save a snapshot: there are no maps to save");
    return await saveOpened(opened, target, options);
  } catch (error) {
    throw options.signal?.aborted === true ? abortedWork("save a snapshot", options.signal.reason) : inOptions(error);
  } finally {
    for (const map of opened) map[Symbol.dispose]();
  }
}

/** Throws USAGE for an option that is for the other kind of target. */
function checkFits(target: unknown, { force, gzip }: SaveOptions): void {
  const refuse = (option: string, why: string): never => {
    throw new EbpfMapError("USAGE", `save a snapshot: ${option}: ${why}`, { option });
  };
  if (typeof target !== "string" && force !== undefined) refuse("force", "a stream replaces no file");
  if (typeof target === "string" && gzip !== undefined) refuse("gzip", "a file is compressed if its name ends in .gz");
}

async function saveOpened(
  maps: readonly MapSource[],
  target: string | Writable | WritableStream<Uint8Array>,
  { force = false, gzip = false, onProgress, signal }: SaveOptions,
): Promise<SaveResult> {
  const unreadable = (map: MapSource, report: ReadReport): Error => readError(map, report) ?? new Error(map.label);
  const origin = { tool: `ebpf-map ${VERSION}`, ...hereAndNow() };
  const { saveSnapshot, saveTo } = await import("../../snapshot/write/save.ts");
  const { StreamTarget } = await import("../../snapshot/write/target.ts");
  const saving = { ...origin, force, unreadable, signal, onProgress };
  if (typeof target === "string") return await saveSnapshot(target, maps, saving);
  signal?.throwIfAborted();
  const into = (put: Put): Promise<SaveResult> => saveTo(new StreamTarget(put), gzip, maps, saving);
  return await ("getWriter" in target ? withWebStream(target, signal, into) : withNodeStream(target, signal, into));
}
