import { describe, expect, test } from "vitest";
import { loadBtf } from "../../../src/btf/load.ts";
import type { BtfType } from "../../../src/btf/types.ts";
import { BtfBuilder } from "../../helpers/btf-builder.ts";
import { buildElf } from "../../helpers/elf-builder.ts";

const SYMTAB = 2;
const NOBITS = 8;

type Symbols = readonly (readonly [name: string, section: number, value: number])[];

/** A symbol table of ELF64 or ELF32, and the names in it. */
function symbolTable(wide: boolean, littleEndian: boolean, symbols: Symbols): { table: Uint8Array; names: Uint8Array } {
  const names = Buffer.from(`\0${symbols.map(([name]) => name).join("\0")}\0`);
  const size = wide ? 24 : 16;
  const table = new Uint8Array(size * symbols.length);
  const view = new DataView(table.buffer);
  for (const [i, [name, section, value]] of symbols.entries()) {
    const at = i * size;
    view.setUint32(at, names.indexOf(`\0${name}\0`) + 1, littleEndian);
    view.setUint16(at + (wide ? 6 : 14), section, littleEndian);
    if (wide) view.setBigUint64(at + 8, BigInt(value), littleEndian);
    else view.setUint32(at + 4, value, littleEndian);
  }
  return { table, names };
}

interface Shape {
  readonly wide?: boolean;
  readonly littleEndian?: boolean;
  readonly symbols?: Symbols;
  readonly size?: number;
}

/** An object with `.bss` of `a`, `b` and the static `s`, whose offsets a compiler leaves to its symbols. */
function bssOf({ wide = true, littleEndian = true, symbols, size = 0 }: Shape): BtfType {
  const btf = new BtfBuilder();
  const [u32, u64] = [btf.int("u32", 4), btf.int("u64", 8)];
  const id = btf.datasec(".bss", size, [
    { type: btf.var("a", u32), offset: 0, size: 4 },
    { type: btf.var("b", u64), offset: 0, size: 8 },
    { type: btf.var("s", u32, 0), offset: 4, size: 4 },
  ]);
  // The second of the same name is in another section.
  const { table, names } = symbolTable(
    wide,
    littleEndian,
    symbols ?? [
      ["b", 1, 8],
      ["a", 1, 0],
      ["a", 2, 4],
      ["s", 1, 0],
    ],
  );
  const elf = buildElf({ wide, littleEndian }, [
    { name: ".bss", bytes: new Uint8Array(16), type: NOBITS },
    { name: ".BTF", bytes: btf.build({ littleEndian }) },
    { name: ".symtab", bytes: table, type: SYMTAB, link: 4 },
    { name: ".strtab", bytes: names, type: 3 },
  ]);
  return loadBtf(elf).type(id);
}

function offsets(type: BtfType): unknown {
  return type.kind === "datasec" ? [type.size, ...type.vars.map(({ offset, size }) => [offset, size])] : type;
}

describe("sections of global data in objects", () => {
  test.each([
    { wide: true, littleEndian: true },
    { wide: true, littleEndian: false },
    { wide: false, littleEndian: true },
    { wide: false, littleEndian: false },
  ])("take sizes and offsets from sections and symbols: %o", (shape) => {
    expect(offsets(bssOf(shape))).toEqual([16, [0, 4], [4, 4], [8, 8]]);
  });

  test("stay as they are where a linker has placed them", () => {
    expect(offsets(bssOf({ size: 16 }))).toEqual([16, [0, 4], [0, 8], [4, 4]]);
  });

  test("are not placed by symbols that lie outside of them", () => {
    for (const value of [9, 0xffff_ffff]) {
      expect(offsets(bssOf({ symbols: [["b", 1, value]] }))).toEqual([0, [0, 4], [0, 8], [4, 4]]);
    }
  });

  test("keep the offsets of the BTF where a variable has no symbol", () => {
    expect(offsets(bssOf({ symbols: [["a", 1, 12]] }))).toEqual([16, [0, 8], [4, 4], [12, 4]]);
  });
});
