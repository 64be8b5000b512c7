/** A signal that is aborted with another one, or some time after its start. Disposing of it cancels the wait. */
export interface End extends Disposable {
  readonly signal: AbortSignal;
  /** Starts the time. What is to be done before it may take long on a busy machine. */
  readonly start: () => void;
}

/**
 * Returns an end with `signal` or `ms` after its start; Infinity for no time limit. AbortSignal.any() and .timeout()
 * would do the same, but in Node 20 such a signal may be garbage-collected while it is awaited, and then never fires.
 */
export function endOf(signal: AbortSignal, ms: number): End {
  const controller = new AbortController();
  const abort = (): void => controller.abort();
  let timer: NodeJS.Timeout | undefined;
  if (signal.aborted) abort();
  signal.addEventListener("abort", abort);
  return {
    signal: controller.signal,
    start() {
      if (ms !== Number.POSITIVE_INFINITY) timer ??= setTimeout(abort, ms);
    },
    [Symbol.dispose]() {
      clearTimeout(timer);
      signal.removeEventListener("abort", abort);
    },
  };
}
