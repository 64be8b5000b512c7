import type { Layout } from "../schema/layout.ts";

/** A map whose entries a file reads. */
export interface GeneratedMap {
  /** The map's name, or that of its value's type: names the functions that open it. */
  readonly name: string;
  readonly key: Layout | undefined;
  readonly value: Layout;
  /** The map has a value for each CPU. */
  readonly perCpu: boolean;
  /** Sizes in bytes, for a map that may have no types in the kernel: they are all there is to compare then. */
  readonly sizes?: EntrySizes | undefined;
}

/** Bytes of keys and values. */
export interface EntrySizes {
  readonly key: number;
  readonly value: number;
}

/** A type of events, by the name that it was asked for: `struct event`. */
export interface NamedLayout {
  readonly name: string;
  readonly layout: Layout;
}

/** A ring buffer or perf event array whose events a file decodes. */
export interface GeneratedEvents {
  readonly name: string;
  readonly perf: boolean;
  readonly events: EventForm;
}

/**
 * The types of a stream's events: one; several, told apart by an integer of the event; several, of which the caller
 * chooses; or none, so that events are bytes.
 */
export type EventForm =
  | { readonly kind: "one"; readonly type: NamedLayout }
  | {
      readonly kind: "tagged";
      /** `u32@0`. */
      readonly typeBy: string;
      readonly cases: readonly { readonly value: bigint; readonly type: NamedLayout }[];
    }
  | { readonly kind: "chosen"; readonly types: readonly NamedLayout[] }
  | { readonly kind: "bytes" };

/** A file for several maps, such as those of an object file. */
export interface GeneratedFile {
  /** The name that its first line has: that of the object file. */
  readonly name: string;
  readonly maps: readonly GeneratedMap[];
  readonly streams: readonly GeneratedEvents[];
  /** Maps that it has nothing for, and the reason: the rest of a sentence. */
  readonly leftOut: readonly { readonly name: string; readonly why: string }[];
}
