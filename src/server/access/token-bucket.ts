import type { RateLimit } from "./web-config.ts";

/** Lets so many requests through at once, and then one in each interval. */
export class TokenBucket {
  readonly #limit: RateLimit;
  readonly #clock: () => number;
  #tokens: number;
  #at: number;

  /** `clock` is a monotonic one, in milliseconds. */
  constructor(limit: RateLimit, clock: () => number) {
    this.#limit = limit;
    this.#clock = clock;
    this.#tokens = limit.burst;
    this.#at = clock();
  }

  /** Takes a token; false if there is none. */
  take(): boolean {
    const { burst, milliseconds } = this.#limit;
    const now = this.#clock();
    this.#tokens = Math.min(burst, this.#tokens + (now - this.#at) / milliseconds);
    this.#at = now;
    if (this.#tokens < 1) return false;
    this.#tokens -= 1;
    return true;
  }
}
