import { type SourceOptions, sourceOptions } from "../../stream/open-source.ts";
import type { Options } from "../args/flags.ts";
import { usage } from "../result/command-error.ts";

/** The options of `events` apart from its query. */
export interface EventCommandOptions extends SourceOptions {
  /** Infinity for no end. */
  readonly forMs: number;
  /** The most events that are printed in a second. */
  readonly rateLimit: number;
  /** The time that a set of groups covers in milliseconds; Infinity for all events. */
  readonly windowMs: number;
  /** The number of events after which the stream ends; Infinity for no end. */
  readonly count: number;
}

/**
 * As long as bpftool waits. Ten looks a second would take an idle reader up to 2 % of a busy CPU, whose caches are
 * cold.
 */
const DEFAULT_WINDOW_MS = 5000;

/** Returns the options with their defaults. */
export function eventOptions(options: Options): EventCommandOptions {
  const { consume, attach, from, poll, pages, window = DEFAULT_WINDOW_MS } = options;
  return {
    ...sourceOptions({ consume, attach, from, pollMs: poll, pages }),
    forMs: options.for ?? Number.POSITIVE_INFINITY,
    count: options.maxEvents ?? Number.POSITIVE_INFINITY,
    rateLimit: options.rateLimit ?? Number.POSITIVE_INFINITY,
    windowMs: options.total ? Number.POSITIVE_INFINITY : window,
  };
}

/** Throws USAGE for an option that does not apply to this kind of map. */
export function checkKind(perf: boolean, { consume, from, pages }: Options): void {
  if (perf && consume) throw usage("--consume is for ring buffers");
  if (perf && from !== undefined) throw usage("--from is for ring buffers");
  if (!perf && pages !== undefined) throw usage("--pages is for perf event arrays");
}
