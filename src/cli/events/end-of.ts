/** A signal that is aborted with another one, or after a time; Infinity for no time. */
export function endOf(signal: AbortSignal, ms: number): AbortSignal {
  return ms === Number.POSITIVE_INFINITY ? signal : AbortSignal.any([signal, AbortSignal.timeout(ms)]);
}
