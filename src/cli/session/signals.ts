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
  #haveCome = false;

  get areCaught(): boolean {
    return this.#listeners.size > 0;
  }

  /** One of those that were caught has come. */
  get haveCome(): boolean {
    return this.#haveCome;
  }

  /** Catches them from now on, until it is disposed of. */
  catch(): Interruption {
    const controller = new AbortController();
    let exitCode: number | undefined;
    const stop = (name: NodeJS.Signals): void => {
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

  /** Lets them end the process during something that may wait for ever, in which no listener is called. */
  during(action: () => void): void {
    for (const stop of this.#listeners) for (const name of NAMES) process.off(name, stop);
    try {
      action();
    } finally {
      for (const stop of this.#listeners) for (const name of NAMES) process.on(name, stop);
    }
  }
}
