import { Malformed } from "../malformed.ts";
import type { LineWindow } from "../read/line-window.ts";
import { isSpace, ValueScan } from "./value-scan.ts";

/** The longest text of an entry: a value of some 10 MiB. Only what is there takes memory. */
const MAX_VALUE_TEXT: number = 128 * 1024 * 1024;

/** Goes through JSON text that arrives in pieces, value by value. */
export class JsonCursor {
  readonly window: LineWindow;
  #isEnd = false;

  constructor(window: LineWindow) {
    this.window = window;
  }

  /** The position of the next byte in the uncompressed text. */
  get offset(): number {
    return this.window.offset;
  }

  /** The next byte that is no white space; -1 at the end. */
  async peek(): Promise<number> {
    const { window } = this;
    for (;;) {
      while (window.start < window.end && isSpace(window.bytes[window.start] as number)) window.start++;
      if (window.start < window.end) return window.bytes[window.start] as number;
      if (!(await this.#fill())) return -1;
    }
  }

  /** Goes past the byte that was peeked at. */
  take(): void {
    this.window.start++;
  }

  /** Goes past a byte if it is the next one. */
  async takeIf(byte: number): Promise<boolean> {
    if ((await this.peek()) !== byte) return false;
    this.take();
    return true;
  }

  /**
   * Waits until the next value is in memory, from `window.start` on, and returns its length. If the text ends within
   * it, returns undefined, and nothing is left of the text. Throws Malformed.
   */
  async whole(): Promise<number | undefined> {
    const { window } = this;
    if ((await this.peek()) === -1) return undefined;
    const scan = new ValueScan();
    for (;;) {
      const length = scan.length(window.bytes, window.start, window.end, this.#isEnd);
      if (length >= 0) return length;
      if (this.#isEnd) {
        window.start = window.end;
        return undefined;
      }
      if (window.end - window.start > MAX_VALUE_TEXT)
        throw new Malformed(`a value takes more than ${MAX_VALUE_TEXT} bytes of text`);
      await this.#fill();
    }
  }

  /** Gets bytes until there are at least `count`. */
  async need(count: number): Promise<void> {
    while (this.window.end - this.window.start < count && (await this.#fill())) {}
  }

  async #fill(): Promise<boolean> {
    if (this.#isEnd) return false;
    this.#isEnd = !(await this.window.fill());
    return !this.#isEnd;
  }
}
