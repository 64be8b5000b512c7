import { writeSync } from "node:fs";
import { EbpfMapError } from "../errors.ts";
import { errnoText } from "../sys/errno.ts";

/** The pause before the next attempt to write to a descriptor that is full. */
const PAUSE_MS = 4;

/** Thrown when the reader of the output is gone: no failure, but no reason to go on. */
export class BrokenPipe extends Error {
  constructor() {
    super("broken pipe");
    this.name = "BrokenPipe";
  }
}

/** The part of `fs.writeSync` that {@link descriptorSink} uses. */
export type WriteSome = (fd: number, bytes: Uint8Array, offset: number, length: number) => number;

/**
 * Returns a drain for an OutputBuffer that writes all bytes to a file descriptor before it returns, so nothing piles up
 * in memory for a slow reader. It throws {@link BrokenPipe} if the reader is gone, and OUTPUT for any other failure.
 */
export function descriptorSink(fd: number, write: WriteSome = writeSync): (bytes: Uint8Array) => void {
  return (bytes) => {
    for (let at = 0; at < bytes.length; ) {
      try {
        at += write(fd, bytes, at, bytes.length - at);
      } catch (error) {
        const { code } = error as NodeJS.ErrnoException;
        if (code === "EAGAIN") pause();
        else if (code === "EPIPE") throw new BrokenPipe();
        else if (code !== "EINTR") throw outputError(error as NodeJS.ErrnoException);
      }
    }
  };
}

function outputError(error: NodeJS.ErrnoException): EbpfMapError {
  const errno = -(error.errno ?? 0);
  return new EbpfMapError("OUTPUT", `write the output: ${errnoText(errno).toLowerCase()}`, { errno }, error);
}

/** Blocks for a moment: a pipe that another program made non-blocking is full. */
function pause(): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, PAUSE_MS);
}
