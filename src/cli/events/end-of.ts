/** A signal that is aborted with another one, or after a time; disposed of, it waits no more. */
export interface End extends Disposable {
  readonly signal: AbortSignal;
}

/**
 * Ends with `signal`, or after `ms`; Infinity for no time. AbortSignal.any() and .timeout() would do the same, but in
 * Node 20 such a signal may be collected as garbage while somebody waits for it, and then never comes.
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
