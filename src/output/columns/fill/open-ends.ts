import type { Column, ColumnData } from "../column.ts";
import type { Filler, RawBytes } from "./filler.ts";
import { type ListLocation, Lists } from "./nested.ts";
import { TextBuffer } from "./text-buffer.ts";

/** Returns the bytes that are there of an array which goes on to the end of a value of `length` bytes. */
export function sizeThere(size: number, offset: number, length: number | undefined): number {
  return length === undefined ? size : Math.min(size, Math.max(0, length - offset));
}

/** The location of an array that goes on to the end of its value. */
export interface OpenArrayLocation {
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
  readonly #location: OpenArrayLocation;
  readonly #out: TextBuffer = new TextBuffer();

  constructor(column: Column, location: OpenArrayLocation) {
    this.column = column;
    this.#location = location;
  }

  add({ bytes, lengths }: RawBytes, at: Int32Array, count: number): void {
    const { offset, size } = this.#location;
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
export function openLists(column: Column, element: Filler, { offset, size, stride }: OpenArrayLocation): Lists {
  const count: ListLocation["count"] = ({ lengths }, _, i) =>
    Math.floor(sizeThere(size, offset, lengths?.[i]) / stride);
  return new Lists(column, element, { offset, stride, count });
}
