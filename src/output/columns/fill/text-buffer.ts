import type { ColumnData } from "../column.ts";
import { GrowingBytes } from "./filler.ts";

/** The most bytes of texts in one batch: offsets of Arrow have 31 bits. */
const MAX_TEXT_BYTES = 2 ** 31 - 1;

/** Texts one behind the other, and where each begins. */
export class TextBuffer {
  readonly bytes: GrowingBytes = new GrowingBytes();
  readonly offsets: GrowingBytes = new GrowingBytes();
  count = 0;
  end = 0;

  /** Makes room for so many texts of up to so many bytes. */
  ensure(count: number, size: number): void {
    this.bytes.ensure(this.end + count * size);
    this.offsets.ensure((this.count + count + 1) * 4);
  }

  append(text: Uint8Array): void {
    this.ensure(1, text.length);
    this.bytes.bytes.set(text, this.end);
    this.close(this.end + text.length);
  }

  close(end: number): void {
    if (end > MAX_TEXT_BYTES) throw tooLong();
    this.end = end;
    this.count += 1;
    this.offsets.i32[this.count] = end;
  }

  data(): Extract<ColumnData, { kind: "text" }> {
    this.ensure(0, 0);
    const offsets = this.offsets.i32.subarray(0, this.count + 1);
    return { kind: "text", offsets, bytes: this.bytes.bytes.subarray(0, this.end), length: this.count };
  }

  clear(buffers: "again" | "anew"): void {
    this.count = 0;
    this.end = 0;
    if (buffers === "again") return;
    this.bytes.renew();
    this.offsets.renew();
  }
}

function tooLong(): RangeError {
  return new RangeError("texts of one batch take more than 2 GiB");
}
