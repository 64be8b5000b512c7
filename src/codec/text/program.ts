import { bytesFromText } from "../../bytes.ts";
import { EbpfMapError } from "../../errors.ts";
import { type Operation, operationOf } from "./operations.ts";
import * as Op from "./ops.ts";
import type { RenderedText } from "./rendered-text.ts";

/** A program of the text engine: see `ops.ts`. */
export interface Program {
  /** The program, ready to be copied into the engine's memory. */
  readonly image: Uint8Array;
  /** The offset at which the tables begin: the end of the operations. */
  readonly codeEnd: number;
  /** The address of the first note. */
  readonly notesAt: number;
  readonly notes: number;
  /** The renderers by operand a of RENDER. */
  readonly renderings: readonly RenderedText[];
}

/**
 * A location in an entry that an operation reads: an offset from the address in a slot, and where what is there ends.
 */
export interface ReadLocation {
  readonly slot: number;
  readonly offset: number;
  /** The bytes behind the address in the slot that belong to the same value. */
  readonly end: number;
}

/** An enumerator: its value, its text, and the note that it makes, if any. */
export interface TableRow {
  readonly value: bigint;
  readonly name: Uint8Array;
  readonly note?: number | undefined;
}

/** The place of operations without a source. */
export const NOWHERE: ReadLocation = { slot: 0, offset: 0, end: 0 };

/** The largest program. Names make most of one. */
const MAX_PROGRAM = 1 << 26;
const MAX_SLOT = 255;
const HEAD = 16;

interface Line {
  readonly code: number;
  readonly base: number;
  readonly offset: number;
  readonly literal: readonly number[];
  a: number;
  b: number;
  /** The line to which the operation's way leads. */
  to: number | undefined;
  readonly callee: Routine | undefined;
}

/** Collects the operations, tables and notes of a program, and links them. */
export class ProgramWriter {
  readonly renderings: RenderedText[] = [];
  readonly #routines: Routine[] = [];
  readonly #tables: (readonly TableRow[])[] = [];
  #notes = 0;
  #size = 0;

  /** The routine that is run for an entry; further ones are functions. */
  routine(): Routine {
    const routine = new Routine(this);
    this.#routines.push(routine);
    return routine;
  }

  /** Adds a table, and returns the operand that names it. Of rows with the same value, the first counts. */
  table(rows: Iterable<TableRow>): number {
    const byValue = new Map<bigint, TableRow>();
    for (const row of rows) if (!byValue.has(row.value)) byValue.set(row.value, row);
    const sorted = [...byValue.values()].sort((x, y) => (x.value < y.value ? -1 : 1));
    for (const { name } of sorted) this.grow(2 * HEAD + padded(name.length));
    return this.#tables.push(sorted) - 1;
  }

  /** Adds a note, and returns the operand that names it. */
  note(): number {
    this.grow(1);
    return this.#notes++;
  }

  /** Accounts for more bytes. Throws LAYOUT_INVALID for a program that is too large. */
  grow(bytes: number): void {
    this.#size += bytes;
    if (this.#size > MAX_PROGRAM) throw refused(`its names need more than ${MAX_PROGRAM >> 20} MiB`);
  }

  link(): Program {
    const linker = new Linker(this.#routines, this.#tables, this.#notes);
    return { ...linker.program(), renderings: this.renderings };
  }
}

/** Collects the operations of an entry or of a function. */
export class Routine {
  readonly lines: Line[] = [];
  /** The slots that it and what it calls may use at once. */
  slots = 0;
  readonly #program: ProgramWriter;
  #literal: number[] = [];

  constructor(program: ProgramWriter) {
    this.#program = program;
  }

  /** Adds text: bytes, or a string, which becomes UTF-8. */
  literal(text: string | Uint8Array): void {
    for (const byte of typeof text === "string" ? bytesFromText(text) : text) {
      this.#literal.push(byte);
      if (this.#literal.length === Op.MAX_LITERAL) this.op(Op.TEXT);
    }
  }

  /** Adds an operation, and returns its line. Throws LAYOUT_INVALID for one that would read past its place. */
  op(code: number, place: ReadLocation = NOWHERE, a = 0, b = 0): number {
    checkReads(operationOf(code), place, a);
    return this.#add(code, place, a, b);
  }

  /**
   * Begins a loop with a slot of its own: one over `turns` elements of `size` bytes, which it checks, unless counted.
   */
  loop(place: ReadLocation, slot: number, turns: number, size: number): void {
    if (place.offset + turns * size > place.end) throw pastEnd(place, turns * size);
    this.#useSlot(slot);
    this.#add(Op.LOOP, place, slot, turns);
  }

  /** Begins a loop over CPUs, `stride` bytes apart. */
  cpus(place: ReadLocation, slot: number, stride: number): number {
    this.#useSlot(slot);
    return this.#add(Op.CPUS, { ...place, offset: stride }, slot, 0);
  }

  /** Begins a loop over the elements behind their number. */
  counted(place: ReadLocation, slot: number): number {
    this.#useSlot(slot);
    return this.op(Op.COUNTED, place, slot);
  }

  /** Ends a turn of a loop that began at the line `top`. */
  next(code: number, slot: number, stride: number, top: number): void {
    this.jump(this.#add(code, { slot: 0, offset: stride, end: 0 }, slot, 0), top);
  }

  /** Calls a function whose slot 0 is `place`, which has `size` bytes; `slots` are in use here. */
  call(callee: Routine, place: ReadLocation, size: number, slots: number): void {
    if (place.offset + size > place.end) throw pastEnd(place, size);
    this.#reserve(slots + 1 + callee.slots);
    this.#add(Op.CALL, place, 0, slots, callee);
  }

  /** Returns the line of the next operation. */
  here(): number {
    if (this.#literal.length > 0) this.op(Op.TEXT);
    return this.lines.length;
  }

  /** Leads the way of the operation in the line `from` to a line. */
  jump(from: number, to: number): void {
    const line = this.lines[from];
    if (line !== undefined) line.to = to;
  }

  #add(code: number, { slot, offset }: ReadLocation, a: number, b: number, callee?: Routine): number {
    if (slot > MAX_SLOT) throw tooDeep();
    this.#reserve(slot + 1);
    const literal = this.#literal;
    this.#literal = [];
    this.#program.grow(HEAD + padded(literal.length));
    return this.lines.push({ code, base: slot, offset, literal, a, b, to: undefined, callee }) - 1;
  }

  #useSlot(slot: number): void {
    if (slot > MAX_SLOT) throw tooDeep();
    this.#reserve(slot + 1);
  }

  #reserve(slots: number): void {
    this.slots = Math.max(this.slots, slots);
    if (this.slots * 8 > Op.STACK_BYTES) throw tooDeep();
  }
}

/** Puts the parts of a program one behind the other, and their addresses into operands. */
class Linker {
  readonly #routines: readonly Routine[];
  readonly #tables: readonly (readonly TableRow[])[];
  readonly #notes: number;
  /** The address of each line of each routine, and of its end. */
  readonly #lineAt = new Map<Routine, readonly number[]>();
  readonly #tableAt: number[] = [];
  readonly #codeEnd: number;
  readonly #namesAt: number;
  readonly #notesAt: number;

  constructor(routines: readonly Routine[], tables: readonly (readonly TableRow[])[], notes: number) {
    this.#routines = routines;
    this.#tables = tables;
    this.#notes = notes;
    let at = 0;
    for (const routine of routines) {
      const places = routine.lines.map(({ literal }) => {
        const here = at;
        at += HEAD + padded(literal.length);
        return here;
      });
      this.#lineAt.set(routine, [...places, at]);
    }
    this.#codeEnd = at;
    for (const rows of tables) {
      this.#tableAt.push(at);
      at += HEAD * (1 + rows.length);
    }
    this.#namesAt = at;
    for (const { name, note } of tables.flat()) at += padded(name.length) + (note === undefined ? 0 : HEAD);
    this.#notesAt = at;
  }

  program(): Omit<Program, "renderings"> {
    // The engine copies 16 bytes at a time.
    const image = new Uint8Array(this.#notesAt + padded(this.#notes) + HEAD);
    const view = new DataView(image.buffer);
    for (const routine of this.#routines) {
      const places = this.#lineAt.get(routine) ?? [];
      for (const [i, line] of routine.lines.entries()) this.#writeLine(image, view, line, places, i);
    }
    this.#writeTables(image, view);
    return { image, codeEnd: this.#codeEnd, notesAt: this.#notesAt, notes: this.#notes };
  }

  #writeLine(image: Uint8Array, view: DataView, line: Line, places: readonly number[], i: number): void {
    const at = places[i] ?? 0;
    const next = places[i + 1] ?? 0;
    const operation = operationOf(line.code);
    view.setUint8(at, line.code);
    view.setUint8(at + 1, line.base);
    view.setUint16(at + 2, line.literal.length, true);
    view.setUint32(at + 4, line.offset, true);
    view.setUint32(at + 8, this.#firstOperand(operation, line, places, next), true);
    view.setUint32(at + 12, secondOperand(operation, line, places, next), true);
    image.set(line.literal, at + HEAD);
  }

  #firstOperand({ a }: Operation, line: Line, places: readonly number[], next: number): number {
    if (a === "table") return this.#tableAt[line.a] ?? 0;
    if (a === "note") return this.#notesAt + line.a;
    if (a === "way") return (places[line.to ?? 0] ?? 0) - next;
    if (a === "routine" && line.callee !== undefined) return (this.#lineAt.get(line.callee)?.[0] ?? 0) - next;
    return line.a;
  }

  #writeTables(image: Uint8Array, view: DataView): void {
    let name = this.#namesAt;
    for (const [i, rows] of this.#tables.entries()) {
      const at = this.#tableAt[i] ?? 0;
      view.setUint32(at, rows.length, true);
      for (const [row, { value, name: text, note }] of rows.entries()) {
        const head = at + HEAD * (1 + row);
        if (note !== undefined) view.setUint32(name, this.#notesAt + note, true);
        if (note !== undefined) name += HEAD;
        view.setBigInt64(head, value, true);
        view.setUint32(head + 8, text.length | (note === undefined ? 0 : Op.NAME_HAS_NOTE), true);
        view.setUint32(head + 12, name, true);
        image.set(text, name);
        name += padded(text.length);
      }
    }
  }
}

function secondOperand({ b }: Operation, line: Line, places: readonly number[], next: number): number {
  if (line.to === undefined) return line.b;
  if (b === "way") return (places[line.to] ?? 0) - next;
  return b === "way back" ? next - (places[line.to] ?? 0) : line.b;
}

function checkReads({ reads }: Operation, place: ReadLocation, a: number): void {
  const bytes = reads === "length" ? a : reads === "bits" ? Math.ceil(((a & 7) + ((a >> 8) & 0xff)) / 8) : reads;
  if (bytes > 0 && place.offset + bytes > place.end) throw pastEnd(place, bytes);
}

function pastEnd({ offset, end }: ReadLocation, bytes: number): EbpfMapError {
  return refused(`a part of it, ${bytes} bytes at ${offset}, is outside its ${end} bytes`);
}

function tooDeep(): EbpfMapError {
  return refused(`it nests too deep: its slots need more than ${Op.STACK_BYTES} bytes`);
}

function refused(why: string): EbpfMapError {
  return new EbpfMapError("LAYOUT_INVALID", `print a value: ${why}`);
}

/** Rounds up to a multiple of 16. */
function padded(length: number): number {
  return (length + 15) & ~15;
}
