import { SLACK } from "./output-buffer.ts";

/** The longest text between two checks of the buffer's limit: half of the slack, since helpers use the other half. */
const CHECK_EVERY = SLACK / 2;

/**
 * Collects the body of a generated function that writes text. The function's variables: `p`, where the next byte goes;
 * `o`, the OutputBuffer, and `w`, a DataView of its bytes; `L`, its limit.
 *
 * Text known at compile time becomes stores of float64 constants, eight characters each: names and punctuation reach
 * the generated source as numbers only, whatever characters they are made of. Consecutive literals merge, and the
 * position is advanced by a constant until something of unknown length is written.
 */
export class CodeWriter {
  #source = "";
  #literal: number[] = [];
  /** Written since `p` was last assigned, by literals already turned into stores. */
  #ahead = 0;
  /** The most that may have been written since the last check of the limit. */
  #unchecked = 0;

  /** Text of this length is known; a string's characters must be ASCII. */
  literal(text: string | Uint8Array): void {
    const bytes = typeof text === "string" ? Buffer.from(text, "latin1") : text;
    for (const byte of bytes) {
      if (this.#literal.push(byte) < CHECK_EVERY / 4) continue;
      this.#storeLiteral();
      this.check(0);
    }
  }

  /**
   * A statement that assigns `p`; `expression` may use `@`, the current position, once. It writes at most `bound`
   * bytes.
   */
  advance(expression: string, bound: number): void {
    this.#storeLiteral();
    this.check(bound);
    this.#source += `p = ${expression.replace("@", this.#position())};\n`;
    this.#ahead = 0;
    this.#unchecked += bound;
  }

  /** A statement that leaves `p` alone, or assigns it by itself behind {@link settle}. */
  statement(code: string): void {
    this.settle();
    this.#source += `${code}\n`;
  }

  /** Looks at the limit unless what was written and `bound` more surely fit. */
  check(bound: number): void {
    if (this.#unchecked + bound > CHECK_EVERY) this.checkNow();
  }

  checkNow(): void {
    this.settle();
    this.#source += "if (p > L) p = o.flushAt(p);\n";
    this.#unchecked = 0;
  }

  /** Makes `p` the true position, as code behind a branch or a loop needs it. */
  settle(): void {
    this.#storeLiteral();
    if (this.#ahead > 0) this.#source += `p += ${this.#ahead};\n`;
    this.#ahead = 0;
  }

  /** The statements so far. */
  get source(): string {
    this.settle();
    return this.#source;
  }

  #position(): string {
    return this.#ahead === 0 ? "p" : `p + ${this.#ahead}`;
  }

  #storeLiteral(): void {
    const bytes = this.#literal;
    if (bytes.length === 0) return;
    this.#literal = [];
    this.#unchecked += bytes.length;
    for (let at = 0; at < bytes.length; at += 8) {
      this.#source += storeEight(bytes.slice(at, at + 8), (offset) => {
        const total = this.#ahead + at + offset;
        return total === 0 ? "p" : `p + ${total}`;
      });
    }
    this.#ahead += bytes.length;
  }
}

const scratch = new DataView(new ArrayBuffer(8));

/** Up to eight characters as one store; what is missing to eight is zeros, written over by what comes next. */
function storeEight(bytes: readonly number[], position: (offset: number) => string): string {
  for (let i = 0; i < 8; i++) scratch.setUint8(i, bytes[i] ?? 0);
  const packed = scratch.getFloat64(0, true);
  if (bytes.length > 4 && Number.isFinite(packed) && !Object.is(packed, -0)) {
    return `w.setFloat64(${position(0)}, ${packed}, true);\n`;
  }
  const low = `w.setUint32(${position(0)}, ${scratch.getUint32(0, true)}, true);\n`;
  return bytes.length > 4 ? `${low}w.setUint32(${position(4)}, ${scratch.getUint32(4, true)}, true);\n` : low;
}
