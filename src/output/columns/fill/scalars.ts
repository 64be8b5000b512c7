import type { Accessor } from "../../../codec/access/accessor.ts";
import { LITTLE_ENDIAN } from "../../../codec/access/byte-order.ts";
import type { Column, ColumnData } from "../column.ts";
import { type Filler, GrowingBytes, type RawBytes, type RunFiller } from "./filler.ts";

/** Values of 1, 2, 4 or 8 bytes that are copied as they are: whole integers and floats. */
export class WholeValues implements RunFiller {
  readonly column: Column;
  readonly #size: number;
  readonly #offset: number;
  readonly #out: GrowingBytes = new GrowingBytes();
  #count = 0;

  /** `offset`: of the value, from the position that is given for it. */
  constructor(column: Column, size: 1 | 2 | 4 | 8, offset: number) {
    this.column = column;
    this.#size = size;
    this.#offset = offset;
  }

  add({ bytes, view }: RawBytes, at: Int32Array, count: number): void {
    const from = this.#count;
    this.#count += count;
    this.#out.ensure(this.#count * this.#size);
    switch (this.#size) {
      case 1:
        copyBytes(bytes, at, this.#offset, count, this.#out.bytes, from);
        return;
      case 2:
        copyShorts(view, at, this.#offset, count, this.#out.u16, from);
        return;
      case 4:
        copyWords(view, at, this.#offset, count, this.#out.u32, from);
        return;
      default:
        copyPairs(view, at, this.#offset, count, this.#out.u32, from);
    }
  }

  addRun({ bytes }: RawBytes, at: number, length: number): void {
    const start = this.#count * this.#size;
    this.#out.ensure(start + length);
    this.#out.bytes.set(bytes.subarray(at, at + length), start);
    this.#count += length / this.#size;
  }

  data(): ColumnData {
    return { kind: "fixed", bytes: this.#out.bytes.subarray(0, this.#count * this.#size), length: this.#count };
  }

  clear(buffers: "again" | "anew"): void {
    this.#count = 0;
    if (buffers === "anew") this.#out.renew();
  }
}

function copyBytes(x: Uint8Array, at: Int32Array, offset: number, count: number, out: Uint8Array, from: number): void {
  for (let i = 0; i < count; i++) out[from + i] = x[(at[i] as number) + offset] as number;
}

function copyShorts(d: DataView, at: Int32Array, offset: number, count: number, out: Uint16Array, from: number): void {
  for (let i = 0; i < count; i++) out[from + i] = d.getUint16((at[i] as number) + offset, LITTLE_ENDIAN);
}

function copyWords(d: DataView, at: Int32Array, offset: number, count: number, out: Uint32Array, from: number): void {
  for (let i = 0; i < count; i++) out[from + i] = d.getUint32((at[i] as number) + offset, LITTLE_ENDIAN);
}

/** Copies 64 bits as two words, so that no bigint is made. */
function copyPairs(d: DataView, at: Int32Array, offset: number, count: number, out: Uint32Array, from: number): void {
  for (let i = 0, to = from * 2; i < count; i++, to += 2) {
    const start = (at[i] as number) + offset;
    out[to] = d.getUint32(start, LITTLE_ENDIAN);
    out[to + 1] = d.getUint32(start + 4, LITTLE_ENDIAN);
  }
}

/** The place of a bit-field: bits are counted from the lowest of the first byte. */
export interface BitLocation {
  /** Of the first byte. */
  readonly offset: number;
  /** 0 to 7. */
  readonly shift: number;
  readonly width: number;
  readonly signed: boolean;
}

/** Bit-fields within four bytes. */
export class BitFields implements Filler {
  readonly column: Column;
  readonly #size: number;
  readonly #location: BitLocation;
  readonly #out: GrowingBytes = new GrowingBytes();
  #count = 0;

  constructor(column: Column, size: 1 | 2 | 4, location: BitLocation) {
    this.column = column;
    this.#size = size;
    this.#location = location;
  }

  add({ bytes }: RawBytes, at: Int32Array, count: number): void {
    const from = this.#count;
    this.#count += count;
    this.#out.ensure(this.#count * this.#size);
    const { u16, u32, bytes: u8 } = this.#out;
    if (this.#size === 1) copyBits(bytes, at, this.#location, count, u8, from);
    else if (this.#size === 2) copyBits(bytes, at, this.#location, count, u16, from);
    else copyBits(bytes, at, this.#location, count, u32, from);
  }

  data(): ColumnData {
    return { kind: "fixed", bytes: this.#out.bytes.subarray(0, this.#count * this.#size), length: this.#count };
  }

  clear(buffers: "again" | "anew"): void {
    this.#count = 0;
    if (buffers === "anew") this.#out.renew();
  }
}

function copyBits(
  bytes: Uint8Array,
  at: Int32Array,
  { offset, shift, width, signed }: BitLocation,
  count: number,
  out: Uint8Array | Uint16Array | Uint32Array,
  from: number,
): void {
  const last = Math.ceil((shift + width) / 8) - 1;
  const unused = 32 - width;
  for (let i = 0; i < count; i++) {
    const start = (at[i] as number) + offset;
    let raw = 0;
    for (let j = last; j >= 0; j--) raw = (raw << 8) | (bytes[start + j] as number);
    const high = (raw >>> shift) << unused;
    out[from + i] = signed ? high >> unused : high >>> unused;
  }
}

/** Integers that have to be computed: long bit-fields, and texts that are numbers. */
export class ComputedIntegers implements Filler {
  readonly column: Column;
  readonly #size: number;
  readonly #read: Accessor<number | bigint>;
  readonly #out: GrowingBytes = new GrowingBytes();
  #count = 0;

  constructor(column: Column, size: 1 | 2 | 4 | 8, read: Accessor<number | bigint>) {
    this.column = column;
    this.#size = size;
    this.#read = read;
  }

  add({ bytes, view }: RawBytes, at: Int32Array, count: number): void {
    const from = this.#count;
    this.#count += count;
    this.#out.ensure(this.#count * this.#size);
    const { u16, u32, i64, bytes: u8 } = this.#out;
    const out = this.#size === 1 ? u8 : this.#size === 2 ? u16 : u32;
    const read = this.#read;
    if (this.#size === 8) {
      for (let i = 0; i < count; i++) i64[from + i] = BigInt(read(bytes, view, at[i] as number));
      return;
    }
    // A typed array keeps the lowest bits, also of what is below zero.
    for (let i = 0; i < count; i++) out[from + i] = Number(read(bytes, view, at[i] as number));
  }

  data(): ColumnData {
    return { kind: "fixed", bytes: this.#out.bytes.subarray(0, this.#count * this.#size), length: this.#count };
  }

  clear(buffers: "again" | "anew"): void {
    this.#count = 0;
    if (buffers === "anew") this.#out.renew();
  }
}

/** Integers as decimals of 128 bits, in two's complement. */
export class Decimals implements Filler {
  readonly column: Column;
  readonly #read: Accessor<number | bigint>;
  readonly #out: GrowingBytes = new GrowingBytes();
  #count = 0;

  constructor(column: Column, read: Accessor<number | bigint>) {
    this.column = column;
    this.#read = read;
  }

  add({ bytes, view }: RawBytes, at: Int32Array, count: number): void {
    this.#out.ensure((this.#count + count) * 16);
    const { i64 } = this.#out;
    for (let i = 0; i < count; i++, this.#count++) {
      const value = BigInt(this.#read(bytes, view, at[i] as number));
      i64[this.#count * 2] = value;
      i64[this.#count * 2 + 1] = value >> 64n;
    }
  }

  data(): ColumnData {
    return { kind: "fixed", bytes: this.#out.bytes.subarray(0, this.#count * 16), length: this.#count };
  }

  clear(buffers: "again" | "anew"): void {
    this.#count = 0;
    if (buffers === "anew") this.#out.renew();
  }
}

/** Bools, a bit each. */
export class Bools implements Filler {
  readonly column: Column;
  readonly #read: Accessor<boolean>;
  readonly #out: GrowingBytes = new GrowingBytes();
  #count = 0;

  constructor(column: Column, read: Accessor<boolean>) {
    this.column = column;
    this.#read = read;
  }

  add({ bytes, view }: RawBytes, at: Int32Array, count: number): void {
    this.#out.ensure(Math.ceil((this.#count + count) / 8));
    const out = this.#out.bytes;
    for (let i = 0; i < count; i++, this.#count++) {
      if (!this.#read(bytes, view, at[i] as number)) continue;
      const to = this.#count >> 3;
      out[to] = (out[to] as number) | (1 << (this.#count & 7));
    }
  }

  data(): ColumnData {
    return { kind: "bits", bits: this.#out.bytes.subarray(0, Math.ceil(this.#count / 8)), length: this.#count };
  }

  clear(buffers: "again" | "anew"): void {
    // Only bits that are set are written.
    if (buffers === "anew") this.#out.renew();
    else this.#out.bytes.fill(0, 0, Math.ceil(this.#count / 8));
    this.#count = 0;
  }
}

/** Bytes of a size, as they are. */
export class FixedBytes implements Filler {
  readonly column: Column;
  readonly #size: number;
  readonly #offset: number;
  readonly #out: GrowingBytes = new GrowingBytes();
  #count = 0;

  constructor(column: Column, size: number, offset: number) {
    this.column = column;
    this.#size = size;
    this.#offset = offset;
  }

  add({ bytes }: RawBytes, at: Int32Array, count: number): void {
    const size = this.#size;
    let to = this.#count * size;
    this.#count += count;
    this.#out.ensure(this.#count * size);
    const out = this.#out.bytes;
    for (let i = 0; i < count; i++, to += size) {
      const start = (at[i] as number) + this.#offset;
      // A loop is faster than set() for what is short.
      if (size > 64) out.set(bytes.subarray(start, start + size), to);
      else for (let j = 0; j < size; j++) out[to + j] = bytes[start + j] as number;
    }
  }

  data(): ColumnData {
    return { kind: "fixed", bytes: this.#out.bytes.subarray(0, this.#count * this.#size), length: this.#count };
  }

  clear(buffers: "again" | "anew"): void {
    this.#count = 0;
    if (buffers === "anew") this.#out.renew();
  }
}
