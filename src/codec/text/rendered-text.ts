import type { ShownText } from "./shown-text.ts";

/** Makes a text of the bytes of a value. */
export type TextOfBytes = (bytes: Uint8Array, view: DataView, at: number) => string;

/** A text in place of a value. */
export interface RenderedText {
  readonly text: TextOfBytes;
  /** The text is a JSON number. */
  readonly isNumber?: true;
  /**
   * Makes the JSON of the value, if the text does not express all of it: then both are shown as `{"text":…,"value":…}`.
   */
  readonly value?: TextOfBytes;
}

/** Returns the JSON of a rendered value. */
export function renderedJson(
  { text, isNumber, value }: RenderedText,
  shown: ShownText,
  bytes: Uint8Array,
  view: DataView,
  at: number,
): string {
  const content = text(bytes, view, at);
  const json = isNumber ? content : shown.json(content);
  return value === undefined ? json : `{"text":${json},"value":${value(bytes, view, at)}}`;
}
