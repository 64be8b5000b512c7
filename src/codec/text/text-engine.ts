import type { BatchMemory } from "../../reader/entries.ts";
import { ENGINE_BYTES, type Machine, type MachineHost, openMachine } from "./machine.ts";
import type { OutputBuffer } from "./output-buffer.ts";
import type { Program } from "./program.ts";
import { type RenderedText, renderedJson } from "./rendered-text.ts";

/** Keys and values, side by side. */
export interface EntryBytes {
  readonly keys: Uint8Array;
  readonly values: Uint8Array;
}

/** The sizes of entries in memory. */
export interface RowSizes {
  readonly keySize: number;
  readonly valueStride: number;
}

/** A row: the offsets of its key and value in the batch. */
export interface RowOffsets {
  key: number;
  value: number;
  /** The number of the row's CPU; or in a row for several CPUs, the first of them in the list. */
  cpu: number;
  /** The row's index; or in a row for several CPUs, the end of its part of the list. */
  index: number;
}

/** Rows of a batch, and the bytes of one row's value. */
export interface RowList {
  readonly count: number;
  readonly valueSize: number;
  /** Fills in the offsets of a row. */
  readonly place: (row: number, place: RowOffsets) => void;
  /** The CPUs of all rows, for programs that loop over them. */
  readonly cpus?: Int32Array | undefined;
}

/** The way in which entries follow each other. */
export interface Listing {
  /** A comma stands between them. */
  readonly listed: boolean;
  /** Nothing stands before them yet. */
  readonly first: boolean;
}

/** The machine's parts, by their first address. */
interface Areas {
  readonly programs: number;
  readonly lists: number;
  readonly staging: number;
  readonly batches: number;
  readonly end: number;
}

/** Rows that one call writes. */
export const ROWS_PER_CALL = 4096;
const ROW = 16;
/** A loop over CPUs may need all that the kernel can have. */
const CPUS_PER_CALL = 16_384;
const LIST_BYTES = ROWS_PER_CALL * ROW + CPUS_PER_CALL * 4;

const PROGRAM_BYTES = 1 << 17;
/** The room for programs. Where they take more, those that were not used last make room. */
const MAX_PROGRAM_BYTES = 1 << 24;
const STAGING_BYTES = 1 << 18;
/** Where a batch has more than so many entries for each row to be written, the rows are copied, and not the batch. */
const MOST_ENTRIES_PER_ROW = 8;
/** Bytes behind each part, which the engine may load and not use: it takes 16 at a time. */
const MARGIN = 32;
const ALIGNMENT = 64;

const NO_AREAS: Areas = { programs: 0, lists: 0, staging: 0, batches: 0, end: 0 };
const NOTHING = new Uint8Array(0);
/** A batch that is in no memory. */
const NOT_HELD: EntryBytes = { keys: NOTHING, values: NOTHING };

const engines = new WeakMap<OutputBuffer, TextEngine>();

/** Returns the engine that writes to an output; `open` makes the machine of a new one. */
export function textEngine(out: OutputBuffer, open: typeof openMachine = openMachine): TextEngine {
  const known = engines.get(out) ?? new TextEngine(out, open);
  engines.set(out, known);
  return known;
}

/**
 * Runs programs on entries, and writes the text to one output. It has one memory: programs, lists of rows, entries that
 * have to be copied, the buffers of a read, and the output. That never grows, since what looks at it would be cut off:
 * where more room is needed, there is a new one, and programs are loaded again.
 */
export class TextEngine {
  readonly #out: OutputBuffer;
  readonly #open: typeof openMachine;
  #machine: Machine | undefined;
  #words: Uint32Array = new Uint32Array(0);
  #view: DataView = new DataView(new ArrayBuffer(0));
  #areas: Areas = NO_AREAS;
  readonly #loaded = new Map<Program, number>();
  readonly #noted = new WeakMap<Program, Set<number>>();
  #programTop = 0;
  #batchTop = 0;
  /** The kernel may still write to the buffers of the last read. */
  #isAbandoned = false;
  #renderings: readonly RenderedText[] = [];

  /** `open` makes the machine. */
  constructor(out: OutputBuffer, open: typeof openMachine) {
    this.#out = out;
    this.#open = open;
  }

  /** Writes `count` entries of a batch from one on. */
  entries(program: Program, batch: EntryBytes, sizes: RowSizes, from: number, count: number, how: Listing): void {
    const { keySize, valueStride } = sizes;
    const address = this.#prepare(program, batch, keySize + valueStride);
    const fitting = Math.floor((this.#stagingBytes - 3 * MARGIN) / Math.max(1, keySize + valueStride));
    const perCall = this.#holds(batch) ? count : Math.max(1, fitting);
    for (let done = 0; done < count; done += perCall) {
      const part = Math.min(perCall, count - done);
      const { key, value } = this.#placed(batch, sizes, from + done, part);
      const call = { program: address, key, keySize, value, valueSize: valueStride, count: part };
      this.#machineNow.entries({ ...call, listed: how.listed, first: how.first && done === 0 });
    }
  }

  /** Writes rows of a batch. */
  rows(
    program: Program,
    batch: EntryBytes & { readonly count: number },
    sizes: RowSizes,
    rows: RowList,
    how: Listing,
  ): void {
    const { keySize, valueStride } = sizes;
    const address = this.#prepare(program, batch, keySize + valueStride);
    const cpus = this.#cpuList(rows.cpus);
    // No `...`, as in `row`: there may be few rows.
    const write = (count: number, from: number): void =>
      this.#machineNow.rows({
        program: address,
        list: this.#areas.lists,
        count,
        cpus,
        keySize,
        valueSize: rows.valueSize,
        listed: how.listed,
        first: how.first && from === 0,
      });
    const bytes = batch.count * (keySize + valueStride) + 3 * MARGIN;
    const isCopied = bytes <= this.#stagingBytes && batch.count <= MOST_ENTRIES_PER_ROW * rows.count;
    if (!this.#holds(batch) && !isCopied) {
      this.#gathered(batch, keySize, rows, write);
      return;
    }
    const { key, value } = this.#placed(batch, sizes, 0, batch.count);
    this.#listed(rows, key, value, write);
  }

  /** Writes one row. */
  row(program: Program, batch: EntryBytes, { keySize, valueStride }: RowSizes, place: RowOffsets): void {
    const address = this.#prepare(program, NOT_HELD, keySize + valueStride);
    this.#stageRow(batch, keySize, valueStride, place);
    const { lists: list } = this.#areas;
    // No `...`: V8 would make the object by its slow way, which takes several times as long as the row itself.
    this.#machineNow.rows({
      program: address,
      list,
      count: 1,
      cpus: 0,
      keySize,
      valueSize: valueStride,
      listed: false,
      first: true,
    });
  }

  /** Returns the numbers of the notes that a program has made. */
  notes(program: Program): readonly number[] {
    this.#collectNotes(program);
    return [...(this.#noted.get(program) ?? [])];
  }

  /** Returns memory for the buffers of a read, which ends before the next one asks: what is there is not copied. */
  batchMemory(): BatchMemory {
    // Whoever still writes there keeps the memory, which the engine leaves.
    if (this.#isAbandoned) this.#renew({});
    this.#isAbandoned = false;
    this.#batchTop = this.#areas.batches;
    return {
      buffers: (keyBytes, valueBytes) => {
        const needed = keyBytes + valueBytes + 2 * (MARGIN + ALIGNMENT);
        // A read has two, so that one can be filled while the other is printed.
        if (this.#batchTop + needed > this.#areas.end) this.#renew({ batches: 2 * needed });
        const keys = this.#take(keyBytes);
        return { keys, values: this.#take(valueBytes) };
      },
      abandon: () => {
        this.#isAbandoned = this.#machine !== undefined;
      },
    };
  }

  #take(bytes: number): Uint8Array {
    const at = this.#batchTop;
    this.#batchTop = aligned(at + Math.max(8, bytes) + MARGIN);
    return this.#machineNow.memory.subarray(at, at + Math.max(8, bytes));
  }

  get #machineNow(): Machine {
    if (this.#machine === undefined) throw new RangeError("the text engine has no memory yet");
    return this.#machine;
  }

  get #stagingBytes(): number {
    return this.#areas.batches - this.#areas.staging;
  }

  #holds({ keys, values }: EntryBytes): boolean {
    const buffer = this.#machine?.memory.buffer;
    return keys.buffer === buffer && values.buffer === buffer;
  }

  /** Returns the addresses of entries, which are copied unless they are in the memory. */
  #placed(
    batch: EntryBytes,
    { keySize, valueStride }: RowSizes,
    from: number,
    count: number,
  ): { key: number; value: number } {
    const { keys, values } = batch;
    if (this.#holds(batch)) {
      return { key: keys.byteOffset + from * keySize, value: values.byteOffset + from * valueStride };
    }
    const key = this.#areas.staging;
    const value = aligned(key + count * keySize + MARGIN);
    const { memory } = this.#machineNow;
    memory.set(keys.subarray(from * keySize, (from + count) * keySize), key);
    memory.set(values.subarray(from * valueStride, (from + count) * valueStride), value);
    return { key, value };
  }

  /** Copies the entry of a row, and lists it. */
  #stageRow({ keys, values }: EntryBytes, keySize: number, valueSize: number, place: RowOffsets): void {
    const key = this.#areas.staging;
    const value = aligned(key + keySize + MARGIN);
    const { memory } = this.#machineNow;
    memory.set(keys.subarray(place.key, place.key + keySize), key);
    memory.set(values.subarray(place.value, place.value + valueSize), value);
    this.#list(0, key, value, place);
  }

  /** Lists as many rows as fit and calls `write`, until all are written. */
  #listed(rows: RowList, key: number, value: number, write: (count: number, from: number) => void): void {
    const place: RowOffsets = { key: 0, value: 0, cpu: 0, index: 0 };
    for (let from = 0; from < rows.count; from += ROWS_PER_CALL) {
      const count = Math.min(ROWS_PER_CALL, rows.count - from);
      for (let i = 0; i < count; i++) {
        rows.place(from + i, place);
        this.#list(i, key + place.key, value + place.value, place);
      }
      write(count, from);
    }
  }

  /** Does the same with rows of a batch that is too large to be copied, or of few of one: as many as fit are copied. */
  #gathered(batch: EntryBytes, keySize: number, rows: RowList, write: (count: number, from: number) => void): void {
    const { valueSize } = rows;
    const fitting = Math.floor((this.#stagingBytes - 3 * MARGIN) / Math.max(1, keySize + valueSize));
    const most = Math.max(1, Math.min(ROWS_PER_CALL, fitting));
    const place: RowOffsets = { key: 0, value: 0, cpu: 0, index: 0 };
    const keysAt = this.#areas.staging;
    const valuesAt = aligned(keysAt + most * keySize + MARGIN);
    const { memory } = this.#machineNow;
    for (let from = 0; from < rows.count; from += most) {
      const count = Math.min(most, rows.count - from);
      for (let i = 0; i < count; i++) {
        rows.place(from + i, place);
        const [key, value] = [keysAt + i * keySize, valuesAt + i * valueSize];
        memory.set(batch.keys.subarray(place.key, place.key + keySize), key);
        memory.set(batch.values.subarray(place.value, place.value + valueSize), value);
        this.#list(i, key, value, place);
      }
      write(count, from);
    }
  }

  #list(row: number, key: number, value: number, { cpu, index }: RowOffsets): void {
    const at = (this.#areas.lists >> 2) + row * (ROW >> 2);
    const words = this.#words;
    words[at] = key;
    words[at + 1] = value;
    words[at + 2] = cpu;
    words[at + 3] = index;
  }

  /** Puts the CPUs of rows into the memory, and returns their address. */
  #cpuList(cpus: Int32Array | undefined): number {
    const at = this.#areas.lists + ROWS_PER_CALL * ROW;
    if (cpus === undefined) return at;
    if (cpus.length > CPUS_PER_CALL) throw new RangeError(`${cpus.length} CPUs are more than ${CPUS_PER_CALL}`);
    this.#words.set(cpus, at >> 2);
    return at;
  }

  /** Loads a program, makes room for an entry of a batch that has to be copied, and returns the program's address. */
  #prepare(program: Program, batch: EntryBytes, entryBytes: number): number {
    this.#renderings = program.renderings;
    const staging = entryBytes + 3 * MARGIN;
    let address = this.#load(program);
    if (!this.#holds(batch) && staging > this.#stagingBytes) {
      this.#renew({ staging });
      address = this.#load(program);
    }
    return address;
  }

  /** Puts a program into the memory, and returns its address. */
  #load(program: Program): number {
    const known = this.#loaded.get(program);
    if (known !== undefined) return known;
    const size = aligned(program.image.length);
    if (this.#machine === undefined || this.#programTop + size > this.#areas.lists) this.#makeRoom(size);
    const address = this.#programTop;
    this.#machineNow.memory.set(program.image, address);
    this.#programTop += size;
    this.#loaded.set(program, address);
    return address;
  }

  /** Makes room for a program: in more memory, or, when there is much already, in the place of those before it. */
  #makeRoom(size: number): void {
    const { programs, lists } = this.#areas;
    const room = lists - programs;
    if (room < MAX_PROGRAM_BYTES || size > room) this.#renew({ programs: Math.max(size, 2 * room) });
    else this.#forget();
  }

  #forget(): void {
    for (const program of this.#loaded.keys()) this.#collectNotes(program);
    this.#loaded.clear();
    this.#programTop = this.#areas.programs;
  }

  /** Makes a new memory, of which some parts are larger. */
  #renew({ programs = 0, staging = 0, batches = 0 }): void {
    this.#forget();
    const before = this.#areas;
    const lists = aligned(ENGINE_BYTES + Math.max(PROGRAM_BYTES, before.lists - before.programs, programs));
    const stagingAt = lists + LIST_BYTES;
    const batchesAt = aligned(stagingAt + Math.max(STAGING_BYTES, before.batches - before.staging, staging));
    const end = aligned(batchesAt + Math.max(before.end - before.batches, batches));
    const host: MachineHost = { render: (renderer, address) => this.#render(renderer, address) };
    const machine = this.#open(end, this.#out, host);
    this.#areas = { programs: ENGINE_BYTES, lists, staging: stagingAt, batches: batchesAt, end };
    this.#machine = machine;
    this.#words = new Uint32Array(machine.memory.buffer, 0, machine.memory.length >> 2);
    this.#view = new DataView(machine.memory.buffer);
    this.#programTop = ENGINE_BYTES;
    this.#batchTop = batchesAt;
  }

  #render(renderer: number, address: number): string {
    const rendering = this.#renderings[renderer];
    if (rendering === undefined) throw new RangeError(`renderer ${renderer} is not known`);
    return renderedJson(rendering, this.#out.shown, this.#machineNow.memory, this.#view, address);
  }

  #collectNotes(program: Program): void {
    const address = this.#loaded.get(program);
    if (address === undefined || program.notes === 0) return;
    const noted = this.#noted.get(program) ?? new Set<number>();
    const start = address + program.notesAt;
    const bytes = this.#machineNow.memory.subarray(start, start + program.notes);
    for (let note = bytes.indexOf(1); note >= 0; note = bytes.indexOf(1, note + 1)) noted.add(note);
    this.#noted.set(program, noted);
  }
}

/** Rounds up to where a part may begin. */
function aligned(bytes: number): number {
  return Math.ceil(bytes / ALIGNMENT) * ALIGNMENT;
}
