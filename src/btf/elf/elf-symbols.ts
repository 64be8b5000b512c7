import { viewOf } from "../../bytes.ts";
import type { ElfFile } from "./elf.ts";

const SHT_SYMTAB = 2;
const MOST_SYMBOLS = 1_000_000;
const LONGEST_NAME = 256;

/** An entry of the symbol table of an ELF64 file. */
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

/** The symbols of an ELF64 file, in the order of its table; none where it has no table. */
export function elfSymbols(elf: ElfFile): ElfSymbol[] {
  const sections = new Map([...elf.sections()].map((section) => [section.index, section]));
  const table = [...sections.values()].find(({ type }) => type === SHT_SYMTAB);
  const names = table === undefined ? undefined : sections.get(table.link)?.contents;
  if (table === undefined || names === undefined) return [];
  const view = viewOf(table.contents);
  const count = Math.min(Math.floor(table.contents.length / 24), MOST_SYMBOLS);
  return Array.from({ length: count }, (_, index) => {
    const at = index * 24;
    return {
      name: nameAt(names, view.getUint32(at, elf.littleEndian)),
      type: view.getUint8(at + 4) & 15,
      section: view.getUint16(at + 6, elf.littleEndian),
      value: Number(view.getBigUint64(at + 8, elf.littleEndian)),
      size: Number(view.getBigUint64(at + 16, elf.littleEndian)),
    };
  });
}

function nameAt(names: Uint8Array, start: number): string {
  const bytes = names.subarray(start, start + LONGEST_NAME);
  const end = bytes.indexOf(0);
  return Buffer.from(bytes.subarray(0, Math.max(end, 0))).toString("latin1");
}
