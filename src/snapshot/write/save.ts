import { setImmediate } from "node:timers/promises";
import { EbpfMapError } from "../../errors.ts";
import type { EntryShape, EntrySource, ReadReport } from "../../reader/entries.ts";
import type { MapSource } from "../../reader/map-source.ts";
import { isPeekable, MAX_HEADER_BYTES, snapshotShape } from "../format.ts";
import { headerLine, type SnapshotOrigin } from "../header-json.ts";
import { NewFile } from "./new-file.ts";
import { SectionWriter } from "./section-writer.ts";
import { type ByteSink, openSink } from "./sink.ts";
import type { SnapshotTarget } from "./target.ts";

export interface SaveOptions extends SnapshotOrigin {
  /** Replace a file that exists already. */
  readonly force: boolean;
  /**
   * Makes the error that ends the save where nothing of a map could be read; no file is left then. Without it such a map is
   * saved as one that can't be read.
   */
  readonly unreadable?: ((map: MapSource, report: ReadReport) => Error) | undefined;
  /** Ends the save with the signal's reason; nothing is left behind. */
  readonly signal?: AbortSignal | undefined;
  /** Called after each batch with the entries saved so far, of all maps. */
  readonly onProgress?: ((entries: number) => void) | undefined;
}

export interface SaveResult {
  /** Entries saved, of all maps. */
  readonly entries: number;
  /** Size of the file. */
  readonly bytes: number;
  /** The report of each map's read, in the order of the maps. */
  readonly reports: readonly ReadReport[];
}

/**
 * Saves maps into one snapshot file, compressed if its name ends in `.gz`. The file appears when it is complete and on
 * disk: nobody sees half of one, and an error or an abort leaves none. A map that can't be read to its end is saved
 * as far as it was, with the report that says so; that is no error here.
 *
 * Throws FILE if the file can't be written or, without `force`, exists. Memory is bounded by the largest batch.
 */
export async function saveSnapshot(
  path: string,
  maps: readonly MapSource[],
  options: SaveOptions,
): Promise<SaveResult> {
  options.signal?.throwIfAborted();
  return await saveTo(await NewFile.create(path, options.force), path.endsWith(".gz"), maps, options);
}

/** Saves maps as {@link saveSnapshot} does, into a target that is open: an error or an abort discards it. */
export async function saveTo(
  target: SnapshotTarget,
  compress: boolean,
  maps: readonly MapSource[],
  options: SaveOptions,
): Promise<SaveResult> {
  const sink = openSink(target, compress);
  try {
    const saving = new Saving(sink, options);
    for (const map of maps) await saving.saveMap(map);
    await sink.end();
    options.signal?.throwIfAborted();
    return { entries: saving.entries, bytes: await target.commit(), reports: saving.reports };
  } catch (error) {
    await sink.abort();
    await target.discard();
    throw error;
  }
}

class Saving {
  entries = 0;
  readonly reports: ReadReport[] = [];
  readonly #sink: ByteSink;
  readonly #options: SaveOptions;
  #headerBytes = 0;

  constructor(sink: ByteSink, options: SaveOptions) {
    this.#sink = sink;
    this.#options = options;
  }

  async saveMap(map: MapSource): Promise<void> {
    const writer = new SectionWriter(this.#sink, checkedShape(map));
    await writer.writeHeader(this.#header(map));
    using source = map.entries({ ahead: true });
    await this.#saveEntries(source, writer);
    const { report } = source;
    const peeked = isPeekable(map.info) && (await savePeek(map, writer));
    if (!peeked && report.errno !== 0 && writer.entries === 0 && this.#options.unreadable !== undefined) {
      throw this.#options.unreadable(map, report);
    }
    await writer.writeTrailer({ entries: writer.entries, report });
    this.reports.push(report);
  }

  async #saveEntries(source: EntrySource, writer: SectionWriter): Promise<void> {
    for (let batch = await source.next(); batch !== undefined; batch = await source.next()) {
      await writer.writeEntries(batch);
      this.entries += batch.count;
      this.#options.onProgress?.(this.entries);
      // A turn of the event loop, so that a signal can come in while a map without gaps is read.
      await setImmediate();
      this.#options.signal?.throwIfAborted();
    }
  }

  #header(map: MapSource): string {
    const line = headerLine(map, this.#options);
    this.#headerBytes += Buffer.byteLength(line);
    if (this.#headerBytes <= MAX_HEADER_BYTES) return line;
    throw new EbpfMapError("BTF_INVALID", `save ${map.label}: its types take more than ${MAX_HEADER_BYTES} bytes`, {});
  }
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
