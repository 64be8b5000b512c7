import { isUtf8 } from "node:buffer";
import { replaceInvalid, textFromBytes } from "../../bytes.ts";
import { losslessJsonString, strictJsonString } from "../json/strict-json.ts";

/**
 * The treatment of bytes in a text that are not UTF-8, in formats of our own. "replace": U+FFFD, so that every reader
 * accepts the text. "escape": without loss, as `\udcNN` in JSON and YAML, `\xNN` in tables, raw in CSV.
 */
export type TextMode = "replace" | "escape";

export const TEXT_MODES: readonly TextMode[] = ["replace", "escape"];

/** Converts the texts of one output by a mode, and counts those with replaced bytes. */
export class ShownText {
  readonly mode: TextMode;
  /** The number of texts with replaced bytes. */
  replaced = 0;

  constructor(mode: TextMode = "replace") {
    this.mode = mode;
  }

  /** Returns the text of bytes. */
  ofBytes(bytes: Uint8Array): string {
    if (this.mode === "escape") return textFromBytes(bytes);
    const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("utf8");
    if (text.includes("\ufffd") && !isUtf8(bytes)) this.replaced += 1;
    return text;
  }

  /** Converts text from `textFromBytes`. */
  of(text: string): string {
    const shown = this.name(text);
    if (shown !== text) this.replaced += 1;
    return shown;
  }

  /** Converts the name of a field or enumerator, which is not data and not counted. */
  name(text: string): string {
    return this.mode === "escape" ? text : replaceInvalid(text);
  }

  /** Returns text as a JSON string. */
  json(text: string): string {
    return this.#quoted(this.of(text));
  }

  /** Returns the text of bytes as a JSON string. */
  jsonOfBytes(bytes: Uint8Array): string {
    return this.#quoted(this.ofBytes(bytes));
  }

  /** Returns a name as a JSON string. */
  jsonName(text: string): string {
    return this.#quoted(this.name(text));
  }

  /** Returns a note about the replaced bytes, if there were any. `cure` says how to see them. */
  note(cure: string): string | undefined {
    if (this.replaced === 0) return undefined;
    const [texts, have] = this.replaced === 1 ? ["text", "has"] : ["texts", "have"];
    return `Note: ${this.replaced} ${texts} ${have} bytes that are not UTF-8, shown as U+FFFD (${cure})`;
  }

  #quoted(text: string): string {
    return this.mode === "escape" ? losslessJsonString(text) : strictJsonString(text);
  }
}
