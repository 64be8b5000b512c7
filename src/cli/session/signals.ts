import { closeSync, constants, fstatSync, openSync, writeSync } from "node:fs";
import { descriptorSink } from "../../output/sink.ts";
import { EXIT_BY_SIGNAL } from "../result/exit-codes.ts";

/** A request to stop, as long as somebody listens. Disposed of, signals end the process again. */
export interface Interruption extends Disposable {
  readonly signal: AbortSignal;
  /** The exit status that the signal asks for; undefined while there was none. */
  readonly exitCode: number | undefined;
}

const NAMES = Object.keys(EXIT_BY_SIGNAL) as (keyof typeof EXIT_BY_SIGNAL)[];

/** The signals that ask a process to stop. They end it, unless somebody catches them. */
export class Signals {
  readonly #listeners = new Set<(name: NodeJS.Signals) => void>();

  get areCaught(): boolean {
    return this.#listeners.size > 0;
  }

  /** Catches them from now on, until it is disposed of. */
  catch(): Interruption {
    const controller = new AbortController();
    let exitCode: number | undefined;
    const stop = (name: NodeJS.Signals): void => {
      exitCode ??= EXIT_BY_SIGNAL[name as keyof typeof EXIT_BY_SIGNAL];
      controller.abort();
    };
    this.#listeners.add(stop);
    for (const name of NAMES) process.on(name, stop);
    return {
      signal: controller.signal,
      get exitCode() {
        return exitCode;
      },
      [Symbol.dispose]: () => {
        this.#listeners.delete(stop);
        for (const name of NAMES) process.off(name, stop);
      },
    };
  }

  /** Lets them end the process during something that may wait for ever, in which nobody could hear of them. */
  during(action: () => void): void {
    for (const stop of this.#listeners) for (const name of NAMES) process.off(name, stop);
    try {
      action();
    } finally {
      for (const stop of this.#listeners) for (const name of NAMES) process.on(name, stop);
    }
  }
}

/**
 * A drain to a descriptor, as `descriptorSink` makes it. Nothing is heard of signals that are caught while it waits for a
 * reader: so what a pipe has room for is written first, and while it is full they end the process.
 */
export function interruptibleSink(fd: number, signals: Signals): (bytes: Uint8Array) => void {
  const write = descriptorSink(fd);
  return (bytes) => {
    const kind = signals.areCaught ? fstatSync(fd) : undefined;
    if (!kind?.isFIFO() && !kind?.isSocket()) return write(bytes);
    const written = writeAtOnce(fd, bytes);
    if (written < bytes.length) signals.during(() => write(bytes.subarray(written)));
  };
}

/** Writes what a pipe has room for. Through another opening of it, since who shares this one would not expect EAGAIN. */
function writeAtOnce(fd: number, bytes: Uint8Array): number {
  let opened: number | undefined;
  try {
    opened = openSync(`/proc/self/fd/${fd}`, constants.O_WRONLY | constants.O_NONBLOCK);
    return writeSync(opened, bytes);
  } catch {
    // It is full, or no pipe, or nobody's: the other way to write tells.
    return 0;
  } finally {
    if (opened !== undefined) closeSync(opened);
  }
}
