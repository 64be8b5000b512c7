import type { Writable } from "node:stream";
import { EbpfMapError } from "../../errors.ts";

/** Takes bytes, which may be overwritten once the promise is settled. */
export type Put = (bytes: Uint8Array) => Promise<void>;

/**
 * Lets some work write into a stream of Node: each write gets a copy of its bytes, and ends when the stream has taken
 * it, fails or is closed, or with the reason of the signal. An error of the stream is that of the write; it doesn't end
 * the process, too.
 */
export async function withNodeStream<T>(
  stream: Writable,
  signal: AbortSignal | undefined,
  work: (put: Put) => Promise<T>,
): Promise<T> {
  stream.on("error", ignore);
  try {
    return await work((bytes) => orAborted(written(stream, bytes), signal));
  } finally {
    // The event of an error that has been told comes later.
    if (stream.errored === null) stream.off("error", ignore);
  }
}

/** Does the same for a stream of the web, which is locked meanwhile. */
export async function withWebStream<T>(
  stream: WritableStream<Uint8Array>,
  signal: AbortSignal | undefined,
  work: (put: Put) => Promise<T>,
): Promise<T> {
  const writer = stream.getWriter();
  try {
    return await work((bytes) => orAborted(writer.write(bytes.slice()), signal));
  } finally {
    writer.releaseLock();
  }
}

function ignore(): void {}

function written(stream: Writable, bytes: Uint8Array): Promise<void> {
  return new Promise((resolve, reject) => {
    // A write that is under way when a stream is destroyed is never called back.
    const closed = (): void =>
      reject(stream.errored ?? new EbpfMapError("OUTPUT", "save a snapshot: the stream was closed before its end"));
    stream.once("close", closed);
    stream.write(bytes.slice(), (error) => {
      stream.off("close", closed);
      if (error) reject(error);
      else resolve();
    });
  });
}

/** The outcome of some work, or the reason of a signal that comes before. */
async function orAborted(work: Promise<void>, signal: AbortSignal | undefined): Promise<void> {
  if (signal === undefined) return await work;
  const { promise: aborted, abort } = abortion(signal);
  signal.addEventListener("abort", abort);
  if (signal.aborted) abort();
  try {
    await Promise.race([work, aborted]);
  } finally {
    signal.removeEventListener("abort", abort);
  }
}

function abortion(signal: AbortSignal): { readonly promise: Promise<never>; readonly abort: () => void } {
  let abort = ignore;
  const promise = new Promise<never>((_, reject) => {
    abort = () => reject(signal.reason);
  });
  return { promise, abort };
}
