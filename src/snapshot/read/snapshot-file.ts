import { closeSync, fstatSync, read } from "node:fs";
import { promisify } from "node:util";
import { EbpfMapError } from "../../errors.ts";
import { EINTR } from "../../sys/errno.ts";
import { Fd } from "../../sys/fd.ts";
import { fileError } from "../file-error.ts";
import { openWithoutWaiting, pipeStream } from "./named-pipe.ts";
import { type ByteStore, spooled } from "./spool.ts";

const readOnce = promisify(read);
const GZIP_MAGIC = [0x1f, 0x8b] as const;

/** Opens stdin for a path of {@link STDIN}. */
export type OpenStdin = () => AsyncIterable<Uint8Array>;

/** The path that means stdin where there is one. */
const STDIN = "-";

/**
 * An open snapshot file, shared by its sections and by the reads that are under way: each holds a share, and the last
 * one to release it closes the file. Since it stays open, a snapshot that is replaced meanwhile is still read to its
 * end as it was.
 */
export class SnapshotFile {
  /** For messages: the path, or `-` for stdin. */
  readonly path: string;
  readonly compressed: boolean;
  readonly #store: ByteStore;
  #shares = 1;
  #signal: AbortSignal | undefined;

  /**
   * Opens a regular file, or takes in a pipe to its end, with one share for the caller. With `stdin`, `-` is that.
   * Throws FILE, and once the signal has aborted anything.
   */
  static async open(path: string, stdin?: OpenStdin, signal?: AbortSignal): Promise<SnapshotFile> {
    signal?.throwIfAborted();
    if (path === STDIN && stdin !== undefined) return await SnapshotFile.of(await spooled(stdin(), path), path);
    try {
      const file = await SnapshotFile.of(await openStore(path, signal), path);
      file.#signal = signal;
      return file;
    } catch (error) {
      throw fileError("read snapshot", path, error);
    }
  }

  /** A file of bytes that are there, which it owns. */
  static async of(store: ByteStore, path: string): Promise<SnapshotFile> {
    try {
      return new SnapshotFile(path, store, await startsWithMagic(store));
    } catch (error) {
      store.close();
      throw error;
    }
  }

  private constructor(path: string, store: ByteStore, compressed: boolean) {
    this.path = path;
    this.compressed = compressed;
    this.#store = store;
  }

  /** The moment at which it was written, or came through a pipe: milliseconds. */
  get modified(): number {
    return this.#store.modified;
  }

  /** Bytes, as stored. */
  get size(): number {
    return this.#store.size;
  }

  /** Ends the time in which the signal that it was opened with ends reads. */
  opened(): void {
    this.#signal = undefined;
  }

  retain(): this {
    this.#shares++;
    return this;
  }

  release(): void {
    this.#shares--;
    if (this.#shares === 0) this.#store.close();
  }

  /** Reads stored bytes from `position` on and returns how many; 0 at the end. Throws FILE. */
  async read(into: Uint8Array, position: number): Promise<number> {
    this.#signal?.throwIfAborted();
    this.retain();
    try {
      return await this.#store.read(into, position);
    } catch (error) {
      throw fileError("read snapshot", this.path, error);
    } finally {
      this.release();
    }
  }
}

async function openStore(path: string, signal: AbortSignal | undefined): Promise<ByteStore> {
  const number = openWithoutWaiting(path);
  const stat = fstatSync(number);
  if (stat.isFIFO()) return await spooledPipe(number, path, signal);
  const fd = new Fd(number, closeSync);
  if (stat.isFile()) return new FileStore(fd, stat.size, stat.mtimeMs);
  fd.close();
  const what = stat.isDirectory() ? "is a directory" : "neither a regular file nor a pipe";
  throw new EbpfMapError("FILE", `read snapshot ${path}: ${what}`, { path });
}

async function spooledPipe(fd: number, path: string, signal: AbortSignal | undefined): Promise<ByteStore> {
  const stream = pipeStream(fd);
  const stop = (): void => void stream?.destroy();
  signal?.addEventListener("abort", stop);
  try {
    if (stream !== undefined) return await spooled(stream, path);
  } finally {
    signal?.removeEventListener("abort", stop);
  }
  throw new EbpfMapError("FILE", `read snapshot ${path}: nothing comes through this pipe`, { path });
}

class FileStore implements ByteStore {
  readonly size: number;
  readonly modified: number;
  readonly #fd: Fd;

  constructor(fd: Fd, size: number, modified: number) {
    this.#fd = fd;
    this.size = size;
    this.modified = modified;
  }

  read(into: Uint8Array, position: number): Promise<number> {
    return readAt(this.#fd.number, into, position);
  }

  close(): void {
    this.#fd.close();
  }
}

async function startsWithMagic(store: ByteStore): Promise<boolean> {
  const start = Buffer.alloc(GZIP_MAGIC.length);
  await store.read(start, 0);
  return start.equals(Buffer.from(GZIP_MAGIC));
}

/** Reads again where a signal has interrupted it, as network file systems let one do; Node passes that on. */
async function readAt(fd: number, into: Uint8Array, position: number): Promise<number> {
  for (;;) {
    try {
      return (await readOnce(fd, into, 0, into.length, position)).bytesRead;
    } catch (error) {
      if (-((error as NodeJS.ErrnoException).errno ?? 0) !== EINTR) throw error;
    }
  }
}
