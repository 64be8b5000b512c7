import { EXIT_BY_SIGNAL } from "../result/exit-codes.ts";

/** A pending request to stop. Signals end the process again when it is disposed of. */
export interface Interruption extends Disposable {
  readonly signal: AbortSignal;
  /** The exit status of the signal; undefined if none has come. */
  readonly exitCode: number | undefined;
}

const NAMES = Object.keys(EXIT_BY_SIGNAL) as (keyof typeof EXIT_BY_SIGNAL)[];

/** The signals that ask a process to stop. They end the process unless they are caught. */
export class Signals {
  readonly #listeners = new Set<(name: NodeJS.Signals) => void>();
  #haveCome = false;

  get areCaught(): boolean {
    return this.#listeners.size > 0;
  }

  /** True if a caught signal has come. */
  get haveCome(): boolean {
    return this.#haveCome;
  }

  /** Catches signals until the result is disposed of. With `onHangup`, SIGHUP is no request to stop: it calls that. */
  catch(onHangup?: () => void): Interruption {
    const controller = new AbortController();
    let exitCode: number | undefined;
    const stop = (name: NodeJS.Signals): void => {
      if (name === "SIGHUP" && onHangup !== undefined) {
        onHangup();
        return;
      }
      this.#haveCome = true;
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

  /** Lets signals end the process during an action that may block, in which no listener runs. */
  during(action: () => void): void {
    for (const stop of this.#listeners) for (const name of NAMES) process.off(name, stop);
    try {
      action();
    } finally {
      for (const stop of this.#listeners) for (const name of NAMES) process.on(name, stop);
    }
  }
}
