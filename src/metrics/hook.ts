import type { EbpfMapError } from "../errors.ts";
import type { ReadReport } from "../reader/entries.ts";

/** The parts of reading a map that are timed; there are no others. */
export const PHASES = ["open", "read", "decode", "validate", "close"] as const;

/** A part of reading a map. */
export type Phase = (typeof PHASES)[number];

/**
 * A phase that has ended. `read`, `decode` and `validate` come once for each read, with the whole time spent on them;
 * to write entries in a format is to decode them.
 */
export interface PhaseEvent {
  /** The map's name, or `id 7` for one without: bounded by the number of maps that a program opens. */
  readonly map: string;
  /** The phase that has ended. */
  readonly phase: Phase;
  /** Seconds that it took, with fractions. */
  readonly durationSeconds: number;
  /** Entries delivered; 0 for `open` and `close`. */
  readonly entries: number;
  /** Bytes of keys and values delivered; 0 for `open` and `close`. */
  readonly bytes: number;
  /** The report of the read; undefined for `open`, `close` and lookups of one key. */
  readonly report: Readonly<ReadReport> | undefined;
}

/** A read, lookup or opening that failed. */
export interface ErrorEvent {
  /** The map's name, as in `PhaseEvent`. */
  readonly map: string;
  /** The error that the caller gets. */
  readonly error: EbpfMapError;
}

/** An entry that the declared schema refused. */
export interface InvalidEvent {
  /** The map's name, as in `PhaseEvent`. */
  readonly map: string;
  /** The half of the entry that was refused. */
  readonly side: "key" | "value";
  /** The schema's messages, each with its path. */
  readonly issues: readonly {
    /** The place in the entry: `value.state`, or `key` for the whole of it. */
    readonly path: string;
    /** The schema's own words. */
    readonly message: string;
  }[];
}

/**
 * Receives events of a program's readers. Called synchronously; an error that it throws goes to the reader's caller.
 */
export interface MetricsHook {
  /** A phase has ended. */
  onRead?(event: PhaseEvent): void;
  /** Something failed. */
  onError?(event: ErrorEvent): void;
  /** A schema refused an entry, whether that is thrown or not. */
  onInvalid?(event: InvalidEvent): void;
}
