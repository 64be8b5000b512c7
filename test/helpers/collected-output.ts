import { OutputBuffer } from "../../src/codec/text/output-buffer.ts";
import { ShownText } from "../../src/codec/text/shown-text.ts";

/** An output that keeps what is written; the buffer is so small that most is flushed in pieces. */
export class CollectedOutput {
  readonly out: OutputBuffer;
  readonly #parts: Buffer[] = [];

  constructor({ capacity = 64, shown = new ShownText() }: { capacity?: number; shown?: ShownText } = {}) {
    this.out = new OutputBuffer((bytes) => void this.#parts.push(Buffer.from(bytes)), { capacity, shown });
  }

  /** All that was written so far. */
  get bytes(): Buffer {
    this.out.flush();
    return Buffer.concat(this.#parts);
  }

  get text(): string {
    return this.bytes.toString();
  }
}
