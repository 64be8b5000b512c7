import type { Accessor } from "../../../codec/access/accessor.ts";
import type { Column, ColumnData, Missing } from "../column.ts";
import { type Filler, GrowingBytes, type RawBytes } from "./filler.ts";
import { ValidBits } from "./nulls.ts";

const LATEST = 2n ** 63n - 1n;

/** Nanoseconds since boot as nanoseconds since 1970. What 63 bits don't hold is missing. */
export class Times implements Filler {
  readonly column: Column;
  readonly #read: Accessor<number | bigint>;
  readonly #bootTimeNs: () => bigint;
  readonly #isDense: boolean;
  readonly #valid: ValidBits = new ValidBits();
  readonly #out: GrowingBytes = new GrowingBytes();
  #boot: bigint | undefined;
  #count = 0;

  constructor(column: Column, read: Accessor<number | bigint>, bootTimeNs: () => bigint, missing: Missing) {
    this.column = column;
    this.#read = read;
    this.#bootTimeNs = bootTimeNs;
    this.#isDense = missing === "dense";
  }

  add({ bytes, view }: RawBytes, at: Int32Array, count: number): void {
    this.#boot ??= this.#bootTimeNs();
    this.#out.ensure((this.#count + count) * 8);
    for (let i = 0; i < count; i++) {
      const time = BigInt(this.#read(bytes, view, at[i] as number)) + this.#boot;
      const fits = time >= 0n && time <= LATEST;
      this.#valid.add(fits);
      if (fits || !this.#isDense) this.#out.i64[this.#count++] = fits ? time : 0n;
    }
  }

  data(): ColumnData {
    const bytes = this.#out.bytes.subarray(0, this.#count * 8);
    return { kind: "fixed", bytes, length: this.#count, nulls: this.#valid.nulls() };
  }

  clear(buffers: "again" | "anew"): void {
    this.#count = 0;
    this.#valid.clear(buffers);
    if (buffers === "anew") this.#out.renew();
  }
}
