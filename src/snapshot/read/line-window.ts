import { viewOf } from "../../bytes.ts";
import { Malformed } from "../malformed.ts";
import type { ByteInput } from "./byte-input.ts";

const INITIAL_SIZE = 256 * 1024;
const NEWLINE = 0x0a;

/**
 * A stretch of a snapshot in memory: `bytes[start]` to `bytes[end - 1]`, of which `start` begins a line. Whoever reads
 * lines moves `start` behind them and asks for more. It has a fixed size unless a single line needs more, and then it
 * grows with the bytes that are really there, not with what a header promises.
 */
export class LineWindow {
  bytes: Buffer = Buffer.alloc(INITIAL_SIZE);
  view: DataView = viewOf(this.bytes);
  start = 0;
  /** Behind it there is always one byte more, a newline, which ends every search. */
  end = 0;
  /** Bytes of the line that came before `start`. */
  dropped = 0;
  readonly #input: ByteInput;
  /** Bytes of the snapshot that came before `bytes[0]`. */
  #before: number;
  /** There is no newline from `start` up to here. */
  #searched = 0;

  /** `offset`: where in the snapshot, uncompressed, the input begins. */
  constructor(input: ByteInput, offset: number) {
    this.#input = input;
    this.#before = offset;
    this.bytes[0] = NEWLINE;
  }

  /** The position of `start` in the uncompressed snapshot. */
  get offset(): number {
    return this.#before + this.start;
  }

  /**
   * The position of the newline of the line at `start`, or -1 if that isn't in memory yet. Throws Malformed if the line
   * has more than `limit` bytes.
   */
  lineEnd(limit: number): number {
    const at = this.bytes.indexOf(NEWLINE, Math.max(this.start, this.#searched));
    if (this.dropped + at - this.start > limit) throw new Malformed(`it has more than ${limit} bytes`);
    if (at < this.end) return at;
    this.#searched = this.end;
    return -1;
  }

  /** The text from `start` up to `end`, which is a place in `bytes`. */
  text(end: number): string {
    return this.bytes.toString("utf8", this.start, end);
  }

  /** True if the line at `start` begins with this ASCII text. */
  startsWith(text: string): boolean {
    for (let i = 0; i < text.length; i++) {
      if (this.bytes[this.start + i] !== text.charCodeAt(i)) return false;
    }
    return true;
  }

  /** Goes on to the line behind the newline at `end`. */
  next(end: number): void {
    this.start = end + 1;
    this.dropped = 0;
  }

  /** Forgets what there is of a line that nobody needs. */
  drop(): void {
    this.dropped += this.end - this.start;
    this.start = this.end;
  }

  /** Gets more bytes behind `end`, for a line that isn't whole yet. False at the end of the file. */
  async fill(): Promise<boolean> {
    this.#makeRoom();
    const count = await this.#input.read(this.bytes.subarray(this.end, -1));
    this.end += count;
    this.bytes[this.end] = NEWLINE;
    return count > 0;
  }

  /** Moves the line to the front, or into a larger buffer if it fills this one. */
  #makeRoom(): void {
    const full = this.start === 0 && this.end === this.bytes.length - 1;
    if (this.start === 0 && !full) return;
    const old = this.bytes;
    if (full) {
      this.bytes = Buffer.alloc(2 * old.length);
      this.view = viewOf(this.bytes);
    }
    old.copy(this.bytes, 0, this.start, this.end);
    this.#before += this.start;
    this.#searched = Math.max(0, this.#searched - this.start);
    this.end -= this.start;
    this.start = 0;
  }
}
