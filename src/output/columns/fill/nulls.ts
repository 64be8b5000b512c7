import type { Nulls } from "../column.ts";
import { GrowingBytes } from "./filler.ts";

/** Remembers which values of a column are there. */
export class ValidBits {
  readonly #out: GrowingBytes = new GrowingBytes();
  #length = 0;
  #missing = 0;

  add(isThere: boolean): void {
    if (!isThere) {
      if (this.#missing === 0) for (let i = 0; i < this.#length; i++) this.#set(i);
      this.#missing += 1;
    } else if (this.#missing > 0) this.#set(this.#length);
    this.#length += 1;
  }

  /** Adds values that are all there. */
  addAll(count: number): void {
    if (this.#missing === 0) this.#length += count;
    else for (let i = 0; i < count; i++) this.add(true);
  }

  /** Undefined where nothing is missing. */
  nulls(): Nulls | undefined {
    if (this.#missing === 0) return undefined;
    const size = Math.ceil(this.#length / 8);
    this.#out.ensure(size);
    return { valid: this.#out.bytes.subarray(0, size), count: this.#missing, length: this.#length };
  }

  clear(buffers: "again" | "anew"): void {
    if (buffers === "anew") this.#out.renew();
    else this.#out.bytes.fill(0, 0, Math.ceil(this.#length / 8));
    this.#length = 0;
    this.#missing = 0;
  }

  #set(index: number): void {
    const to = index >> 3;
    this.#out.ensure(to + 1);
    this.#out.bytes[to] = (this.#out.bytes[to] as number) | (1 << (index & 7));
  }
}

/** Tells whether the value of an index is there. */
export function isValid({ valid }: Nulls, index: number): boolean {
  return (((valid[index >> 3] as number) >> (index & 7)) & 1) === 1;
}

/**
 * Returns the nulls of values that are missing outside or inside. `isDense`: the inner ones have no place for those
 * outside.
 */
export function mergedNulls(outer: Nulls, inner: Nulls | undefined, isDense: boolean): Nulls {
  if (inner === undefined) return outer;
  const valid = new Uint8Array(outer.valid.length);
  let count = 0;
  for (let i = 0, next = 0; i < outer.length; i++) {
    const index = isDense ? next : i;
    const outside = isValid(outer, i);
    if (outside) next += 1;
    if (outside && isValid(inner, index)) valid[i >> 3] = (valid[i >> 3] as number) | (1 << (i & 7));
    else count += 1;
  }
  return { valid, count, length: outer.length };
}
