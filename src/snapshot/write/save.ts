import { setImmediate } from "node:timers/promises";
import type { OutputBuffer } from "../../codec/text/output-buffer.ts";
import { EbpfMapError } from "../../errors.ts";
import type { EntryBatch, EntryShape, EntrySource, ReadReport } from "../../reader/entries.ts";
import type { MapSource } from "../../reader/map-source.ts";
import { mapView } from "../../reader/views/map-view.ts";
import { errnoOfFailure, unreadMap } from "../../reader/views/unread-map.ts";
import { ENOENT } from "../../sys/errno.ts";
import { isPeekable, MAX_HEADER_BYTES, snapshotShape } from "../format.ts";
import { headerLine, type SnapshotOrigin } from "../header-json.ts";
import { NewFile } from "./new-file.ts";
import { SectionWriter, sectionBuffer } from "./section-writer.ts";
import { type ByteSink, openSink } from "./sink.ts";
import type { SnapshotTarget } from "./target.ts";

export interface SnapshotWriteOptions extends SnapshotOrigin {
  /** Replace a file that exists already. */
  readonly force: boolean;
  /**
   * Write the file on this thread, which then waits for the disk: for a program that has nothing else to do. To hand
   * bytes to another thread takes longer than to write them.
   */
  readonly blocking?: boolean | undefined;
  /**
   * Makes the error that ends the save where nothing of a map could be read; no file is left then. Without it such a
   * map is saved as one that can't be read.
   */
  readonly unreadable?: ((map: MapSource, report: ReadReport) => Error) | undefined;
  /**
   * Saves what can be saved of each map, with the errors in their places, and passes on what is missing but for
   * entries. Without it the first error ends the save.
   */
  readonly onProblem?: ((map: MapSource, problem: string) => void) | undefined;
  /** Called behind each map with how it was read. */
  readonly onMap?: ((map: MapSource, report: ReadReport, unread: UnreadValues) => void) | undefined;
  /** Ends the save with the signal's reason; nothing is left behind. */
  readonly signal?: AbortSignal | undefined;
  /** Called after each batch with the entries saved so far, of all maps. */
  readonly onProgress?: ((entries: number) => void) | undefined;
}

/** The values of a map that the kernel refused to give, for another reason than that they are gone. */
export interface UnreadValues {
  readonly count: number;
  /** The errno of the last one; 0 where there are none. */
  readonly errno: number;
}

export interface SaveResult {
  /** Entries saved, of all maps. */
  readonly entries: number;
  /** Size of the file. */
  readonly bytes: number;
  /** The report of each map's read, in the order of the maps. */
  readonly reports: readonly ReadReport[];
  /** Values of all maps that stand in the file with the errno of a refusal. */
  readonly unread: number;
}

/**
 * Saves maps into one snapshot file, compressed if its name ends in `.gz`. The file appears when it is complete and on
 * disk: nobody sees half of one, and an error or an abort leaves none. A map that can't be read to its end is saved
 * as far as it was, with the report that says so; that is no error here. Maps are taken from `maps` one by one, and
 * none is used when the next one is taken.
 *
 * Throws FILE if the file can't be written or, without `force`, exists. Memory is bounded by the largest batch.
 */
export async function saveSnapshot(
  path: string,
  maps: Iterable<MapSource>,
  options: SnapshotWriteOptions,
): Promise<SaveResult> {
  options.signal?.throwIfAborted();
  const file = await NewFile.create(path, options.force);
  return await saveTo(options.blocking === true ? blocking(file) : file, path.endsWith(".gz"), maps, options);
}

/** A file that is written before `write` returns. */
function blocking(file: NewFile): SnapshotTarget {
  return {
    write: async (bytes) => file.writeNow(bytes),
    commit: () => file.commit(),
    discard: () => file.discard(),
  };
}

/** Saves maps as {@link saveSnapshot} does, into a target that is open: an error or an abort discards it. */
export async function saveTo(
  target: SnapshotTarget,
  compress: boolean,
  maps: Iterable<MapSource>,
  options: SnapshotWriteOptions,
): Promise<SaveResult> {
  const sink = openSink(target, compress);
  try {
    const saving = new Saving(sink, options);
    for (const map of maps) await saving.saveMap(map);
    await sink.end();
    options.signal?.throwIfAborted();
    return { entries: saving.entries, bytes: await target.commit(), reports: saving.reports, unread: saving.unread };
  } catch (error) {
    await sink.abort();
    await target.discard();
    throw error;
  }
}

/** The part of the limit for all headers that those without types may take: enough for some 4000 maps. */
const ROOM_WITHOUT_TYPES = 4 * 1024 * 1024;

class Saving {
  entries = 0;
  unread = 0;
  readonly reports: ReadReport[] = [];
  readonly #sink: ByteSink;
  readonly #options: SnapshotWriteOptions;
  readonly #buffer: OutputBuffer = sectionBuffer();
  #headerBytes = 0;

  constructor(sink: ByteSink, options: SnapshotWriteOptions) {
    this.#sink = sink;
    this.#options = options;
  }

  async saveMap(map: MapSource): Promise<void> {
    const { described, shape, header } = this.#describe(map);
    const writer = new SectionWriter(this.#sink, shape, this.#buffer);
    await writer.writeHeader(header);
    using source = described.entries({ ahead: true, memory: writer.batchMemory() });
    const unread = await this.#saveEntries(source, writer);
    const { report } = source;
    const peeked = isPeekable(map.info) && (await savePeek(described, writer));
    if (!peeked && report.errno !== 0 && writer.entries === 0 && this.#options.unreadable !== undefined) {
      throw this.#options.unreadable(map, report);
    }
    await writer.writeTrailer({ entries: writer.entries, report });
    this.reports.push(report);
    this.unread += unread.count;
    this.#options.onMap?.(map, report, unread);
  }

  /** The map as it can be described: without its types, or without its entries, if there is no other way. */
  #describe(map: MapSource): { described: MapSource; shape: EntryShape; header: string } {
    const describe = (described: MapSource, limit: number) => ({
      described,
      shape: checkedShape(described),
      header: this.#header(described, limit),
    });
    const { onProblem } = this.#options;
    if (onProblem === undefined) return describe(map, MAX_HEADER_BYTES);
    try {
      return describe(map, MAX_HEADER_BYTES - ROOM_WITHOUT_TYPES);
    } catch (error) {
      if (!(error instanceof EbpfMapError)) throw error;
      onProblem(map, `saved without its types: ${error.message}`);
      const types = { state: "unavailable", reason: error.message, errno: errnoOfFailure(error) } as const;
      try {
        return describe(mapView(map, { types: () => types }, "borrowed"), MAX_HEADER_BYTES);
      } catch {
        return describe(unreadMap(map.info, map.label, error), MAX_HEADER_BYTES);
      }
    }
  }

  async #saveEntries(source: EntrySource, writer: SectionWriter): Promise<UnreadValues> {
    let unread: UnreadValues = { count: 0, errno: 0 };
    for (let batch = await this.#next(source); batch !== undefined; batch = await this.#next(source)) {
      await writer.writeEntries(batch);
      this.entries += batch.count;
      if (batch.errnos !== undefined) unread = withUnread(unread, batch.errnos.subarray(0, batch.count));
      this.#options.onProgress?.(this.entries);
      // A turn of the event loop, so that a signal can come in while a map without gaps is read.
      await setImmediate();
      this.#options.signal?.throwIfAborted();
    }
    return unread;
  }

  /** An error of the read ends the map, and not the file. */
  async #next(source: EntrySource): Promise<EntryBatch | undefined> {
    try {
      return await source.next();
    } catch (error) {
      if (this.#options.onProblem === undefined || !(error instanceof EbpfMapError)) throw error;
      Object.assign(source.report, { complete: false, errno: errnoOfFailure(error) });
      return undefined;
    }
  }

  #header(map: MapSource, limit: number): string {
    const line = headerLine(map, this.#options);
    const length = Buffer.byteLength(line);
    if (this.#headerBytes + length <= limit) {
      this.#headerBytes += length;
      return line;
    }
    throw new EbpfMapError("BTF_INVALID", `save ${map.label}: its types take more than ${MAX_HEADER_BYTES} bytes`, {});
  }
}

/** Adds the values of a batch that aren't there, and not because they were deleted or their slots are empty. */
function withUnread({ count, errno }: UnreadValues, errnos: Int32Array): UnreadValues {
  const refused = errnos.filter((one) => one !== 0 && one !== ENOENT);
  return { count: count + refused.length, errno: refused.at(-1) ?? errno };
}

/** The format has no room for a shape of its own: a reader works it out from the sizes in the header. */
function checkedShape({ info, shape, label }: MapSource): EntryShape {
  const { keySize, valueStride } = snapshotShape(info, shape.cpus);
  if (shape.keySize === keySize && shape.valueStride === valueStride) return shape;
  const problem = `entries of ${shape.keySize} + ${shape.valueStride} bytes in a map of ${keySize} + ${valueStride} bytes`;
  throw new EbpfMapError("LAYOUT_INVALID", `save ${label}: ${problem}`);
}

/** Saves the head of a queue or stack; false if it is empty. */
async function savePeek(map: MapSource, writer: SectionWriter): Promise<boolean> {
  const value = new Uint8Array(map.shape.valueStride);
  if ((await map.lookup(null, value)) !== 0) return false;
  await writer.writePeek(value);
  return true;
}
