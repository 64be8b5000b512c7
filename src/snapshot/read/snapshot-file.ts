import { closeSync, constants, fstatSync, openSync, read } from "node:fs";
import { promisify } from "node:util";
import { EbpfMapError } from "../../errors.ts";
import { EINTR } from "../../sys/errno.ts";
import { Fd } from "../../sys/fd.ts";
import { fileError } from "../file-error.ts";

const readOnce = promisify(read);
const GZIP_MAGIC = [0x1f, 0x8b] as const;

/**
 * An open snapshot file, shared by its sections and by the reads that are under way: each holds a share, and the last
 * one to release it closes the file. Since it stays open, a snapshot that is replaced meanwhile is still read to its
 * end as it was.
 */
export class SnapshotFile {
  readonly path: string;
  /** Bytes, as stored. */
  readonly size: number;
  readonly compressed: boolean;
  readonly #fd: Fd;
  #shares = 1;

  /** Opens a regular file, with one share for the caller. Throws FILE. */
  static async open(path: string): Promise<SnapshotFile> {
    try {
      // O_NONBLOCK: a named pipe without a writer must not hold us up before we know that it is one.
      const fd = new Fd(openSync(path, constants.O_RDONLY | constants.O_NONBLOCK), closeSync);
      try {
        return new SnapshotFile(path, fd, regularSize(fd, path), await startsWithMagic(fd));
      } catch (error) {
        fd.close();
        throw error;
      }
    } catch (error) {
      throw fileError("read snapshot", path, error);
    }
  }

  private constructor(path: string, fd: Fd, size: number, compressed: boolean) {
    this.path = path;
    this.size = size;
    this.compressed = compressed;
    this.#fd = fd;
  }

  retain(): this {
    this.#shares++;
    return this;
  }

  release(): void {
    this.#shares--;
    if (this.#shares === 0) this.#fd.close();
  }

  /** Reads stored bytes from `position` on and returns how many; 0 at the end. Throws FILE. */
  async read(into: Uint8Array, position: number): Promise<number> {
    this.retain();
    try {
      return await readAt(this.#fd.number, into, position);
    } catch (error) {
      throw fileError("read snapshot", this.path, error);
    } finally {
      this.release();
    }
  }
}

function regularSize(fd: Fd, path: string): number {
  const stat = fstatSync(fd.number);
  if (stat.isFile()) return stat.size;
  const what = stat.isDirectory() ? "is a directory" : "not a regular file (a snapshot is read more than once)";
  throw new EbpfMapError("FILE", `read snapshot ${path}: ${what}`, { path });
}

async function startsWithMagic(fd: Fd): Promise<boolean> {
  const start = Buffer.alloc(GZIP_MAGIC.length);
  await readAt(fd.number, start, 0);
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
