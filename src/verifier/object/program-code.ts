import type { ElfFile, ElfSection, ElfSymbol } from "../../btf/elf/elf.ts";
import { viewOf } from "../../bytes.ts";

/** A function of an object: where its instructions stand, counted in instructions. */
export interface ObjectFunction {
  readonly name: string;
  readonly section: string;
  readonly start: number;
  readonly length: number;
}

const SHT_REL = 9;
const STT_FUNC = 2;
const INSN = 8;
const CALL = 0x85;
const LOAD_64 = 0x18;
/** `r2 += -8`: the address of a variable is made by adding to a copy of R10. */
const ADD_IMMEDIATE = 0x07;
const PSEUDO_CALL = 1;
const PSEUDO_FUNC = 4;

/** The functions of a BPF object, and which calls which, which decides where libbpf puts them behind a program. */
export class ProgramCode {
  readonly functions: readonly ObjectFunction[];
  readonly #sections: ReadonlyMap<number, ElfSection>;
  readonly #littleEndian: boolean;
  readonly #symbols: readonly ElfSymbol[];
  /** By section, the symbol that the instruction at an offset refers to. */
  readonly #relocations: ReadonlyMap<string, ReadonlyMap<number, ElfSymbol>>;

  constructor(elf: ElfFile) {
    this.#littleEndian = elf.littleEndian;
    this.#sections = new Map([...elf.sections()].map((section) => [section.index, section]));
    this.#symbols = [...elf.symbols()];
    this.#relocations = this.#readRelocations();
    this.functions = this.#symbols.flatMap((symbol) => this.#functionOf(symbol) ?? []);
  }

  /** The instructions of a program as the kernel gets them: its own, then each function that they lead to, once. */
  layoutOf(program: ObjectFunction): ObjectFunction[] {
    const laid = [program];
    const seen = new Set(laid);
    // As libbpf's bpf_object__reloc_code: a function's own calls come before the next call of its caller.
    const open: { callees: ObjectFunction[]; next: number }[] = [{ callees: this.#calleesOf(program), next: 0 }];
    while (open.length > 0) {
      const top = open.at(-1);
      const callee = top?.callees[top.next++];
      if (callee === undefined) open.pop();
      else if (!seen.has(callee)) {
        seen.add(callee);
        laid.push(callee);
        open.push({ callees: this.#calleesOf(callee), next: 0 });
      }
    }
    return laid;
  }

  /** The stack that a function's own instructions use, in bytes: the lowest offset from R10 that they name. */
  stackOf({ section, start, length }: ObjectFunction): number {
    const code = [...this.#sections.values()].find(({ name }) => name === section)?.contents;
    if (code === undefined) return 0;
    const view = viewOf(code);
    let lowest = 0;
    for (let at = start; at < start + length; at++) {
      const [opcode, registers] = [code[at * INSN] ?? 0, code[at * INSN + 1] ?? 0];
      const [target, source] = this.#littleEndian ? [registers & 15, registers >> 4] : [registers >> 4, registers & 15];
      const loads = (opcode & 7) === 1 && source === 10;
      const stores = ((opcode & 7) === 2 || (opcode & 7) === 3) && target === 10;
      if (loads || stores) lowest = Math.min(lowest, view.getInt16(at * INSN + 2, this.#littleEndian));
      else if (opcode === ADD_IMMEDIATE) lowest = Math.min(lowest, view.getInt32(at * INSN + 4, this.#littleEndian));
    }
    return -lowest;
  }

  /** The opcodes of a function's instructions. */
  opcodesOf({ section, start, length }: ObjectFunction): number[] {
    const code = [...this.#sections.values()].find(({ name }) => name === section)?.contents;
    return Array.from({ length: code === undefined ? 0 : length }, (_, at) => code?.[(start + at) * INSN] ?? 0);
  }

  #functionOf({ name, type, section, value, size }: ElfSymbol): ObjectFunction | undefined {
    const code = this.#sections.get(section);
    if (type !== STT_FUNC || code === undefined || value + size > code.contents.length) return undefined;
    return { name, section: code.name, start: value / INSN, length: size / INSN };
  }

  #calleesOf(caller: ObjectFunction): ObjectFunction[] {
    const code = [...this.#sections.values()].find(({ name }) => name === caller.section)?.contents;
    if (code === undefined) return [];
    const view = viewOf(code);
    const found: ObjectFunction[] = [];
    for (let at = caller.start; at < caller.start + caller.length; at++) {
      const [opcode, registers] = [code[at * INSN], code[at * INSN + 1] ?? 0];
      const source = this.#littleEndian ? registers >> 4 : registers & 15;
      if (!(opcode === CALL && source === PSEUDO_CALL) && !(opcode === LOAD_64 && source === PSEUDO_FUNC)) {
        const symbol = opcode === LOAD_64 ? this.#relocations.get(caller.section)?.get(at * INSN) : undefined;
        if (symbol?.type !== STT_FUNC && !this.#isCode(symbol)) continue;
      }
      const callee = this.#calleeAt(caller.section, at, opcode ?? 0, view.getInt32(at * INSN + 4, this.#littleEndian));
      if (callee !== undefined) found.push(callee);
    }
    return found;
  }

  #isCode(symbol: ElfSymbol | undefined): boolean {
    return symbol !== undefined && this.#sections.get(symbol.section)?.name === ".text";
  }

  #calleeAt(section: string, at: number, opcode: number, immediate: number): ObjectFunction | undefined {
    const symbol = this.#relocations.get(section)?.get(at * INSN);
    if (symbol === undefined) return this.#functionAt(section, at + 1 + immediate);
    const target = this.#sections.get(symbol.section)?.name ?? "";
    if (symbol.type === STT_FUNC) return this.#functionAt(target, symbol.value / INSN);
    // A call counts in instructions from its own, an address in bytes.
    return this.#functionAt(
      target,
      opcode === CALL ? symbol.value / INSN + immediate + 1 : (symbol.value + immediate) / INSN,
    );
  }

  #functionAt(section: string, start: number): ObjectFunction | undefined {
    return this.functions.find((one) => one.section === section && one.start === start);
  }

  #readRelocations(): Map<string, Map<number, ElfSymbol>> {
    const found = new Map<string, Map<number, ElfSymbol>>();
    for (const { type, info, contents } of this.#sections.values()) {
      const target = this.#sections.get(info)?.name;
      if (type !== SHT_REL || target === undefined || found.has(target)) continue;
      const view = viewOf(contents);
      const entries = new Map<number, ElfSymbol>();
      for (let at = 0; at + 16 <= contents.length; at += 16) {
        const symbol = this.#symbols[view.getUint32(at + 12, this.#littleEndian) >>> 0];
        if (symbol !== undefined) entries.set(Number(view.getBigUint64(at, this.#littleEndian)), symbol);
      }
      found.set(target, entries);
    }
    return found;
  }
}
