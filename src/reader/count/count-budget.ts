/** The time that counting one map may take. */
export interface CountBudget {
  readonly milliseconds: number;
  /** Milliseconds of a monotonic clock. */
  readonly clock: () => number;
}

/** Tells whether the time since `start` is spent. */
export function timeIsUp(start: number, { milliseconds, clock }: CountBudget): boolean {
  return clock() - start >= milliseconds;
}
