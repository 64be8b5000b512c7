import { LITTLE_ENDIAN } from "../../../codec/access/byte-order.ts";
import type { Column, ColumnData } from "../column.ts";
import { type Filler, GrowingBytes, type RawBytes, type RunFiller } from "./filler.ts";

/** Records: each member is a column of its own, from the same positions. */
export class Records implements Filler {
  readonly column: Column;
  readonly #members: readonly Filler[];
  #count = 0;

  constructor(column: Column, members: readonly Filler[]) {
    this.column = column;
    this.#members = members;
  }

  add(source: RawBytes, at: Int32Array, count: number): void {
    for (const member of this.#members) member.add(source, at, count);
    this.#count += count;
  }

  data(): ColumnData {
    return { kind: "struct", children: this.#members.map((member) => member.data()), length: this.#count };
  }

  clear(buffers: "again" | "anew"): void {
    this.#count = 0;
    for (const member of this.#members) member.clear(buffers);
  }
}

/** The most positions that are worked out at a time. */
const MAX_POSITIONS = 65_536;

/** Positions, in memory that is used again. */
class Positions {
  #list = new Int32Array(1024);

  of(count: number): Int32Array {
    if (this.#list.length < count) this.#list = new Int32Array(Math.max(count, this.#list.length * 2));
    return this.#list;
  }
}

/** The location of the elements of an array. */
export interface ArrayLocation {
  /** Of the first element, from the position of the array's record. */
  readonly offset: number;
  readonly length: number;
  /** Bytes of an element. */
  readonly stride: number;
}

/** Arrays, each as long as its type says. */
export class Arrays implements Filler {
  readonly column: Column;
  readonly #element: Filler;
  readonly #location: ArrayLocation;
  readonly #positions: Positions = new Positions();
  #count = 0;

  constructor(column: Column, element: Filler, location: ArrayLocation) {
    this.column = column;
    this.#element = element;
    this.#location = location;
  }

  add(source: RawBytes, at: Int32Array, count: number): void {
    this.#count += count;
    const { offset, length, stride } = this.#location;
    const list = this.#positions.of(Math.min(count * length, MAX_POSITIONS));
    let found = 0;
    for (let i = 0; i < count; i++) {
      let position = (at[i] as number) + offset;
      for (let j = 0; j < length; j++, position += stride) {
        list[found++] = position;
        if (found < MAX_POSITIONS) continue;
        this.#element.add(source, list, found);
        found = 0;
      }
    }
    if (found > 0) this.#element.add(source, list, found);
  }

  data(): ColumnData {
    return { kind: "array", child: this.#element.data(), length: this.#count };
  }

  clear(buffers: "again" | "anew"): void {
    this.#count = 0;
    this.#element.clear(buffers);
  }
}

/** Arrays whose elements are copied as they lie there. */
export class PackedArrays implements Filler {
  readonly column: Column;
  readonly #element: RunFiller;
  readonly #location: ArrayLocation;
  #count = 0;

  constructor(column: Column, element: RunFiller, location: ArrayLocation) {
    this.column = column;
    this.#element = element;
    this.#location = location;
  }

  add(source: RawBytes, at: Int32Array, count: number): void {
    const { offset, length, stride } = this.#location;
    for (let i = 0; i < count; i++) this.#element.addRun(source, (at[i] as number) + offset, length * stride);
    this.#count += count;
  }

  data(): ColumnData {
    return { kind: "array", child: this.#element.data(), length: this.#count };
  }

  clear(buffers: "again" | "anew"): void {
    this.#count = 0;
    this.#element.clear(buffers);
  }
}

/** The location of the elements of a list: a list has as many as it says, or as its value has room for. */
export interface ListLocation extends Omit<ArrayLocation, "length"> {
  /**
   * Returns how many elements there are: `position` is that of the first one, `i` the number of its record in the run.
   */
  readonly count: (source: RawBytes, position: number, i: number) => number;
}

/** Lists of any length. */
export class Lists implements Filler {
  readonly column: Column;
  readonly #element: Filler;
  readonly #location: ListLocation;
  readonly #offsets: GrowingBytes = new GrowingBytes();
  readonly #positions: Positions = new Positions();
  #count = 0;

  constructor(column: Column, element: Filler, location: ListLocation) {
    this.column = column;
    this.#element = element;
    this.#location = location;
  }

  add(source: RawBytes, at: Int32Array, count: number): void {
    const { offset, stride } = this.#location;
    this.#offsets.ensure((this.#count + count + 1) * 4);
    const { bytes, view } = source;
    for (let i = 0; i < count; i++) {
      const start = (at[i] as number) + offset;
      const elements = this.#location.count(source, start, i);
      const list = this.#positions.of(elements);
      for (let j = 0; j < elements; j++) list[j] = start + j * stride;
      this.#element.add({ bytes, view }, list, elements);
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

/** The bytes of the count before the elements of an array that has one. */
const COUNT_BYTES = 4;

/** Lists of what differs between CPUs: `length` elements at the most stand behind a count of them. */
export function countedLists(column: Column, element: Filler, { offset, length, stride }: ArrayLocation): Lists {
  const count: ListLocation["count"] = ({ view }, position) =>
    Math.min(length, view.getUint32(position - COUNT_BYTES, LITTLE_ENDIAN));
  return new Lists(column, element, { offset: offset + COUNT_BYTES, stride, count });
}
