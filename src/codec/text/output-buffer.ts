import { bytesFromText } from "../../bytes.ts";
import { ShownText } from "./shown-text.ts";

/** Bytes behind `limit`: the most that may be written between two checks of the limit. */
export const SLACK: number = 16 * 1024;

/** The longest text that fits behind the limit, whatever its characters are. */
const MOST_ASCII = SLACK / 3;
/** Characters that are appended one by one faster than by a call of Node. */
const FEW = 32;

/**
 * The reused buffer that all output goes through. Writers put bytes at `pos` and call `flushIfFull()` at least once
 * every SLACK bytes; the buffer then passes its content to `drain`, which must consume it before it returns. So memory
 * is bounded by the buffer, whatever the size of a map or a value.
 */
export class OutputBuffer {
  /** The bytes may move to another place in between: see `moveTo`. */
  bytes: Uint8Array;
  /** The same memory, for Node's encoder. Not for `drain`: the `slice` of a Buffer is no copy. */
  #encoded: Buffer;
  /** The index of the next byte to write. */
  pos = 0;
  /** A buffer whose `pos` is past this has to be flushed. */
  readonly limit: number;
  /** Converts the texts that formats of our own write to this output. */
  readonly shown: ShownText;
  readonly #drain: (bytes: Uint8Array) => void;

  constructor(
    drain: (bytes: Uint8Array) => void,
    { capacity = 256 * 1024, shown = new ShownText() }: { capacity?: number; shown?: ShownText } = {},
  ) {
    this.shown = shown;
    this.bytes = new Uint8Array(new ArrayBuffer(capacity + SLACK));
    this.#encoded = Buffer.from(this.bytes.buffer);
    this.limit = capacity;
    this.#drain = drain;
  }

  /** Continues in other memory of the same length: that of the text engine, which writes there. */
  moveTo(bytes: Uint8Array): void {
    bytes.set(this.bytes.subarray(0, this.pos));
    this.bytes = bytes;
    this.#encoded = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  flush(): void {
    if (this.pos === 0) return;
    const end = this.pos;
    this.pos = 0;
    this.#drain(this.bytes.subarray(0, end));
  }

  flushIfFull(): void {
    if (this.pos > this.limit) this.flush();
  }

  /** Flushes the bytes before `pos` and returns the new position, for an engine that keeps it in a variable. */
  flushAt(pos: number): number {
    this.pos = pos;
    this.flush();
    return this.pos;
  }

  /** Appends bytes of any length. */
  write(bytes: Uint8Array): void {
    this.flushIfFull();
    for (let from = 0; from < bytes.length; from += SLACK) {
      const part = bytes.subarray(from, from + SLACK);
      this.bytes.set(part, this.pos);
      this.pos += part.length;
      this.flushIfFull();
    }
  }

  /** Appends text from `textFromBytes` as the bytes that it came from. */
  text(text: string): void {
    this.flushIfFull();
    if (text.length > MOST_ASCII || !this.#ascii(text)) this.write(bytesFromText(text));
  }

  /** Appends text and returns true if it is all ASCII, as most is; else appends nothing. */
  #ascii(text: string): boolean {
    if (text.length > FEW) {
      // A character that isn't ASCII takes more bytes than it has units, and there is room for all of them.
      const isAscii = this.#encoded.write(text, this.pos, "utf8") === text.length;
      if (isAscii) this.pos += text.length;
      return isAscii;
    }
    let pos = this.pos;
    for (let i = 0; i < text.length; i++) {
      const code = text.charCodeAt(i);
      if (code > 0x7f) return false;
      this.bytes[pos++] = code;
    }
    this.pos = pos;
    return true;
  }
}
