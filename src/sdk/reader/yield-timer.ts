import { setImmediate } from "node:timers/promises";

/** Milliseconds of work after which the event loop gets its turn. */
export const TURN_MS = 1;

/**
 * Lets the event loop run now and then while a long read goes on: a timer, not a count, since entries differ in cost.
 */
export class YieldTimer {
  #since: number = performance.now();

  /** True if this turn has lasted long enough. */
  get due(): boolean {
    return performance.now() - this.#since > TURN_MS;
  }

  /** Resolves after the event loop has been round. */
  async yield(): Promise<void> {
    await setImmediate();
    this.#since = performance.now();
  }
}
