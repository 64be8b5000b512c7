import { csvCell } from "../csv/csv-cell.ts";
import { jsonFloat } from "../json/strict-json.ts";
import { bitsOf } from "./operations.ts";
import * as Op from "./ops.ts";
import type { OutputBuffer } from "./output-buffer.ts";
import { ShownText } from "./shown-text.ts";

/** The row that a program is run for. */
export interface InterpretedRow {
  /** Addresses in the memory. */
  readonly key: number;
  readonly value: number;
  readonly cpu: number;
  readonly index: number;
  /** The address of the list of CPUs. */
  readonly cpus: number;
}

interface Slot {
  address: number;
  count: number;
}

/** A function that is running. */
interface Frame {
  readonly slots: Slot[];
  /** The place at which its caller goes on. */
  readonly back: number;
}

const KEY_SLOT = 0;
const VALUE_SLOT = 1;
const [QUOTE, BACKSLASH] = ['"', "\\"];
/** The most bytes of a value that become text at once. */
const PIECE = 4096;
const HEAD = 16;

/**
 * Runs programs of the text engine without WebAssembly, which is not everywhere: slowly, and written for being
 * obviously right, since tests compare the engine with it.
 */
export class Interpreter {
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  readonly #out: OutputBuffer;
  readonly #render: (renderer: number, address: number) => string;
  readonly #replacing: ShownText;
  readonly #lossless: ShownText = new ShownText("escape");
  #program = 0;
  #row: InterpretedRow = { key: 0, value: 0, cpu: 0, index: 0, cpus: 0 };
  #frames: Frame[] = [];
  #slots: Slot[] = [];
  #stopped = false;
  #value = 0n;

  /** `render` makes the JSON of a renderer. */
  constructor(memory: Uint8Array, out: OutputBuffer, render: (renderer: number, address: number) => string) {
    this.#bytes = memory;
    this.#view = new DataView(memory.buffer, memory.byteOffset, memory.byteLength);
    this.#out = out;
    this.#render = render;
    // What isn't counted here is counted twice: `shown` of the output may be lossless.
    this.#replacing = out.shown.mode === "replace" ? out.shown : new ShownText();
  }

  /** Writes one entry by the program at an address. */
  run(program: number, row: InterpretedRow): void {
    this.#program = program;
    this.#row = row;
    this.#slots = [];
    this.#frames = [{ slots: this.#slots, back: 0 }];
    this.#setSlot(KEY_SLOT, row.key, 0);
    this.#setSlot(VALUE_SLOT, row.value, 0);
    this.#stopped = false;
    let at: number | undefined = program;
    while (at !== undefined) at = this.#step(at);
  }

  /** Runs the operation at an address, and returns that of the next; undefined behind the last. */
  #step(at: number): number | undefined {
    const view = this.#view;
    const length = view.getUint16(at + 2, true);
    this.#out.write(this.#bytes.subarray(at + HEAD, at + HEAD + length));
    const next = at + HEAD + ((length + 15) & ~15);
    const base = view.getUint8(at + 1);
    const offset = view.getUint32(at + 4, true);
    const a = view.getUint32(at + 8, true);
    const b = view.getUint32(at + 12, true);
    const s = this.#slotAt(base).address + offset;
    const code = view.getUint8(at);
    switch (code) {
      case Op.END:
        return undefined;
      case Op.TEXT:
        return next;
      case Op.JUMP:
        return next + a;
      case Op.CALL:
        this.#slots = [{ address: s, count: 0 }];
        this.#frames.push({ slots: this.#slots, back: next });
        return next + (a | 0);
      case Op.RETURN:
        return this.#return();
      case Op.LOOP:
        this.#setSlot(a, s, b);
        return next;
      case Op.NEXT:
      case Op.NEXT_LINE:
        return this.#turn(a, offset, code === Op.NEXT) ? next - b : next;
      case Op.COUNTED:
        this.#setSlot(a, s + 4, view.getUint32(s, true));
        return view.getUint32(s, true) === 0 ? next + b : next;
      case Op.UNLESS_ONE:
        return view.getUint32(s, true) === 1 ? next : next + a;
      case Op.CPUS:
        return this.#atCpu(a, this.#slotAt(base).address, offset, this.#row.cpu) ? next : next + b;
      case Op.NEXT_CPU:
        return this.#nextCpu(a, offset) ? next - b : next;
      case Op.STOP:
        this.#stopped = true;
        return next;
      case Op.IF_STOPPED:
        return this.#stopped ? next + a : next;
      case Op.STRING:
      case Op.STRING_OLD:
        return this.#string(s, a, code === Op.STRING ? "\\\\" : "\\n") ? next + b : next;
      case Op.BITS:
        this.#value = this.#bits(s, a);
        return next;
      case Op.HEX_JSON:
      case Op.HEX_PLAIN:
      case Op.HEX_STRING:
        this.#hex(code, s, a);
        return next;
      default:
        if (code >= Op.ENUM_S8 && code <= Op.ENUM_BITS) return this.#enum(code, s, a, b) ? next + b : next;
        this.#out.text(this.#scalar(code, base, s, a));
        return next;
    }
  }

  #slotAt(slot: number): Slot {
    return this.#slots[slot] ?? { address: 0, count: 0 };
  }

  #setSlot(slot: number, address: number, count: number): void {
    this.#slots[slot] = { address, count };
  }

  #return(): number | undefined {
    const back = this.#frames.pop()?.back;
    this.#slots = this.#frames.at(-1)?.slots ?? [];
    return back;
  }

  #turn(slot: number, stride: number, comma: boolean): boolean {
    const { address, count } = this.#slotAt(slot);
    this.#setSlot(slot, address + stride, count - 1);
    if (count === 1) return false;
    if (comma) this.#out.text(",");
    return true;
  }

  /** Moves a loop to the CPU at a place of the row's list; false at its end. */
  #atCpu(slot: number, value: number, stride: number, place: number): boolean {
    if (place === this.#row.index) return false;
    this.#setSlot(slot, value + this.#cpuAt(place) * stride, place);
    return true;
  }

  #nextCpu(slot: number, stride: number): boolean {
    const { address, count } = this.#slotAt(slot);
    const first = address - this.#cpuAt(count) * stride;
    if (!this.#atCpu(slot, first, stride, count + 1)) return false;
    this.#out.text(",");
    return true;
  }

  #cpuAt(place: number): number {
    return this.#view.getUint32(this.#row.cpus + 4 * place, true);
  }

  /** Returns the text of an operation that writes one thing. */
  #scalar(code: number, base: number, s: number, a: number): string {
    const { cpu, index } = this.#row;
    switch (code) {
      case Op.CPU:
        return String(this.#cpuAt(this.#slotAt(base).count));
      case Op.TURN:
        return String(a - this.#slotAt(base).count);
      case Op.TURN_2:
        return String(a - this.#slotAt(base).count).padStart(2, "0");
      case Op.ROW_CPU:
        return String(cpu);
      case Op.ROW_INDEX:
        return String(index);
      case Op.RENDER:
        return this.#render(a, s);
      case Op.CHARS:
      case Op.CHARS_LOSSLESS:
        return (code === Op.CHARS ? this.#replacing : this.#lossless).jsonOfBytes(this.#untilNul(s, a));
      case Op.CELL:
      case Op.CELL_LOSSLESS:
        return csvCell((code === Op.CELL ? this.#replacing : this.#lossless).ofBytes(this.#untilNul(s, a)));
      default:
        return this.#number(code, s, a);
    }
  }

  #number(code: number, s: number, a: number): string {
    const view = this.#view;
    switch (code) {
      case Op.U8:
        return String(view.getUint8(s));
      case Op.U16:
        return String(view.getUint16(s, true));
      case Op.U32:
        return String(view.getUint32(s, true));
      case Op.U64:
        return String(view.getBigUint64(s, true));
      case Op.S8:
        return String(view.getInt8(s));
      case Op.S16:
        return String(view.getInt16(s, true));
      case Op.S32:
        return String(view.getInt32(s, true));
      case Op.S64:
        return String(view.getBigInt64(s, true));
      case Op.DECIMAL:
        return String(this.#bits(s, a));
      case Op.HEX:
        return this.#bits(s, a).toString(16);
      case Op.HEX_TO_END:
        return this.#toEnd(s, BigInt(a)).toString(16);
      case Op.BOOL:
        return String(view.getUint8(s) !== 0);
      case Op.BOOL_BITS:
        return String(this.#bits(s, a) !== 0n);
      case Op.POINTER:
        return pointerText(view.getBigUint64(s, true));
      case Op.CHAR:
        return this.#char(view.getUint8(s), a);
      case Op.CHAR_PLAIN:
        return isPrintable(view.getUint8(s))
          ? `"${String.fromCharCode(view.getUint8(s))}"`
          : `0x${view.getUint8(s).toString(16)}`;
      case Op.F32:
        return jsonFloat(view.getFloat32(s, true));
      case Op.F64:
        return jsonFloat(view.getFloat64(s, true));
      default:
        throw new RangeError(`operation ${code} is not known`);
    }
  }

  #bits(s: number, operand: number): bigint {
    const { first, width, signed } = bitsOf(operand);
    let value = 0n;
    for (let i = Math.ceil((first + width) / 8) - 1; i >= 0; i--)
      value = (value << 8n) | BigInt(this.#bytes[s + i] ?? 0);
    value >>= BigInt(first);
    return signed ? BigInt.asIntN(width, value) : BigInt.asUintN(width, value);
  }

  /** As bpftool, which shifts 64-bit halves by 64: on x86-64 and arm64 that is a shift by nothing. */
  #toEnd(s: number, shift: bigint): bigint {
    const low = this.#view.getBigUint64(s, true);
    const high = this.#view.getBigUint64(s + 8, true) | low;
    const lower = shift === 0n ? low | high : BigInt.asUintN(64, (low >> shift) | (high << (64n - shift)));
    return ((high >> shift) << 64n) | lower;
  }

  #char(byte: number, note: number): string {
    if (!isPrintable(byte)) return `"\\u00${byte.toString(16).padStart(2, "0")}"`;
    const text = String.fromCharCode(byte);
    if (text === QUOTE || text === BACKSLASH) this.#bytes[this.#program + note] = 1;
    return `"${text}"`;
  }

  #string(s: number, length: number, backslash: string): boolean {
    const bytes = this.#bytes.subarray(s, s + length);
    const end = bytes.indexOf(0);
    if (end < 0 || !bytes.subarray(0, end).every(isPrintable)) return false;
    this.#out.text(QUOTE);
    for (let from = 0; from < end; from += PIECE) {
      const text = Buffer.from(bytes.subarray(from, Math.min(end, from + PIECE))).toString("latin1");
      this.#out.text(text.replace(/["\\]/g, (one) => (one === QUOTE ? '\\"' : backslash)));
    }
    this.#out.text(QUOTE);
    return true;
  }

  #untilNul(s: number, length: number): Uint8Array {
    const bytes = this.#bytes.subarray(s, s + length);
    const end = bytes.indexOf(0);
    return end < 0 ? bytes : bytes.subarray(0, end);
  }

  #hex(code: number, s: number, length: number): void {
    if (code === Op.HEX_STRING) this.#out.text(QUOTE);
    for (let from = 0; from < length; from += PIECE) {
      const pairs = Array.from(this.#bytes.subarray(s + from, s + Math.min(length, from + PIECE)), hexPair);
      if (code === Op.HEX_JSON) this.#out.text((from > 0 ? "," : "") + pairs.map((pair) => `"0x${pair}"`).join());
      else if (code === Op.HEX_STRING) this.#out.text(pairs.join(""));
      else this.#out.text(pairs.map((pair, i) => columnBreak(from + i) + pair).join(""));
    }
    if (code === Op.HEX_STRING) this.#out.text(QUOTE);
  }

  /** Writes the name of a value, and returns whether it has one. */
  #enum(code: number, s: number, table: number, way: number): boolean {
    const value = this.#enumValue(code, s);
    const view = this.#view;
    const rows = this.#program + table;
    const count = view.getUint32(rows, true);
    for (let row = rows + HEAD; row < rows + HEAD * (count + 1); row += HEAD) {
      if (view.getBigInt64(row, true) !== value) continue;
      const length = view.getUint32(row + 8, true);
      const at = this.#program + view.getUint32(row + 12, true);
      const hasNote = (length & Op.NAME_HAS_NOTE) !== 0;
      if (hasNote) this.#bytes[this.#program + view.getUint32(at - Op.NOTE_BEFORE_NAME, true)] = 1;
      this.#out.write(this.#bytes.subarray(at, at + (length & ~Op.NAME_HAS_NOTE)));
      return true;
    }
    if (way === 0) this.#out.text(String(value));
    return false;
  }

  #enumValue(code: number, s: number): bigint {
    const view = this.#view;
    switch (code) {
      case Op.ENUM_S8:
        return BigInt(view.getInt8(s));
      case Op.ENUM_S16:
        return BigInt(view.getInt16(s, true));
      case Op.ENUM_S32:
        return BigInt(view.getInt32(s, true));
      case Op.ENUM_S64:
        return view.getBigInt64(s, true);
      case Op.ENUM_U8:
        return BigInt(view.getUint8(s));
      case Op.ENUM_U16:
        return BigInt(view.getUint16(s, true));
      case Op.ENUM_U32:
        return BigInt(view.getUint32(s, true));
      default:
        return BigInt.asIntN(64, this.#value);
    }
  }
}

function isPrintable(byte: number): boolean {
  return byte >= 0x20 && byte <= 0x7e;
}

function pointerText(address: bigint): string {
  return address === 0n ? "(nil)" : `0x${address.toString(16)}`;
}

function hexPair(byte: number): string {
  return byte.toString(16).padStart(2, "0");
}

/** Returns what stands before a byte in bpftool's columns. */
function columnBreak(index: number): string {
  if (index === 0) return "";
  if (index % 16 === 0) return "\n";
  return index % 8 === 0 ? "  " : " ";
}
