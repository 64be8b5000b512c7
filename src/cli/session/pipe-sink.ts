import { closeSync, constants, fstatSync, openSync, writeSync } from "node:fs";
import { BrokenPipe, descriptorSink } from "../../output/sink.ts";
import { EAGAIN, ECONNRESET, EINTR, EPIPE } from "../../sys/errno.ts";
import { enlargePipe, USUAL_PIPE_BYTES } from "../../sys/pipes/pipe-size.ts";
import { sendNow } from "../../sys/pipes/send.ts";
import type { Signals } from "./signals.ts";

/** The time between two tries on a pipe that is full. */
const PAUSE_MS = 5;
/** The time for a reader to take the rest after a signal. */
const GRACE_MS = 300;
/** The most bytes that are kept for a slow reader. */
const MOST_PENDING = 64 * 2 ** 20;

/**
 * Writes all bytes to a descriptor before it returns, like `descriptorSink`. A pipe is made larger for bytes that it
 * has no room for. While signals are caught, bytes for a pipe or socket are kept until `drain`, which waits for the
 * reader without blocking the event loop: during a write that blocks, no signal listener runs.
 */
export class PipeSink {
  readonly #fd: number;
  readonly #signals: Signals;
  readonly #writeAll: (bytes: Uint8Array) => void;
  #pending: Uint8Array[] = [];
  #size = 0;
  #isEnlarged = false;

  constructor(fd: number, signals: Signals) {
    this.#fd = fd;
    this.#signals = signals;
    this.#writeAll = descriptorSink(fd);
  }

  /** Writes bytes, or keeps a copy of them. Throws BrokenPipe or OUTPUT. */
  readonly write = (bytes: Uint8Array): void => {
    this.#enlarge(bytes.length + this.#size);
    if (!this.#signals.areCaught || !isPipe(this.#fd)) {
      this.#writePending();
      this.#writeAll(bytes);
      return;
    }
    this.#pending.push(new Uint8Array(bytes));
    this.#size += bytes.length;
    if (this.#size > MOST_PENDING) this.#signals.during(() => this.#writePending());
  };

  /** Writes kept bytes as the reader takes them, until a signal comes. Throws BrokenPipe or OUTPUT. */
  readonly drain = async (): Promise<void> => {
    while (this.#size > 0 && !this.#signals.haveCome) {
      const written = this.#writeNow();
      if (written === "full") await pause(PAUSE_MS);
      if (written !== "blocks") continue;
      // Signals that have come are handled before none can be.
      await pause(0);
      if (!this.#signals.haveCome) this.#signals.during(() => this.#writePending());
    }
  };

  /**
   * Writes kept bytes at the end of the program; after a signal, only if the reader still reads. Throws BrokenPipe or
   * OUTPUT.
   */
  readonly end = async (): Promise<void> => {
    if (!this.#signals.haveCome) this.#writePending();
    for (let waited = 0; this.#size > 0 && waited < GRACE_MS; waited += PAUSE_MS) {
      const written = this.#writeNow();
      if (written === "full") await pause(PAUSE_MS);
      else if (written === "blocks") this.#writePending();
    }
  };

  /** Makes a pipe larger if it is to take so many bytes, once: what it holds then is all that the system allows. */
  #enlarge(bytes: number): void {
    if (this.#isEnlarged || bytes <= USUAL_PIPE_BYTES) return;
    this.#isEnlarged = true;
    if (fstatSync(this.#fd).isFIFO()) enlargePipe(this.#fd);
  }

  #writeNow(): "some" | "full" | "blocks" {
    const bytes = Buffer.concat(this.#pending);
    const written = writeWithoutWaiting(this.#fd, bytes);
    if (written === "blocks") return written;
    this.#pending = written === bytes.length ? [] : [bytes.subarray(written)];
    this.#size = bytes.length - written;
    return written === 0 ? "full" : "some";
  }

  #writePending(): void {
    const pending = this.#pending;
    this.#pending = [];
    this.#size = 0;
    for (const bytes of pending) this.#writeAll(bytes);
  }
}

/** Waits for `ms` milliseconds. node:timers/promises is not used, since it takes time to load. */
function pause(ms: number): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, ms);
  });
}

function isPipe(fd: number): boolean {
  const stats = fstatSync(fd);
  return stats.isFIFO() || stats.isSocket();
}

/**
 * Writes what a pipe or socket has room for and returns the number of bytes. It opens a pipe again as non-blocking,
 * since programs that share the descriptor do not expect EAGAIN; a socket can't be opened again, but takes a flag with
 * each call. Throws BrokenPipe.
 */
function writeWithoutWaiting(fd: number, bytes: Uint8Array): number | "blocks" {
  let opened: number | undefined;
  try {
    opened = openSync(`/proc/self/fd/${fd}`, constants.O_WRONLY | constants.O_NONBLOCK);
    return writeSync(opened, bytes);
  } catch (error) {
    const code = error instanceof Error && "code" in error ? error.code : undefined;
    if (code === "EPIPE") throw new BrokenPipe();
    if (code === "ENXIO") return sendWithoutWaiting(fd, bytes);
    return code === "EAGAIN" || code === "EINTR" ? 0 : "blocks";
  } finally {
    if (opened !== undefined) closeSync(opened);
  }
}

function sendWithoutWaiting(socket: number, bytes: Uint8Array): number | "blocks" {
  const sent = sendNow(socket, bytes);
  if (sent >= 0) return sent;
  if (sent === -EPIPE || sent === -ECONNRESET) throw new BrokenPipe();
  return sent === -EAGAIN || sent === -EINTR ? 0 : "blocks";
}
