import { closeSync, constants, fstatSync, openSync, readSync, type Stats } from "node:fs";
import { EbpfMapError } from "../../errors.ts";
import { errnoText } from "../../sys/errno.ts";

/** The bytes of a file, and what the file system says of it. */
export interface RegularFile {
  readonly bytes: Uint8Array;
  readonly stats: Stats;
}

/** Bytes that are read at a time where a file doesn't tell its size. */
const CHUNK = 64 * 1024;

/**
 * Reads a regular file of at most `most` bytes. A pipe is not waited for and a device is not read: whoever names a file
 * may be wrong about what it is, and a device may have no end. `doing` begins the message of errors: `read BTF from x`.
 * Throws FILE.
 */
export function readRegularFile(path: string, doing: string, most: number): RegularFile {
  const fd = opened(path, doing);
  try {
    const stats = fstatSync(fd);
    if (!stats.isFile()) throw failure(`${doing}: it is ${kindOf(stats)}, not a regular file`, path);
    if (stats.size > most) throw tooLarge(doing, path, most, stats.size);
    return { bytes: readUpTo(fd, most, stats.size, (size) => tooLarge(doing, path, most, size)), stats };
  } catch (error) {
    throw error instanceof EbpfMapError ? error : systemFailure(error, doing, path);
  } finally {
    closeSync(fd);
  }
}

function opened(path: string, doing: string): number {
  try {
    return openSync(path, constants.O_RDONLY | constants.O_NONBLOCK | constants.O_NOCTTY);
  } catch (error) {
    throw systemFailure(error, doing, path);
  }
}

/** Files of /sys and /proc may be longer or shorter than they say, so the end of the file counts. */
function readUpTo(fd: number, most: number, size: number, tooLong: (size: number) => EbpfMapError): Uint8Array {
  let bytes = new Uint8Array(Math.max(size + 1, CHUNK));
  for (let length = 0; ; ) {
    const count = readSync(fd, bytes, length, bytes.length - length, null);
    length += count;
    if (count === 0) return bytes.subarray(0, length);
    if (length > most) throw tooLong(length);
    if (length === bytes.length) {
      const longer = new Uint8Array(2 * bytes.length);
      longer.set(bytes);
      bytes = longer;
    }
  }
}

function kindOf(stats: Stats): string {
  if (stats.isDirectory()) return "a directory";
  if (stats.isFIFO()) return "a pipe";
  if (stats.isSocket()) return "a socket";
  return stats.isCharacterDevice() || stats.isBlockDevice() ? "a device" : "something else";
}

function tooLarge(doing: string, path: string, most: number, size: number): EbpfMapError {
  return failure(`${doing}: it has ${size} bytes or more, and at most ${most} are read`, path);
}

function systemFailure(error: unknown, doing: string, path: string): EbpfMapError {
  const { errno = 0, message } = error instanceof Error ? (error as NodeJS.ErrnoException) : { message: String(error) };
  const reason = errno === 0 ? message : errnoText(-errno).toLowerCase();
  return new EbpfMapError("FILE", `${doing}: ${reason}`, { path, ...(errno === 0 ? {} : { errno: -errno }) }, error);
}

function failure(message: string, path: string): EbpfMapError {
  return new EbpfMapError("FILE", message, { path });
}
