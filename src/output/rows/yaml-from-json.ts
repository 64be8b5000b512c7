import type { OutputBuffer } from "../../codec/text/output-buffer.ts";
import { isPlain, quotedPart, yamlNumber } from "./yaml-scalars.ts";

/** Longer strings are quoted, so that no more than this has to be kept of any. */
const LONGEST_PLAIN = 128;
/** Longer keys are written behind a question mark: YAML limits others to 1024 characters. */
const LONGEST_KEY = 1000;
const STEP = 2;

const [QUOTE, BACKSLASH, COMMA, COLON] = [0x22, 0x5c, 0x2c, 0x3a];
const [OPEN_LIST, CLOSE_LIST, OPEN_RECORD, CLOSE_RECORD] = [0x5b, 0x5d, 0x7b, 0x7d];
const [NEW_LINE, BLANK, DASH, LETTER_E] = [0x0a, 0x20, 0x2d, 0x65];

/** A list or record under construction. */
interface Collection {
  readonly isRecord: boolean;
  readonly indent: number;
  /** Its first part stands on the line of the dash before it. */
  readonly isInline: boolean;
  parts: number;
  /** In a record: a key has been written, and its value is next. */
  hasKey: boolean;
}

/**
 * Converts a sequence of JSON values to the items of a YAML list as their bytes arrive, without keeping a whole value
 * or a long string. The JSON must have no blanks outside strings, except a new line between values.
 */
export class YamlFromJson {
  readonly #out: OutputBuffer;
  readonly #open: Collection[] = [{ isRecord: false, indent: 0, isInline: true, parts: 0, hasKey: false }];
  /** The string or number that has begun. */
  #scalar: "none" | "string" | "long string" | "atom" = "none";
  #bytes: number[] = [];
  #hasEscapes = false;
  #isEscaped = false;
  #decoder = new TextDecoder("utf-8", { ignoreBOM: true });

  constructor(out: OutputBuffer) {
    this.#out = out;
  }

  write(json: Uint8Array): void {
    for (let at = 0; at < json.length; ) {
      switch (this.#scalar) {
        case "none":
          at += this.#token(json[at] as number);
          break;
        case "atom":
          at = this.#atom(json, at);
          break;
        default:
          at = this.#string(json, at);
      }
    }
  }

  /** Ends the list. */
  end(): void {
    const [{ parts } = { parts: 0 }] = this.#open;
    this.#out.text(parts === 0 ? "[]\n" : "\n");
  }

  /**
   * Handles a byte outside scalars. Returns 0 for the first byte of a number or word, which is read again as part of
   * it.
   */
  #token(byte: number): 0 | 1 {
    switch (byte) {
      case OPEN_LIST:
      case OPEN_RECORD:
        this.#begin(byte === OPEN_RECORD);
        return 1;
      case CLOSE_LIST:
      case CLOSE_RECORD:
        this.#close();
        return 1;
      case COMMA:
      case COLON:
      case NEW_LINE:
        return 1;
      case QUOTE:
        this.#scalar = "string";
        return 1;
      default:
        this.#scalar = "atom";
        return 0;
    }
  }

  get #here(): Collection {
    return this.#open.at(-1) as Collection;
  }

  #begin(isRecord: boolean): void {
    const around = this.#here;
    this.#place(around);
    const isInline = !around.isRecord;
    this.#open.push({ isRecord, indent: around.indent + STEP, isInline, parts: 0, hasKey: false });
  }

  #close(): void {
    const { parts, isRecord, isInline } = this.#open.pop() as Collection;
    if (parts === 0) this.#out.text(`${isInline ? "" : " "}${isRecord ? "{}" : "[]"}`);
  }

  /** Writes the dash before an item of a list. */
  #place(around: Collection): void {
    if (around.isRecord) {
      around.hasKey = false;
      return;
    }
    this.#line(around);
    const out = this.#out;
    out.bytes[out.pos++] = DASH;
    out.bytes[out.pos++] = BLANK;
  }

  /** Starts a new line for a part of a collection, except for the first one behind a dash. */
  #line(collection: Collection): void {
    const out = this.#out;
    out.flushIfFull();
    if (collection.parts++ === 0 && collection.isInline) return;
    out.bytes[out.pos++] = NEW_LINE;
    out.bytes.fill(BLANK, out.pos, out.pos + collection.indent);
    out.pos += collection.indent;
  }

  #atom(json: Uint8Array, from: number): number {
    let end = from;
    let mayHaveExponent = this.#bytes.length > 0;
    for (; end < json.length && !isDelimiter(json[end] as number); end++) mayHaveExponent ||= json[end] === LETTER_E;
    const isWhole = end < json.length;
    if (isWhole) this.#scalar = "none";
    if (isWhole && !mayHaveExponent) this.#digits(json, from, end);
    else {
      for (let at = from; at < end; at++) this.#bytes.push(json[at] as number);
      if (isWhole) this.#value(yamlNumber(this.#taken()));
    }
    return end;
  }

  /** Copies a number or word that is the same in YAML: a value may have millions. */
  #digits(json: Uint8Array, from: number, end: number): void {
    const around = this.#here;
    this.#place(around);
    const out = this.#out;
    if (around.isRecord) out.bytes[out.pos++] = BLANK;
    for (let at = from; at < end; at++) out.bytes[out.pos++] = json[at] as number;
  }

  #value(text: string): void {
    const around = this.#here;
    this.#place(around);
    this.#out.text(around.isRecord ? ` ${text}` : text);
  }

  #string(json: Uint8Array, from: number): number {
    const end = this.#closingQuote(json, from);
    const part = json.subarray(from, end < 0 ? json.length : end);
    if (this.#scalar === "long string") this.#longPart(part, end >= 0);
    else this.#shortPart(part, end >= 0);
    if (end < 0) return json.length;
    this.#scalar = "none";
    return end + 1;
  }

  /** Returns the offset of the closing quote; -1 if it is not in these bytes. */
  #closingQuote(json: Uint8Array, from: number): number {
    for (let at = from; at < json.length; at++) {
      if (this.#isEscaped) this.#isEscaped = false;
      else if (json[at] === BACKSLASH) {
        this.#isEscaped = true;
        this.#hasEscapes = true;
      } else if (json[at] === QUOTE) return at;
    }
    return -1;
  }

  #shortPart(part: Uint8Array, isLast: boolean): void {
    const around = this.#here;
    const isKey = around.isRecord && !around.hasKey;
    if (!isKey && this.#bytes.length + part.length > LONGEST_PLAIN) {
      this.#scalar = "long string";
      this.#value('"');
      this.#longPart(Uint8Array.from(this.#bytes), false);
      this.#bytes = [];
      this.#longPart(part, isLast);
      return;
    }
    for (const byte of part) this.#bytes.push(byte);
    if (!isLast) return;
    const hasEscapes = this.#hasEscapes;
    this.#hasEscapes = false;
    const content = this.#taken();
    const text =
      !hasEscapes && content.length <= LONGEST_PLAIN && isPlain(content) ? content : `"${quotedPart(content)}"`;
    if (isKey) this.#key(around, text);
    else this.#value(text);
  }

  #longPart(part: Uint8Array, isLast: boolean): void {
    this.#out.text(quotedPart(this.#decoder.decode(part, { stream: !isLast })));
    if (!isLast) return;
    this.#hasEscapes = false;
    this.#out.text('"');
  }

  #key(around: Collection, text: string): void {
    this.#line(around);
    around.hasKey = true;
    if (text.length <= LONGEST_KEY) this.#out.text(`${text}:`);
    else this.#out.text(`? ${text}\n${" ".repeat(around.indent)}:`);
  }

  /** Returns the bytes of the scalar so far as text, and forgets them. */
  #taken(): string {
    const text = Buffer.from(this.#bytes).toString("utf8");
    this.#bytes = [];
    return text;
  }
}

function isDelimiter(byte: number): boolean {
  return byte === COMMA || byte === NEW_LINE || byte === CLOSE_LIST || byte === CLOSE_RECORD;
}
