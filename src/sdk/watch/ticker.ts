import { setTimeout } from "node:timers/promises";

/** One tick. */
export interface Tick {
  /** Ticks that were left out before this one because the work took too long. */
  readonly skipped: number;
}

/** A schedule of ticks: every `interval` milliseconds, at most `count` times, until the signal. */
export interface Schedule {
  readonly interval: number;
  readonly count: number;
  readonly clock: () => number;
  readonly signal: AbortSignal;
}

/**
 * Ticks immediately and then at whole intervals, without drift: the time that the work between two ticks takes does not
 * matter. If it takes longer than an interval, the ticks that passed are skipped. Ends with the signal.
 */
export async function* ticks({ interval, count, clock, signal }: Schedule): AsyncGenerator<Tick> {
  const start = clock();
  let number = 0;
  let skipped = 0;
  for (let ticked = 0; ticked < count && !signal.aborted; ticked++) {
    yield { skipped };
    if (ticked + 1 >= count) return;
    const next = nextTick(start, number, interval, clock());
    skipped = next.skipped;
    number = next.number;
    await pause(next.at - clock(), signal);
  }
}

/** Returns the number and the time of the next tick after tick `number` that has not passed yet. */
export function nextTick(
  start: number,
  number: number,
  interval: number,
  now: number,
): { readonly number: number; readonly skipped: number; readonly at: number } {
  const next = Math.max(number + 1, Math.ceil((now - start) / interval));
  return { number: next, skipped: next - number - 1, at: start + next * interval };
}

/** Waits for `milliseconds`, or until the signal. */
export async function pause(milliseconds: number, signal: AbortSignal): Promise<void> {
  try {
    await setTimeout(Math.max(0, milliseconds), undefined, { signal });
  } catch (error) {
    if (!signal.aborted) throw error;
  }
}
