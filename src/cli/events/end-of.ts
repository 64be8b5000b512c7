/** A signal that is aborted with another one, or after a time. Disposing of it cancels the wait. */
export interface End extends Disposable {
  readonly signal: AbortSignal;
}

/**
 * Returns an end with `signal` or after `ms`; Infinity for no time limit. AbortSignal.any() and .timeout() would do the
 * same, but in Node 20 such a signal may be garbage-collected while it is awaited, and then never fires.
 */
export function endOf(signal: AbortSignal, ms: number): End {
  const controller = new AbortController();
  const abort = (): void => controller.abort();
  const timer = ms === Number.POSITIVE_INFINITY ? undefined : setTimeout(abort, ms);
  if (signal.aborted) abort();
  signal.addEventListener("abort", abort);
  return {
    signal: controller.signal,
    [Symbol.dispose]() {
      clearTimeout(timer);
      signal.removeEventListener("abort", abort);
    },
  };
}
