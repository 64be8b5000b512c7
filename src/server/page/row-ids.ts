import type { RowLocation } from "../../query/diff/comparisons.ts";

/** Numbers for rows, which stay with their keys as long as these are there. */
export class RowIds {
  readonly #ids = new Map<string, number>();
  readonly #keySize: number;
  #next = 0;

  constructor(keySize: number) {
    this.#keySize = keySize;
  }

  /** The number of a row, a new one for a key that has none. */
  of(row: RowLocation): number {
    const key = this.#key(row);
    const known = this.#ids.get(key);
    if (known !== undefined) return known;
    this.#ids.set(key, this.#next);
    return this.#next++;
  }

  /** Forgets the key of a row, and returns the number that it had; undefined if it had none. */
  forget(row: RowLocation): number | undefined {
    const key = this.#key(row);
    const known = this.#ids.get(key);
    this.#ids.delete(key);
    return known;
  }

  #key({ keys, k, cpu }: RowLocation): string {
    return `${cpu} ${Buffer.from(keys.buffer, keys.byteOffset + k, this.#keySize).toString("latin1")}`;
  }
}
