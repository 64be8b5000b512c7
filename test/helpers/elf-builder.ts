export interface ElfShape {
  readonly wide: boolean;
  readonly littleEndian: boolean;
}

export interface ElfSection {
  readonly name: string;
  readonly bytes: Uint8Array;
  readonly type?: number;
  readonly flags?: number;
  /** The index of the section that this one belongs to: of a symbol table, its names. */
  readonly link?: number;
}

/** Offsets of the fields of a section header, by word size: type, flags, offset, size, link. */
const SECTION_FIELDS = { 32: [4, 8, 16, 20, 24], 64: [4, 8, 24, 32, 40] } as const;

/** The smallest ELF file with these sections: header, contents, names, section headers. */
export function buildElf(
  { wide, littleEndian }: ElfShape,
  sections: readonly ElfSection[],
  { extended = false } = {},
): Uint8Array {
  const names = Buffer.from(`\0${[...sections.map(({ name }) => name), ".shstrtab"].join("\0")}\0`, "latin1");
  const all: ElfSection[] = [...sections, { name: ".shstrtab", bytes: names, type: 3 }];
  const [headerSize, sectionSize] = wide ? [64, 64] : [52, 40];
  const contents = Buffer.concat(all.map(({ bytes }) => bytes));
  const headersAt = headerSize + contents.length;
  const bytes = new Uint8Array(headersAt + (all.length + 1) * sectionSize);
  const view = new DataView(bytes.buffer);
  const address = (at: number, value: number): void => {
    if (wide) view.setBigUint64(at, BigInt(value), littleEndian);
    else view.setUint32(at, value, littleEndian);
  };
  bytes.set([0x7f, 0x45, 0x4c, 0x46, wide ? 2 : 1, littleEndian ? 1 : 2, 1]);
  bytes.set(contents, headerSize);
  address(wide ? 40 : 32, headersAt);
  const tail = wide ? 58 : 46;
  view.setUint16(tail, sectionSize, littleEndian);
  view.setUint16(tail + 2, extended ? 0 : all.length + 1, littleEndian);
  view.setUint16(tail + 4, extended ? 0xffff : all.length, littleEndian);
  const [typeAt, flagsAt, offsetAt, sizeAt, linkAt] = SECTION_FIELDS[wide ? 64 : 32];
  if (extended) {
    address(headersAt + sizeAt, all.length + 1);
    view.setUint32(headersAt + linkAt, all.length, littleEndian);
  }
  let contentAt = headerSize;
  all.forEach((section, i) => {
    const at = headersAt + (i + 1) * sectionSize;
    view.setUint32(at, names.indexOf(`\0${section.name}\0`) + 1, littleEndian);
    view.setUint32(at + typeAt, section.type ?? 1, littleEndian);
    address(at + flagsAt, section.flags ?? 0);
    address(at + offsetAt, contentAt);
    address(at + sizeAt, section.bytes.length);
    view.setUint32(at + linkAt, section.link ?? 0, littleEndian);
    contentAt += section.bytes.length;
  });
  return bytes;
}

/** An object file as a compiler makes it: code, types, what belongs to them. */
export function elfWithBtf(btf: Uint8Array, shape: ElfShape): Uint8Array {
  const code = { name: ".text", bytes: Uint8Array.of(1, 2, 3) };
  return buildElf(shape, [code, { name: ".BTF.ext", bytes: Uint8Array.of(9, 8, 7) }, { name: ".BTF", bytes: btf }]);
}
