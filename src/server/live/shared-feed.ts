import { EbpfMapError } from "../../errors.ts";
import { Interrupted } from "../../sdk/machine/interruptible.ts";
import { pause } from "../../sdk/watch/ticker.ts";

/** The work that viewers share. */
export interface FeedWork {
  /** Does it once, and returns the milliseconds until it is to be done again; undefined at its end. */
  once(signal: AbortSignal): Promise<number | undefined>;
}

/**
 * Work that is done again and again as long as anybody watches, once for all who do. A viewer asks for what is newer
 * than what it has: one that is slow gets the latest state, and nothing waits for it.
 */
export class SharedFeed {
  readonly #work: FeedWork;
  readonly #end: () => void;
  #viewers = 0;
  #version = 0;
  #hasEnded = false;
  #failure: unknown;
  #running: AbortController | undefined;
  #waiting: (() => void)[] = [];

  /** `end` is called when nobody watches any more. */
  constructor(work: FeedWork, end: () => void) {
    this.#work = work;
    this.#end = end;
  }

  /** The number of times that the work was done. */
  get version(): number {
    return this.#version;
  }

  /** Yields each time that there is something newer than the last time, until the work or the viewer ends. */
  async *watch(signal: AbortSignal): AsyncGenerator<void, void, undefined> {
    let seen = 0;
    this.#viewers += 1;
    this.#running ??= this.#start();
    try {
      while (!signal.aborted) {
        if (this.#failure !== undefined) throw this.#failure;
        if (this.#version > seen) {
          seen = this.#version;
          yield;
        } else if (this.#hasEnded) return;
        else await this.#next(signal);
      }
    } finally {
      this.#viewers -= 1;
      if (this.#viewers === 0) this.#stop();
    }
  }

  #start(): AbortController {
    const running = new AbortController();
    void this.#run(running.signal);
    return running;
  }

  #stop(): void {
    this.#running?.abort();
    this.#running = undefined;
    this.#end();
  }

  async #run(signal: AbortSignal): Promise<void> {
    try {
      while (!signal.aborted) {
        const wait = await this.#work.once(signal);
        this.#version += 1;
        this.#wake();
        if (wait === undefined) break;
        await pause(wait, signal);
      }
    } catch (error) {
      if (!(error instanceof Interrupted)) this.#failure = error;
    }
    this.#hasEnded = true;
    this.#wake();
  }

  #wake(): void {
    for (const resume of this.#waiting.splice(0)) resume();
  }

  #next(signal: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      const resume = (): void => {
        signal.removeEventListener("abort", resume);
        resolve();
      };
      signal.addEventListener("abort", resume, { once: true });
      this.#waiting.push(resume);
    });
  }
}

/** The feeds that are watched, by what they show. */
export class Feeds<Kind extends { readonly feed: SharedFeed }> {
  readonly #feeds = new Map<string, Kind>();

  /** The number of feeds that somebody watches. */
  get size(): number {
    return this.#feeds.size;
  }

  /** The feed of this name, made if nobody watches it yet. */
  of(name: string, make: (end: () => void) => Kind): Kind {
    const known = this.#feeds.get(name);
    if (known !== undefined) return known;
    const made = make(() => this.#feeds.delete(name));
    this.#feeds.set(name, made);
    return made;
  }
}

/** The words of an error for people who look at the page. */
export function messageOf(error: unknown): string {
  if (error instanceof EbpfMapError) return error.message;
  throw error;
}
