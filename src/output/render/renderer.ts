import type { Field } from "../../codec/access/field.ts";

/** Facts from outside the map. Each is looked up only when a renderer needs it. */
export interface RenderContext {
  /** Nanoseconds to add to CLOCK_MONOTONIC for the time since 1970. */
  readonly bootTimeNs: () => bigint;
  /** The current time in nanoseconds since 1970. */
  readonly nowNs: () => bigint;
  readonly interfaceOf: (index: number) => string | undefined;
  readonly userOf: (uid: number) => string | undefined;
  /** The nearest kernel symbol at or below an address. */
  readonly symbolOf: (address: bigint) => { readonly name: string; readonly offset: bigint } | undefined;
  /** The path of a control group below the root of its hierarchy. */
  readonly cgroupOf: (id: bigint) => string | undefined;
  readonly syscallOf: (number: number) => string | undefined;
}

/** Returns the text of a field of the key or value at offset `at`. */
export type RenderText = (bytes: Uint8Array, view: DataView, at: number) => string;

/** A way to show a field. */
export interface Renderer {
  /** A few words about what it shows. */
  readonly description: string;
  /** The text expresses all of the value, so it may replace it. */
  readonly isLossless: boolean;
  /** The text is a JSON number. */
  readonly isNumber?: true;
  /** Returns the kind of field that it needs, for a field that is of no such kind. */
  readonly mismatch: (field: Field) => string | undefined;
  readonly compile: (field: Field, around: RenderContext) => RenderText;
}
