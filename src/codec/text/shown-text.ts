import { isUtf8 } from "node:buffer";
import { replaceInvalid, textFromBytes } from "../../bytes.ts";
import { losslessJsonString, strictJsonString } from "../json/strict-json.ts";

/**
 * What formats of our own do with bytes in a text that are no UTF-8. "replace": U+FFFD stands for them, so every reader
 * takes the text. "escape": nothing is lost, as `\udcNN` in JSON and YAML, as `\xNN` in tables, as they are in CSV.
 */
export type TextMode = "replace" | "escape";

export const TEXT_MODES: readonly TextMode[] = ["replace", "escape"];

/** Texts on their way into one output, in one mode, and how many of them had bytes that were replaced. */
export class ShownText {
  readonly mode: TextMode;
  /** Texts that are not shown as they are. */
  replaced = 0;

  constructor(mode: TextMode = "replace") {
    this.mode = mode;
  }

  /** Bytes as text. */
  ofBytes(bytes: Uint8Array): string {
    if (this.mode === "escape") return textFromBytes(bytes);
    const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("utf8");
    if (text.includes("\ufffd") && !isUtf8(bytes)) this.replaced += 1;
    return text;
  }

  /** Text that `textFromBytes` has made. */
  of(text: string): string {
    const shown = this.name(text);
    if (shown !== text) this.replaced += 1;
    return shown;
  }

  /** The name of a field or an enumerator, which is no data and not counted. */
  name(text: string): string {
    return this.mode === "escape" ? text : replaceInvalid(text);
  }

  /** Text as a JSON string. */
  json(text: string): string {
    return this.#quoted(this.of(text));
  }

  /** Bytes as a JSON string. */
  jsonOfBytes(bytes: Uint8Array): string {
    return this.#quoted(this.ofBytes(bytes));
  }

  /** A name as a JSON string. */
  jsonName(text: string): string {
    return this.#quoted(this.name(text));
  }

  /** A sentence about what was replaced, undefined where nothing was. `cure` says how to see the bytes. */
  note(cure: string): string | undefined {
    if (this.replaced === 0) return undefined;
    const [texts, have] = this.replaced === 1 ? ["text", "has"] : ["texts", "have"];
    return `Note: ${this.replaced} ${texts} ${have} bytes that are not UTF-8, shown as U+FFFD (${cure})`;
  }

  #quoted(text: string): string {
    return this.mode === "escape" ? losslessJsonString(text) : strictJsonString(text);
  }
}
