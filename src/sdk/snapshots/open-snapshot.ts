import { addAbortSignal, Readable } from "node:stream";
import type { DecodedValue } from "../../codec/access/value-decoder.ts";
import { EbpfMapError } from "../../errors.ts";
import { mapView } from "../../reader/views/map-view.ts";
import type { SnapshotMap } from "../../snapshot/read/load.ts";
import type { MapInfo } from "../../sys/info.ts";
import { mapTypeName } from "../../sys/map-types.ts";
import { checkArgument, checkOptions, type OptionCheck, PATH, SIGNAL } from "../check-options.ts";
import type { OpenOptions } from "../handle.ts";
import { inOptions } from "../in-options.ts";
import { openSourceReader } from "../reader/make-reader.ts";
import { abortedWork } from "../reader/read-errors.ts";
import type { Reader } from "../reader/reader.ts";
import { checkReaderOptions, type ReaderOptions } from "../reader/reader-options.ts";

const SOURCE: OptionCheck = { ...PATH, expected: "a path, or a stream to read from" };

/** A map of a snapshot. */
export interface SavedMap {
  /** The id that the map had. */
  readonly id: number;
  /** The name, at most 15 bytes; "" for a map without one. */
  readonly name: string;
  /** The map's type as bpftool calls it. */
  readonly type: string;
  /** The kernel's `bpf_map_info` of the map then. */
  readonly info: MapInfo;
  /** The moment at which the map was saved. */
  readonly time: Date;
  /** The tool that saved it: `ebpf-map 0.1.0`. */
  readonly tool: string;
}

/** An open snapshot, and the maps in it. Close it with `using`, `close()` or `await using`. */
export class Snapshot implements Disposable, AsyncDisposable {
  /** The maps, in the order of the file. */
  readonly maps: readonly SavedMap[];
  readonly #sources: readonly SnapshotMap[];
  readonly #readers = new Set<Pick<Reader, "close">>();
  #isOpen = true;

  /** @internal */
  constructor(sources: readonly SnapshotMap[]) {
    this.#sources = sources;
    this.maps = sources.map(({ info, header }) => ({
      id: info.id,
      name: info.name,
      type: mapTypeName(info.type) ?? String(info.type),
      info,
      time: new Date(header.time),
      tool: header.tool,
    }));
  }

  /**
   * Returns a reader of one of `maps`, or of the only one. Closing the snapshot closes it, too. Throws CLOSED once the
   * snapshot is closed, NO_SUCH_MAP for anything that isn't one of `maps`, AMBIGUOUS_MAP if several are there and none
   * is given, and what `openMap` throws for options, types and schemas.
   */
  open<K = DecodedValue, V = DecodedValue>(map?: SavedMap, options: ReaderOptions<K, V> = {}): Reader<K, V> {
    if (!this.#isOpen) throw new EbpfMapError("CLOSED", "open a map of a snapshot: the snapshot is closed");
    checkReaderOptions(options as ReaderOptions);
    let reader: Reader<K, V> | undefined;
    const view = mapView(this.#source(map), {}, () => reader && this.#readers.delete(reader));
    reader = openSourceReader(view, options);
    this.#readers.add(reader);
    return reader;
  }

  /** Closes the file, and the readers of its maps, whose reads end with CLOSED. Doing it again does nothing. */
  close(): void {
    this.#isOpen = false;
    for (const reader of this.#readers) reader.close();
    for (const source of this.#sources) source[Symbol.dispose]();
  }

  /** Does what `close` does, for `using`. */
  [Symbol.dispose](): void {
    this.close();
  }

  /** Does what `close` does, for `await using`. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.close();
  }

  #source(map: SavedMap | undefined): SnapshotMap {
    const { maps } = this;
    if (map === undefined && maps.length > 1) {
      const message = `open a map of a snapshot: there are ${maps.length} (name one of its maps)`;
      throw new EbpfMapError("AMBIGUOUS_MAP", message, { ids: maps.map(({ id }) => id) });
    }
    const source = this.#sources[map === undefined ? 0 : maps.indexOf(map)];
    if (source !== undefined) return source;
    throw new EbpfMapError("NO_SUCH_MAP", "open a map of a snapshot: it is none of its maps");
  }
}

/**
 * Opens a snapshot from a file by its path, or from a stream of one, which is taken in to its end. Of a long stream all
 * but the first 4 MiB are kept in a file without a name, in TMPDIR, until the snapshot is closed. What maps there are
 * and what their headers say has been checked; entries are as they are read.
 *
 * Throws FILE where it can't be read or kept, SNAPSHOT_INVALID where it is no snapshot or is cut short, and USAGE for a
 * stream of objects. Messages call a stream `-`, and an error of its own is thrown as it is. With `signal` it ends with
 * ABORTED; a stream is destroyed then, as by leaving a loop over it.
 */
export async function openSnapshot(
  from: string | Readable | ReadableStream<Uint8Array>,
  options: OpenOptions = {},
): Promise<Snapshot> {
  checkOptions("open a snapshot", options, { signal: SIGNAL });
  const { signal } = options;
  // A stream may fail before anything is read from it; reading it tells.
  if (from instanceof Readable) from.on("error", ignore);
  try {
    return await opened(from, signal);
  } catch (error) {
    throw signal?.aborted === true ? abortedWork("open a snapshot", signal.reason) : inOptions(error);
  }
}

function ignore(): void {}

async function opened(
  from: string | Readable | ReadableStream<Uint8Array>,
  signal: AbortSignal | undefined,
): Promise<Snapshot> {
  const [{ sectionsOf }, { SnapshotFile }] = await Promise.all([
    import("../../snapshot/read/load.ts"),
    import("../../snapshot/read/snapshot-file.ts"),
  ]);
  const isStream = from instanceof Readable || from instanceof ReadableStream;
  if (!isStream) checkArgument("open a snapshot", "from", from, SOURCE);
  const file = await (isStream
    ? SnapshotFile.open("-", () => bytesOf(from, signal))
    : SnapshotFile.open(from, undefined, signal));
  try {
    return new Snapshot(await sectionsOf(file));
  } finally {
    file.opened();
    file.release();
  }
}

/** The bytes of a stream; the text of one that has an encoding. */
async function* bytesOf(
  stream: Readable | ReadableStream<Uint8Array>,
  signal: AbortSignal | undefined,
): AsyncGenerator<Uint8Array, void, undefined> {
  const readable = stream instanceof Readable ? stream : Readable.fromWeb(stream);
  if (signal !== undefined) addAbortSignal(signal, readable);
  for await (const chunk of readable as AsyncIterable<unknown>) {
    if (chunk instanceof Uint8Array) yield chunk;
    else if (typeof chunk === "string") yield Buffer.from(chunk);
    else throw new EbpfMapError("USAGE", `open a snapshot: the stream gives ${typeof chunk}s, not bytes`);
  }
}
