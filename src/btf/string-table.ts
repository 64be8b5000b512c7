import { textFromBytes } from "../bytes.ts";

/**
 * The longest name, in bytes. The kernel takes 511 for what C declares; compilers of other languages and tags write
 * more. Without a limit a small BTF with one huge string and many references to it would fill the memory.
 */
const MAX_NAME_BYTES = 4096;

/** The string section of a BTF, and in front of it that of its base. */
export class StringTable {
  readonly #bytes: Uint8Array;
  readonly #base: StringTable | undefined;
  readonly #start: number;

  /** `bytes` are the section alone, without the base's. */
  constructor(bytes: Uint8Array, base: StringTable | undefined) {
    this.#bytes = bytes;
    this.#base = base;
    this.#start = base?.end ?? 0;
  }

  /** The first offset behind all strings. */
  get end(): number {
    return this.#start + this.#bytes.length;
  }

  /** The string that starts at this offset; undefined if it is outside of the section, not terminated or too long. */
  at(offset: number): string | undefined {
    if (offset === 0) return "";
    if (offset < this.#start) return this.#base?.at(offset);
    const start = offset - this.#start;
    const candidate = this.#bytes.subarray(start, start + MAX_NAME_BYTES + 1);
    const length = candidate.indexOf(0);
    return length < 0 ? undefined : textFromBytes(candidate.subarray(0, length));
  }

  /** True if a string starts at this offset, as every name in BTF does. */
  startsAt(offset: number): boolean {
    if (offset === 0) return true;
    if (offset < this.#start) return this.#base?.startsAt(offset) ?? false;
    const start = offset - this.#start;
    return start < this.#bytes.length && (start === 0 || this.#bytes[start - 1] === 0);
  }

  /** True if the string that starts at this offset has exactly these bytes. */
  equals(offset: number, text: Uint8Array): boolean {
    if (offset < this.#start) return this.#base?.equals(offset, text) ?? false;
    const start = offset - this.#start;
    // Names seldom agree in the first byte, and this runs for every type of a BTF.
    if (this.#bytes[start] !== text[0] || this.#bytes[start + text.length] !== 0) return false;
    for (let i = 1; i < text.length; i++) {
      if (this.#bytes[start + i] !== text[i]) return false;
    }
    return true;
  }
}
