import { writeSync } from "node:fs";
import { EbpfMapError } from "../errors.ts";
import { errnoText } from "../sys/errno.ts";

/** How long to wait before the next try on a descriptor that takes nothing now. */
const PAUSE_MS = 4;

/** The reader of the output has gone away: no failure of ours, and no reason to go on. */
export class BrokenPipe extends Error {
  constructor() {
    super("broken pipe");
    this.name = "BrokenPipe";
  }
}

/** What {@link descriptorSink} needs of `fs.writeSync`. */
export type WriteSome = (fd: number, bytes: Uint8Array, offset: number, length: number) => number;

/**
 * A drain for an OutputBuffer: writes all bytes to a file descriptor before it returns, so nothing piles up in memory
 * when the reader is slow. Throws {@link BrokenPipe} when the reader is gone and OUTPUT for any other failure.
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

/** Sleeps without turning the event loop: a pipe that another program made non-blocking is full. */
function pause(): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, PAUSE_MS);
}
