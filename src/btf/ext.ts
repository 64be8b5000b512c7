import { invalidBtf } from "./invalid.ts";
import type { StringTable } from "./string-table.ts";

/** A line of C that the instructions from an offset on come from. */
export interface LineInfo {
  /** In the section, in bytes. */
  readonly offset: number;
  /** The offset of the path in the strings of `.BTF`, as the compiler got it. */
  readonly file: number;
  /** The offset of the line itself, with its indentation; an empty string where the compiler had none. */
  readonly text: number;
  /** Both counted from 1; 0 where there is none. */
  readonly line: number;
  readonly column: number;
}

/** A function that starts at an offset of the section. */
export interface FunctionInfo {
  readonly offset: number;
  readonly typeId: number;
}

/** An instruction that the loader fits to the running kernel's types. */
export interface CoreRelocation {
  readonly offset: number;
  readonly typeId: number;
  /** The offset of the string that says which member of which member: `0:1:2`. */
  readonly access: number;
  /** `enum bpf_core_relo_kind`. */
  readonly kind: number;
}

/**
 * The contents of `.BTF.ext`, by section of code, each list in the order of the file. Strings are given by their
 * offsets, since many records may name one long string.
 */
export interface BtfExt {
  readonly functions: ReadonlyMap<string, readonly FunctionInfo[]>;
  readonly lines: ReadonlyMap<string, readonly LineInfo[]>;
  readonly relocations: ReadonlyMap<string, readonly CoreRelocation[]>;
}

const MAGIC = 0xeb9f;
const VERSION = 1;
const MIN_HEADER = 24;
/** With `core_relo_off` and `core_relo_len`, since 2019. */
const CORE_HEADER = 32;
/** The bytes that are read of a record; later versions may append. */
const FUNCTION_RECORD = 8;
const LINE_RECORD = 16;
const CORE_RECORD = 16;
/** `line_col`: the line in the upper bits, the column in the lower ten. */
const COLUMN_BITS = 10;
/** Far more than objects have sections of code. */
const MOST_SECTIONS = 4096;

/** A record of `.BTF.ext`: its place, and how to read a 32-bit word of it. */
type Word = (field: number) => number;

/**
 * Reads a section `.BTF.ext` of either byte order, with the strings of the `.BTF` beside it. Throws BTF_INVALID for
 * what is outside of the bytes.
 */
export function parseBtfExt(bytes: Uint8Array, strings: StringTable, what = ".BTF.ext"): BtfExt {
  const doing = `read ${what}`;
  if (bytes.length < MIN_HEADER) {
    throw invalidBtf(doing, `the header needs ${MIN_HEADER} bytes, got ${bytes.length}`, { offset: 0 });
  }
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const littleEndian = view.getUint16(0, true) === MAGIC;
  if (!littleEndian && view.getUint16(0, false) !== MAGIC) {
    throw invalidBtf(doing, "the magic number is missing", { offset: 0 });
  }
  const version = view.getUint8(2);
  if (version !== VERSION)
    throw invalidBtf(doing, `version ${version} is not known (known: ${VERSION})`, { offset: 2 });
  const header = view.getUint32(4, littleEndian);
  if (header < MIN_HEADER || header > bytes.length) {
    throw invalidBtf(doing, `a header of ${header} bytes in ${bytes.length} bytes`, { offset: 4 });
  }
  const reader = new SectionReader(view, littleEndian, strings, doing);
  const part = <T>(at: number, size: number, made: (word: Word) => T): Map<string, T[]> =>
    reader.read(header + view.getUint32(at, littleEndian), view.getUint32(at + 4, littleEndian), size, made);
  return {
    functions: part(8, FUNCTION_RECORD, (word) => ({ offset: word(0), typeId: word(1) })),
    lines: part(16, LINE_RECORD, (word) => ({
      offset: word(0),
      file: word(1),
      text: word(2),
      line: word(3) >>> COLUMN_BITS,
      column: word(3) & ((1 << COLUMN_BITS) - 1),
    })),
    relocations:
      header < CORE_HEADER
        ? new Map()
        : part(24, CORE_RECORD, (word) => ({ offset: word(0), typeId: word(1), access: word(2), kind: word(3) })),
  };
}

/**
 * Reads the parts of the section, which all have the form: size of a record, then for each code section its records.
 */
class SectionReader {
  readonly #view: DataView;
  readonly #littleEndian: boolean;
  readonly #strings: StringTable;
  readonly #doing: string;

  constructor(view: DataView, littleEndian: boolean, strings: StringTable, doing: string) {
    this.#view = view;
    this.#littleEndian = littleEndian;
    this.#strings = strings;
    this.#doing = doing;
  }

  read<T>(start: number, length: number, least: number, made: (word: Word) => T): Map<string, T[]> {
    const found = new Map<string, T[]>();
    if (length === 0) return found;
    const end = start + length;
    if (end > this.#view.byteLength) this.#fail(`a part ends at byte ${end} of ${this.#view.byteLength}`, start);
    if (length < 4) this.#fail("a part has no size of its records", start);
    const size = this.#u32(start);
    if (size < least || size % 4 !== 0) this.#fail(`records of ${size} bytes where ${least} are needed`, start);
    for (let at = start + 4; at + 8 <= end; ) {
      if (found.size >= MOST_SECTIONS) this.#fail(`more than ${MOST_SECTIONS} sections`, at);
      const name = this.#strings.at(this.#u32(at)) ?? "";
      const count = this.#u32(at + 4);
      at += 8;
      if (count > (end - at) / size)
        this.#fail(`${count} records of ${size} bytes where ${end - at} bytes are left`, at - 4);
      const list = found.get(name) ?? [];
      for (let index = 0; index < count; index++, at += size) list.push(made((field) => this.#u32(at + 4 * field)));
      found.set(name, list);
    }
    return found;
  }

  #u32(at: number): number {
    return this.#view.getUint32(at, this.#littleEndian);
  }

  #fail(problem: string, offset: number): never {
    throw invalidBtf(this.#doing, problem, { offset });
  }
}
