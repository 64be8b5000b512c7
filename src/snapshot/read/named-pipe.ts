import { closeSync, constants, fstatSync, openSync, readSync, statSync } from "node:fs";
import type { Socket } from "node:net";
import { setTimeout } from "node:timers/promises";
import { EbpfMapError } from "../../errors.ts";
import { fileError } from "../file-error.ts";

/** The bytes that a pipe is asked for first. */
const CHUNK = 65_536;
/** A pipe that nobody has opened for writing tells nobody when that changes. */
const WAIT_MS = 50;

/**
 * Opens a file for reading. A named pipe without a writer must not hold us up; reads of one fail with EAGAIN where
 * nothing has come yet.
 */
export function openWithoutWaiting(path: string): number {
  return openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
}

/** Tells whether a path is a named pipe, or a pipe under a path of /dev/fd. */
export function isPipe(path: string): boolean {
  try {
    return statSync(path).isFIFO();
  } catch {
    // Whoever opens it hears why.
    return false;
  }
}

/** Returns the stream of an open pipe, which it closes; undefined if nothing comes: nobody writes to it. */
export function pipeStream(fd: number): Socket | undefined {
  const first = readIfThere(fd);
  if (first?.length !== 0) return streamAfter(first, fd);
  closeSync(fd);
  return undefined;
}

/** Yields the bytes of a pipe, from the first writer on until the last one closes it, or the signal. Throws FILE. */
export async function* pipeFrom(path: string, signal: AbortSignal): AsyncGenerator<Uint8Array> {
  try {
    signal.throwIfAborted();
    const stream = await firstWriter(path, signal);
    signal.addEventListener("abort", () => stream.destroy(), { once: true });
    yield* stream;
  } catch (error) {
    if (!signal.aborted) throw fileError("read", path, error);
  }
}

/** Waits with an open pipe: a writer that came between two attempts to open it would lose its reader again. */
async function firstWriter(path: string, signal: AbortSignal): Promise<Socket> {
  const fd = openWithoutWaiting(path);
  try {
    if (!fstatSync(fd).isFIFO()) throw new EbpfMapError("FILE", `read ${path}: it is no pipe any more`, { path });
    for (;;) {
      const first = readIfThere(fd);
      if (first?.length !== 0) return streamAfter(first, fd);
      await setTimeout(WAIT_MS, undefined, { signal });
    }
  } catch (error) {
    closeSync(fd);
    throw error;
  }
}

/** The socket waits for bytes in the event loop. */
function streamAfter(first: Buffer | undefined, fd: number): Socket {
  const { Socket: NetSocket } = process.getBuiltinModule("node:net");
  const stream = new NetSocket({ fd, readable: true, writable: false });
  if (first !== undefined) stream.unshift(first);
  return stream;
}

/** Reads what is in a pipe now: no bytes where nobody writes to it, undefined where nothing has come yet. */
function readIfThere(fd: number): Buffer | undefined {
  const bytes = Buffer.alloc(CHUNK);
  try {
    return bytes.subarray(0, readSync(fd, bytes));
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "EAGAIN") return undefined;
    throw error;
  }
}
