import { setTimeout } from "node:timers/promises";

/** One tick. */
export interface Tick {
  /** Ticks before this one that didn't happen, since the work on an earlier one took too long. */
  readonly skipped: number;
}

/** When to tick: `interval` in milliseconds, `count` times at the most, until the signal. */
export interface Schedule {
  readonly interval: number;
  readonly count: number;
  readonly clock: () => number;
  readonly signal: AbortSignal;
}

/**
 * Ticks at once and then at whole intervals after that, whatever the work between two ticks takes: it doesn't drift. Where
 * it takes longer than an interval, the ticks that passed meanwhile are skipped. Ends quietly with the signal.
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

/** The tick behind the one of that number, or if it has passed the first that hasn't: its number, and when it is. */
export function nextTick(
  start: number,
  number: number,
  interval: number,
  now: number,
): { readonly number: number; readonly skipped: number; readonly at: number } {
  const next = Math.max(number + 1, Math.ceil((now - start) / interval));
  return { number: next, skipped: next - number - 1, at: start + next * interval };
}

/** Waits so many milliseconds, or until the signal. */
export async function pause(milliseconds: number, signal: AbortSignal): Promise<void> {
  try {
    await setTimeout(Math.max(0, milliseconds), undefined, { signal });
  } catch (error) {
    if (!signal.aborted) throw error;
  }
}
