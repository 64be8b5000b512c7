import type { MetricsHook } from "./hook.ts";

/**
 * Returns one hook that tells all `hooks`, in their order: several registries, or metrics beside a log. An error that
 * one throws keeps the event from those behind it.
 */
export function combineHooks(...hooks: readonly MetricsHook[]): MetricsHook {
  return {
    onRead(event) {
      for (const hook of hooks) hook.onRead?.(event);
    },
    onError(event) {
      for (const hook of hooks) hook.onError?.(event);
    },
    onInvalid(event) {
      for (const hook of hooks) hook.onInvalid?.(event);
    },
  };
}
