import type { Column, ColumnData } from "../column.ts";
import { type Filler, GrowingBytes, type Source } from "./filler.ts";
import { TextBuffer } from "./text-buffer.ts";

/** Returns the bytes that are there of an array which goes on to the end of a value of `length` bytes. */
export function sizeThere(size: number, offset: number, length: number | undefined): number {
  return length === undefined ? size : Math.min(size, Math.max(0, length - offset));
}

/** Where an array lies that goes on to the end of its value. */
export interface OpenPlace {
  /** Of the first element, from the position of the value. */
  readonly offset: number;
  /** The most bytes that there can be. */
  readonly size: number;
  /** Bytes of an element. */
  readonly stride: number;
}

/** Bytes up to the end of a value. */
export class OpenBytes implements Filler {
  readonly column: Column;
  readonly #place: OpenPlace;
  readonly #out: TextBuffer = new TextBuffer();

  constructor(column: Column, place: OpenPlace) {
    this.column = column;
    this.#place = place;
  }

  add({ bytes, lengths }: Source, at: Int32Array, count: number): void {
    const { offset, size } = this.#place;
    for (let i = 0; i < count; i++) {
      const start = (at[i] as number) + offset;
      this.#out.append(bytes.subarray(start, start + sizeThere(size, offset, lengths?.[i])));
    }
  }

  data(): ColumnData {
    return this.#out.data();
  }

  clear(buffers: "again" | "anew"): void {
    this.#out.clear(buffers);
  }
}

/** Elements up to the end of a value, as many as are whole. */
export class OpenLists implements Filler {
  readonly column: Column;
  readonly #element: Filler;
  readonly #place: OpenPlace;
  readonly #offsets: GrowingBytes = new GrowingBytes();
  readonly #positions: Int32Array;
  #count = 0;

  constructor(column: Column, element: Filler, place: OpenPlace) {
    this.column = column;
    this.#element = element;
    this.#place = place;
    this.#positions = new Int32Array(Math.floor(place.size / place.stride));
  }

  add(source: Source, at: Int32Array, count: number): void {
    const { offset, size, stride } = this.#place;
    this.#offsets.ensure((this.#count + count + 1) * 4);
    const elementSource = { bytes: source.bytes, view: source.view };
    for (let i = 0; i < count; i++) {
      const elements = Math.floor(sizeThere(size, offset, source.lengths?.[i]) / stride);
      const start = (at[i] as number) + offset;
      for (let j = 0; j < elements; j++) this.#positions[j] = start + j * stride;
      this.#element.add(elementSource, this.#positions, elements);
      const before = this.#offsets.i32[this.#count] as number;
      this.#count += 1;
      this.#offsets.i32[this.#count] = before + elements;
    }
  }

  data(): ColumnData {
    this.#offsets.ensure((this.#count + 1) * 4);
    const offsets = this.#offsets.i32.subarray(0, this.#count + 1);
    return { kind: "list", offsets, child: this.#element.data(), length: this.#count };
  }

  clear(buffers: "again" | "anew"): void {
    this.#count = 0;
    this.#element.clear(buffers);
    if (buffers === "anew") this.#offsets.renew();
  }
}
