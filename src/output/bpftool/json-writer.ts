import type { Dialect } from "../../codec/bpftool/dialect.ts";
import { hexByte } from "../../codec/bpftool/hex-lines.ts";
import { bpftoolJsonString, invalidJsonReason } from "../../codec/bpftool/json-string.ts";
import type { OutputBuffer } from "../../codec/text/output-buffer.ts";

/** What every bpftool writes without an escape, as nearly all names are. */
const AS_IT_IS = /^[ !#-[\]-~]*$/;

/**
 * bpftool's JSON writer, for everything but the entries of a map, which have a compiled encoder. It writes a comma
 * before an element, never after it. In pretty style, a new line stands before each name and before the closing bracket
 * of a container that is not empty, so the elements of an array stay on one line.
 */
export class JsonWriter {
  readonly #out: OutputBuffer;
  readonly #dialect: Dialect;
  readonly #pretty: boolean;
  /** What stands before the next value: a comma, a name, or both. */
  #separator = "";
  /** The first string that bpftool writes as invalid JSON, and the reason. */
  invalid: { readonly text: string; readonly reason: string } | undefined;
  /** The number of open containers, from which an encoder that writes inside starts. */
  depth = 0;

  constructor(out: OutputBuffer, dialect: Dialect, pretty: boolean) {
    this.#out = out;
    this.#dialect = dialect;
    this.#pretty = pretty;
  }

  open(bracket: "{" | "["): this {
    this.raw(bracket);
    this.depth += 1;
    this.#separator = "";
    return this;
  }

  close(bracket: "}" | "]"): this {
    this.depth -= 1;
    this.#out.text(this.#separator === "" ? bracket : this.#lineBreak() + bracket);
    this.#separator = ",";
    return this;
  }

  /** The name of the next value, with which it is written. */
  name(name: string): this {
    const end = this.#pretty ? ": " : ":";
    const start = this.#separator + this.#lineBreak();
    if (AS_IT_IS.test(name)) this.#separator = `${start}"${name}"${end}`;
    else {
      this.#out.text(start);
      this.#escaped(name);
      this.#separator = end;
    }
    return this;
  }

  string(text: string): this {
    if (AS_IT_IS.test(text)) return this.raw(`"${text}"`);
    this.raw("");
    this.#escaped(text);
    return this;
  }

  #escaped(text: string): void {
    const reason = invalidJsonReason(text);
    if (reason !== undefined) this.invalid ??= { text, reason };
    this.#out.write(bpftoolJsonString(text, this.#dialect));
  }

  /** Writes a value that needs no escaping: a number, `true`, `null`. */
  raw(text: string): this {
    this.#out.text(this.#separator + text);
    this.#separator = ",";
    return this;
  }

  /** Writes bytes as an array of `"0x1f"`. */
  hexBytes(bytes: Uint8Array): this {
    this.open("[");
    for (const byte of bytes) this.raw(`"0x${hexByte(byte)}"`);
    return this.close("]");
  }

  /** Ends the document with its new line. */
  end(): void {
    this.#out.text("\n");
  }

  /** Tells the writer that an encoder has written elements to the same output. */
  wroteElements(): this {
    this.#separator = ",";
    return this;
  }

  #lineBreak(): string {
    return this.#pretty ? `\n${"    ".repeat(this.depth)}` : "";
  }
}
