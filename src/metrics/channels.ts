import { channel } from "node:diagnostics_channel";
import type { MetricsHook } from "./hook.ts";

/** The channels of `node:diagnostics_channel` on which `channelMetrics` publishes. */
export const CHANNELS = {
  /** Messages are a `PhaseEvent`. */
  read: "ebpf-map:read",
  /** Messages are an `ErrorEvent`. */
  error: "ebpf-map:error",
  /** Messages are an `InvalidEvent`. */
  invalid: "ebpf-map:invalid",
} as const;

/**
 * Returns a hook that publishes each event on a channel of `node:diagnostics_channel`: `ebpf-map:read` a `PhaseEvent`,
 * `ebpf-map:error` an `ErrorEvent`, `ebpf-map:invalid` an `InvalidEvent`. Whoever is interested, such as an agent that
 * watches the whole program, subscribes without knowing the reader. Without subscribers it does nothing. Throws
 * nothing: an error of a subscriber is an uncaught exception of the process.
 */
export function channelMetrics(): MetricsHook {
  const [read, error, invalid] = [channel(CHANNELS.read), channel(CHANNELS.error), channel(CHANNELS.invalid)];
  return {
    onRead(event) {
      if (read.hasSubscribers) read.publish(event);
    },
    onError(event) {
      if (error.hasSubscribers) error.publish(event);
    },
    onInvalid(event) {
      if (invalid.hasSubscribers) invalid.publish(event);
    },
  };
}
