import { invalidBtf } from "../invalid.ts";

/** The parts of an ELF file that concern types: views of the contents of its sections. */
export interface ElfBtf {
  readonly btf: Uint8Array;
  /** `.BTF.base`: the part of its base that split BTF needs; undefined where the file has none. */
  readonly btfBase: Uint8Array | undefined;
  /** `.BTF.ext`: function and line information; undefined where the file has none. */
  readonly btfExt: Uint8Array | undefined;
  /** Byte order of the machine that the file is for. */
  readonly littleEndian: boolean;
}

/** Offsets of fields in the file header and in a section header of ELF32 or ELF64. */
interface ElfClass {
  readonly wide: boolean;
  readonly headerSize: number;
  readonly shoff: number;
  readonly shentsize: number;
  readonly shnum: number;
  readonly shstrndx: number;
  readonly sectionSize: number;
  readonly shFlags: number;
  readonly shOffset: number;
  readonly shSize: number;
  readonly shLink: number;
  readonly shInfo: number;
  readonly symbol: SymbolFields;
}

/** The length of an entry of the symbol table, and the offsets of its fields. */
interface SymbolFields {
  readonly stride: number;
  readonly info: number;
  readonly section: number;
  readonly value: number;
  readonly size: number;
}

const ELF32: ElfClass = {
  wide: false,
  headerSize: 52,
  shoff: 32,
  shentsize: 46,
  shnum: 48,
  shstrndx: 50,
  sectionSize: 40,
  shFlags: 8,
  shOffset: 16,
  shSize: 20,
  shLink: 24,
  shInfo: 28,
  symbol: { stride: 16, info: 12, section: 14, value: 4, size: 8 },
};

const ELF64: ElfClass = {
  wide: true,
  headerSize: 64,
  shoff: 40,
  shentsize: 58,
  shnum: 60,
  shstrndx: 62,
  sectionSize: 64,
  shFlags: 8,
  shOffset: 24,
  shSize: 32,
  shLink: 40,
  shInfo: 44,
  symbol: { stride: 24, info: 4, section: 6, value: 8, size: 16 },
};

const SHT_SYMTAB = 2;
const SHT_NOBITS = 8;
const SHF_COMPRESSED = 0x800;
/** The index of the section of names doesn't fit in 16 bits and stands in the first section header. */
const SHN_XINDEX = 0xffff;

/** The longest name of a section that is read. */
const MAX_NAME = 512;

/** True if the bytes start with the magic number of ELF. */
export function looksLikeElf(bytes: Uint8Array): boolean {
  return bytes[0] === 0x7f && bytes[1] === 0x45 && bytes[2] === 0x4c && bytes[3] === 0x46;
}

/**
 * Finds the BTF in an ELF file of either class and byte order. `what` names the file in errors. Throws BTF_INVALID if
 * the file is malformed or has no section `.BTF`.
 */
export function btfFromElf(bytes: Uint8Array, what = "ELF file"): ElfBtf {
  const elf = new ElfFile(bytes, what);
  const btf = elf.section(".BTF");
  if (btf === undefined) throw invalidBtf(`read ${what}`, "there is no section .BTF (compiled without -g?)");
  const [btfBase, btfExt] = [elf.section(".BTF.base"), elf.section(".BTF.ext")];
  return { btf, btfBase, btfExt, littleEndian: elf.littleEndian };
}

/** A section of an ELF file, its contents not copied. */
export interface ElfSection {
  readonly index: number;
  readonly name: string;
  /** `SHT_…`. */
  readonly type: number;
  readonly size: number;
  /**
   * Two numbers whose meaning depends on the type: of a relocation section the symbol table, and the section it is for.
   */
  readonly link: number;
  readonly info: number;
  readonly contents: Uint8Array;
}

/** An entry of the symbol table: a variable, a function. */
export interface ElfSymbol {
  readonly name: string;
  /** `STT_…`. */
  readonly type: number;
  /** The index of the section that it lies in. */
  readonly section: number;
  /** In an object file, bytes from the start of its section. */
  readonly value: number;
  readonly size: number;
}

/** An ELF file of either class and byte order, its section headers checked. */
export class ElfFile {
  readonly littleEndian: boolean;
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  readonly #what: string;
  readonly #class: ElfClass;
  /** The start of the section headers, the length of each, and their number. */
  readonly #headers: { readonly start: number; readonly stride: number; readonly count: number };
  readonly #names: Uint8Array;

  constructor(bytes: Uint8Array, what: string) {
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.#what = what;
    if (!looksLikeElf(bytes)) throw this.#invalid("the magic number is missing (not ELF?)", 0);
    this.#class = bytes[4] === 2 ? ELF64 : ELF32;
    this.littleEndian = bytes[5] !== 2;
    if (bytes.length < this.#class.headerSize) {
      throw this.#invalid(`the header needs ${this.#class.headerSize} bytes, got ${bytes.length}`, 0);
    }
    const start = this.#address(this.#class.shoff);
    const stride = this.#u16(this.#class.shentsize);
    const room = Math.floor((bytes.length - start) / stride);
    if (start === 0 || stride < this.#class.sectionSize || room < 1)
      throw this.#invalid("there are no section headers", start);
    // More than 65279 sections: the count stands in the first one, which has no contents of its own.
    const count = this.#u16(this.#class.shnum) || this.#address(start + this.#class.shSize);
    if (count > room) throw this.#invalid(`${count} section headers where ${room} have room`, start);
    this.#headers = { start, stride, count };
    this.#names = this.#contents(this.#namesIndex());
  }

  /** The contents of the first section of this name. */
  section(name: string): Uint8Array | undefined {
    const wanted = Buffer.from(`${name}\0`, "latin1");
    for (let index = 1; index < this.#headers.count; index++) {
      const start = this.#view.getUint32(this.#headerAt(index), this.littleEndian);
      if (wanted.equals(this.#names.subarray(start, start + wanted.length))) return this.#contents(index);
    }
    return undefined;
  }

  /** All sections that have contents in the file, at most `most`. */
  *sections(most = 4096): Generator<ElfSection> {
    for (let index = 1; index < Math.min(this.#headers.count, most); index++) {
      const at = this.#headerAt(index);
      const type = this.#view.getUint32(at + 4, this.littleEndian);
      if (type === SHT_NOBITS) continue;
      const link = this.#view.getUint32(at + this.#class.shLink, this.littleEndian);
      const info = this.#view.getUint32(at + this.#class.shInfo, this.littleEndian);
      const size = this.#address(at + this.#class.shSize);
      yield { index, name: this.#nameAt(at), type, size, link, info, contents: this.#contents(index) };
    }
  }

  /** The index and size of the first section of this name, which may have no contents in the file, as `.bss`. */
  extent(name: string): { readonly index: number; readonly size: number } | undefined {
    for (let index = 1; index < this.#headers.count; index++) {
      const at = this.#headerAt(index);
      if (this.#nameAt(at) === name) return { index, size: this.#address(at + this.#class.shSize) };
    }
    return undefined;
  }

  /** The symbols of the first symbol table, in its order, at most `most`. */
  *symbols(most = 1_000_000): Generator<ElfSymbol> {
    const fields = this.#class.symbol;
    const [table] = [...this.sections()].filter(({ type }) => type === SHT_SYMTAB);
    if (table === undefined || table.link >= this.#headers.count) return;
    const names = this.#contents(table.link);
    const start = table.contents.byteOffset - this.#bytes.byteOffset;
    const count = Math.min(Math.floor(table.contents.length / fields.stride), most);
    for (let at = start; at < start + count * fields.stride; at += fields.stride) {
      yield {
        name: textAt(names, this.#view.getUint32(at, this.littleEndian)),
        type: this.#view.getUint8(at + fields.info) & 15,
        section: this.#u16(at + fields.section),
        value: this.#address(at + fields.value),
        size: this.#address(at + fields.size),
      };
    }
  }

  #nameAt(header: number): string {
    return textAt(this.#names, this.#view.getUint32(header, this.littleEndian));
  }

  #namesIndex(): number {
    const index = this.#u16(this.#class.shstrndx);
    const far = index === SHN_XINDEX;
    const actual = far ? this.#view.getUint32(this.#headers.start + this.#class.shLink, this.littleEndian) : index;
    if (actual < this.#headers.count) return actual;
    throw this.#invalid(
      `the section names are said to be in section ${actual} of ${this.#headers.count}`,
      this.#class.shstrndx,
    );
  }

  #contents(index: number): Uint8Array {
    const at = this.#headerAt(index);
    const type = this.#view.getUint32(at + 4, this.littleEndian);
    const flags = this.#view.getUint32(at + this.#class.shFlags + this.#lowHalf(), this.littleEndian);
    if (type === SHT_NOBITS) throw this.#invalid(`section ${index} has no contents in the file`, at);
    if ((flags & SHF_COMPRESSED) !== 0) throw this.#invalid(`section ${index} is compressed`, at);
    const start = this.#address(at + this.#class.shOffset);
    const end = start + this.#address(at + this.#class.shSize);
    if (end > this.#bytes.length) {
      throw this.#invalid(`section ${index} ends at byte ${end} of ${this.#bytes.length}`, at);
    }
    return this.#bytes.subarray(start, end);
  }

  #headerAt(index: number): number {
    return this.#headers.start + index * this.#headers.stride;
  }

  /** The offset of the low 32 bits in an address-sized field. */
  #lowHalf(): number {
    return this.#class.wide && !this.littleEndian ? 4 : 0;
  }

  #u16(at: number): number {
    return this.#view.getUint16(at, this.littleEndian);
  }

  /** A field of 4 bytes in ELF32, 8 in ELF64. What a number can't hold exactly is far behind every file's end. */
  #address(at: number): number {
    if (!this.#class.wide) return this.#view.getUint32(at, this.littleEndian);
    return Number(this.#view.getBigUint64(at, this.littleEndian));
  }

  #invalid(problem: string, offset: number): Error {
    return invalidBtf(`read ${this.#what}`, problem, { offset });
  }
}

/** The text up to the next NUL; "" for one that is longer than {@link MAX_NAME}. */
function textAt(bytes: Uint8Array, start: number): string {
  const text = bytes.subarray(start, start + MAX_NAME);
  return Buffer.from(text.subarray(0, Math.max(text.indexOf(0), 0))).toString("latin1");
}
