import { abortedWork } from "../reader/read-errors.ts";
import { YieldTimer } from "../reader/yield-timer.ts";
import type { TurnTaker } from "./interruptible.ts";

/** Turns of the event loop during long work that a signal ends. */
export class SignalTurns implements TurnTaker {
  readonly #doing: string;
  readonly #signal: AbortSignal | undefined;
  readonly #yieldTimer = new YieldTimer();

  /** `doing` begins the message of the error: `measure map id 7`. */
  constructor(doing: string, signal: AbortSignal | undefined) {
    this.#doing = doing;
    this.#signal = signal;
  }

  /** Lets the event loop run if it is time. Throws ABORTED. */
  async take(): Promise<void> {
    if (this.#yieldTimer.due) await this.#yieldTimer.yield();
    if (this.#signal?.aborted) throw abortedWork(this.#doing, this.#signal.reason);
  }
}
