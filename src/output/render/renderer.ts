import type { Field } from "../../codec/access/field.ts";

/** What renderers look up outside of the map. Each is asked for only when a renderer needs it. */
export interface RenderContext {
  /** Nanoseconds to add to CLOCK_MONOTONIC's time for time since 1970. */
  readonly bootTimeNs: () => bigint;
  /** Now, in nanoseconds since 1970. */
  readonly nowNs: () => bigint;
  readonly interfaceOf: (index: number) => string | undefined;
  readonly userOf: (uid: number) => string | undefined;
  /** The nearest kernel symbol at or below an address. */
  readonly symbolOf: (address: bigint) => { readonly name: string; readonly offset: bigint } | undefined;
  /** The path of a control group below the root of its hierarchy. */
  readonly cgroupOf: (id: bigint) => string | undefined;
  readonly syscallOf: (number: number) => string | undefined;
}

/** The text of a field of the key or value that begins at `at`. */
export type RenderText = (bytes: Uint8Array, view: DataView, at: number) => string;

/** A way to show a field. */
export interface Renderer {
  /** What it shows, in a few words. */
  readonly description: string;
  /** The text says all that the value says: it may stand in its place. */
  readonly isLossless: boolean;
  /** The JSON of the text is a number. */
  readonly isNumber?: true;
  /** What kind of field it needs, where this one isn't. */
  readonly mismatch: (field: Field) => string | undefined;
  readonly compile: (field: Field, around: RenderContext) => RenderText;
}
