import { btfFromElf, ElfFile } from "../../btf/elf/elf.ts";
import { type BtfExt, type CoreRelocation, type LineInfo, parseBtfExt } from "../../btf/ext.ts";
import { type Btf, parseBtf } from "../../btf/parse.ts";
import { EbpfMapError } from "../../errors.ts";
import type { SourceLine } from "../log/program-log.ts";
import type { ReportedLine } from "../report.ts";
import { type ObjectFunction, ProgramCode } from "./program-code.ts";

const WHAT = "the object";
const INSN = 8;
/** Bounds on what is looked up by its text. */
const MOST_INDEXED = 100_000;
const LONGEST_INDEXED = 1_000;

/** The object file that was loaded: it knows of each instruction the file, line and column that it comes from. */
export class ProgramObject {
  readonly #btf: Btf;
  readonly #ext: BtfExt;
  readonly #code: ProgramCode;
  readonly #layouts = new Map<string, readonly ObjectFunction[]>();
  #byText: Map<string, LineInfo[]> | undefined;
  /** Instructions whose line is the log's, and others. */
  readonly #asked = { same: 0, other: 0 };

  private constructor(btf: Btf, ext: BtfExt, code: ProgramCode) {
    this.#btf = btf;
    this.#ext = ext;
    this.#code = code;
  }

  /** Reads an object; a sentence on what is wrong with it where it can't be used. */
  static open(bytes: Uint8Array): ProgramObject | string {
    try {
      const { btf, btfExt } = btfFromElf(bytes, WHAT);
      if (btfExt === undefined) return "read the object: there is no section .BTF.ext (compiled without -g?)";
      const types = parseBtf(btf, { what: WHAT });
      return new ProgramObject(types, parseBtfExt(btfExt, types.strings), new ProgramCode(new ElfFile(bytes, WHAT)));
    } catch (error) {
      if (error instanceof EbpfMapError) return error.message;
      throw error;
    }
  }

  /**
   * The line of an instruction, by its number in the log. `line` is what the log itself says: an object that has
   * another text there is not the one that was loaded, and then only its lines of the same text count.
   */
  lineAt(program: string | undefined, pc: number, line: SourceLine | undefined): ReportedLine | undefined {
    const place = this.#placeOf(program, pc);
    const record = place === undefined ? undefined : this.#recordAt(place.section, place.offset);
    if (line === undefined) return record === undefined ? undefined : this.#source(record);
    if (record !== undefined) {
      const text = this.#textOf(record).trim();
      // A compiler that could not read the source has left its lines out.
      const isSame = text === "" ? line.line === 0 || line.line === record.line : text === line.text;
      this.#asked[isSame ? "same" : "other"] += 1;
      if (isSame) return { ...this.#source(record), text: line.text };
    } else if (place === undefined && program !== undefined) this.#asked.other += 1;
    return this.#lineWithText(line);
  }

  /** A sentence on an object that can't be the one that was loaded, by the lines that it was asked for. */
  get mismatch(): string | undefined {
    if (this.#asked.other <= this.#asked.same) return undefined;
    const why = "its lines of C are not those of the log (another build, or another program)";
    return `read the object: ${why}; only lines with the same text are taken from it`;
  }

  /** The line at which a function begins. */
  functionLine(name: string | undefined): ReportedLine | undefined {
    const code = name === undefined ? this.#onlyProgram() : this.#code.functions.find((one) => one.name === name);
    const record = code === undefined ? undefined : this.#recordAt(code.section, code.start * INSN);
    return record === undefined ? undefined : this.#source(record);
  }

  /** The function that uses most stack, of those that a program consists of; of several the last one. */
  largestFrame(program: string | undefined): ReportedLine | undefined {
    const code = this.#codeOf(program);
    let largest: { readonly name: string; readonly size: number } | undefined;
    for (const one of code === undefined ? [] : this.#layout(code)) {
      const size = this.#code.stackOf(one);
      if (largest === undefined || size >= largest.size) largest = { name: one.name, size };
    }
    return largest === undefined ? undefined : this.functionLine(largest.name);
  }

  /** The line that names a member, in the section of the instruction whose relocation failed. */
  lineNaming(program: string | undefined, pc: number, member: string): ReportedLine | undefined {
    const place = this.#placeOf(program, pc);
    const records = place === undefined ? [] : (this.#ext.lines.get(place.section) ?? []);
    const word = `->${member}`;
    const found = records.find(({ text }) => (this.#btf.strings.at(text) ?? "").includes(word));
    return found === undefined ? undefined : this.#source(found);
  }

  /** The number of a program's first instruction with this opcode. */
  instructionWith(program: string | undefined, opcode: number): number | undefined {
    const code = this.#codeOf(program);
    let before = 0;
    for (const one of code === undefined ? [] : this.#layout(code)) {
      const at = this.#code.opcodesOf(one).indexOf(opcode);
      if (at >= 0) return before + at;
      before += one.length;
    }
    return undefined;
  }

  /** The CO-RE relocation of an instruction, as `struct task_struct: 0:3`. */
  relocationAt(program: string | undefined, pc: number): string | undefined {
    const place = this.#placeOf(program, pc);
    if (place === undefined) return undefined;
    const found = this.#ext.relocations.get(place.section)?.find(({ offset }) => offset === place.offset);
    return found === undefined ? undefined : this.#relocationText(found);
  }

  #relocationText({ typeId, access }: CoreRelocation): string {
    const path = (this.#btf.strings.at(access) ?? "").slice(0, 200);
    let text = typeId < this.#btf.typeCount ? nameOfType(this.#btf, typeId) : "?";
    let id = typeId;
    for (const index of path.split(":").slice(1, 12)) {
      const type = id < this.#btf.typeCount ? this.#btf.type(id) : undefined;
      const member = type?.kind === "struct" || type?.kind === "union" ? type.members[Number(index)] : undefined;
      if (member === undefined) return text;
      text += `.${member.name}`;
      id = member.type;
    }
    return text;
  }

  #onlyProgram(): ObjectFunction | undefined {
    const programs = this.#code.functions.filter(({ section }) => section !== ".text");
    return programs.length === 1 ? programs[0] : undefined;
  }

  #placeOf(program: string | undefined, pc: number): { readonly section: string; readonly offset: number } | undefined {
    const code = this.#codeOf(program);
    if (code === undefined) return undefined;
    let before = 0;
    for (const { section, start, length } of this.#layout(code)) {
      if (pc < before + length) return { section, offset: (start + pc - before) * INSN };
      before += length;
    }
    return undefined;
  }

  #codeOf(program: string | undefined): ObjectFunction | undefined {
    const named = program === undefined ? undefined : this.#code.functions.find(({ name }) => name === program);
    return named ?? this.#onlyProgram();
  }

  #layout(code: ObjectFunction): readonly ObjectFunction[] {
    const key = `${code.section}:${code.start}`;
    const known = this.#layouts.get(key);
    if (known !== undefined) return known;
    const made = this.#code.layoutOf(code);
    this.#layouts.set(key, made);
    return made;
  }

  /**
   * The last record at or before the offset; records of a section stand in order. Those without a line are passed over.
   */
  #recordAt(section: string, offset: number): LineInfo | undefined {
    const records = this.#ext.lines.get(section) ?? [];
    let [low, high] = [0, records.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((records[middle]?.offset ?? 0) <= offset) low = middle + 1;
      else high = middle;
    }
    while (low > 0 && records[low - 1]?.line === 0) low -= 1;
    return records[low - 1];
  }

  /** The first record with this text, of the line that is given if one is. */
  #lineWithText({ text, line }: SourceLine): ReportedLine | undefined {
    this.#byText ??= this.#indexed();
    const records = this.#byText.get(text) ?? [];
    const record = line > 0 ? records.find((one) => one.line === line) : records[0];
    return record === undefined ? undefined : this.#source(record);
  }

  #indexed(): Map<string, LineInfo[]> {
    const index = new Map<string, LineInfo[]>();
    let count = 0;
    for (const record of [...this.#ext.lines.values()].flat()) {
      if (++count > MOST_INDEXED) break;
      const text = this.#textOf(record).trim();
      const known = index.get(text);
      if (text.length > LONGEST_INDEXED || (known?.length ?? 0) >= 64) continue;
      if (known === undefined) index.set(text, [record]);
      else known.push(record);
    }
    return index;
  }

  #textOf(record: LineInfo): string {
    return this.#btf.strings.at(record.text) ?? "";
  }

  #source(record: LineInfo): ReportedLine {
    const whole = this.#textOf(record);
    const indentation = whole.length - whole.trimStart().length;
    const isInText = record.column > indentation && record.column <= whole.length;
    return {
      text: whole.trim(),
      file: this.#btf.strings.at(record.file) ?? null,
      line: record.line,
      column: record.column > 0 ? record.column : null,
      caret: isInText ? record.column - 1 - indentation : null,
    };
  }
}

function nameOfType(btf: Btf, id: number): string {
  const type = btf.type(id);
  const name = "name" in type ? type.name : "";
  return type.kind === "struct" || type.kind === "union" || type.kind === "enum"
    ? `${type.kind} ${name}`
    : name || type.kind;
}
