import { type BigIntStats, statSync } from "node:fs";
import { EbpfMapError } from "../../errors.ts";
import { errnoText } from "../../sys/errno.ts";
import { readRegularFile } from "./regular-file.ts";

/** The bytes of a file, read when they are needed, and what tells them from others. */
export interface Content {
  readonly hash: string;
  readonly bytes: () => Uint8Array;
}

/** A file as it was when it was read last. */
interface Known {
  readonly stamp: string;
  readonly hash: string;
}

/** Files that are remembered, the latest read last. */
const known = new Map<string, Known>();
const MOST_FILES = 64;
/** A kernel image with its debug information has some hundred million. */
const MOST_BYTES = 2 ** 30;
/** The most bytes of a file that is read as text. Strings have a limit themselves, and schemas are small. */
export const MOST_TEXT_BYTES: number = 2 ** 26;

/** Nanoseconds after a change in which a file may change again without a new time stamp. */
const RACY_NS = 1_000_000_000n;

/**
 * Returns the content of a file: one that has neither been changed nor replaced since is not read again for its hash.
 * `what` says in errors what was to be read; a file of more than `most` bytes is refused. Throws FILE.
 */
export function fileContent(path: string, what: string, most: number = MOST_BYTES): Content {
  try {
    const stats = statSync(path, { bigint: true });
    const stamp = stampOf(stats);
    const before = known.get(path);
    if (before?.stamp === stamp) return { hash: before.hash, bytes: () => readAgain(path, what, most, before.hash) };
    const bytes = readBytes(path, what, most);
    const content = bytesContent(bytes);
    if (BigInt(Date.now()) * 1_000_000n - stats.ctimeNs > RACY_NS) remember(path, { stamp, hash: content.hash });
    return content;
  } catch (error) {
    throw fileError(error, path, what);
  }
}

/** The same for bytes that are there. */
export function bytesContent(bytes: Uint8Array): Content {
  const { createHash } = process.getBuiltinModule("node:crypto");
  return { hash: createHash("sha256").update(bytes).digest("hex"), bytes: () => bytes };
}

/** It may have changed since its stamp was looked at. */
function readAgain(path: string, what: string, most: number, hash: string): Uint8Array {
  const bytes = readBytes(path, what, most);
  if (bytesContent(bytes).hash === hash) return bytes;
  known.delete(path);
  throw fileError("it was changed while it was read", path, what);
}

function readBytes(path: string, what: string, most: number): Uint8Array {
  return readRegularFile(path, `read ${what} from ${path}`, most).bytes;
}

function stampOf({ dev, ino, size, mtimeNs, ctimeNs }: BigIntStats): string {
  return [dev, ino, size, mtimeNs, ctimeNs].join(" ");
}

function remember(path: string, file: Known): void {
  known.delete(path);
  known.set(path, file);
  for (const [oldest] of known) if (known.size > MOST_FILES) known.delete(oldest);
}

function fileError(error: unknown, path: string, what: string): unknown {
  if (error instanceof EbpfMapError) return error;
  const { errno = 0, message } = error instanceof Error ? (error as NodeJS.ErrnoException) : { message: String(error) };
  const reason = errno === 0 ? message : errnoText(-errno).toLowerCase();
  return new EbpfMapError("FILE", `read ${what} from ${path}: ${reason}`, { path }, error);
}
