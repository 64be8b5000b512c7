import type { ArrayLayout, EnumLayout, IntLayout, Layout, RecordLayout, SectionLayout } from "../../schema/layout.ts";
import { address, type Operand, shifted } from "../access/operand.ts";
import { byteCode, integerCode, unsignedBitsCode } from "../access/scalar-code.ts";
import { CodeWriter } from "../text/code-writer.ts";
import { LayoutCosts } from "../text/layout-costs.ts";
import { decimalCall, enumWordArguments, wordArguments } from "../text/number-code.ts";
import type { Dialect } from "./dialect.ts";
import { bpftoolJsonString, invalidJsonReason } from "./json-string.ts";
import type { EnumTable, Literal, WideEnumTable } from "./text-helpers.ts";

/** plain: bpftool's JSON-like text of maps with BTF; json and pretty: the `formatted` part of its JSON. */
export type DialectStyle = "plain" | "json" | "pretty";

/**
 * Tells whether bpftool stops behind a value: after a type that it cannot print, it closes all brackets and omits the rest.
 * "maybe": it depends on the data, and `s.stopped` tells.
 */
export type StopCondition = "no" | "maybe" | "yes";

/** A field whose text is not valid JSON or is cut short, and the reason. */
export interface InvalidJsonField {
  readonly path: string;
  readonly reason: string;
}

const HELPER_BOUND = 64;

/**
 * Compiles Layouts into the source of functions that print what bpftool prints, directly from the bytes. A record or
 * section that is large or used in several places becomes a function of its own, so that the source grows with the
 * number of types and not with the number of paths. From BTF, only numbers enter the source.
 */
export class DialectCompiler {
  /** The source of the functions for records. */
  readonly functions: string[] = [];
  /** The objects that the source calls `t[i]`. */
  readonly tables: (EnumTable | WideEnumTable)[] = [];
  /** Fields that make the text invalid whatever their value. */
  readonly unprintable: InvalidJsonField[] = [];
  /** Fields and enumerators that make it invalid with some values, by the index that the helpers note. */
  readonly possible: InvalidJsonField[] = [];
  readonly #dialect: Dialect;
  readonly #style: DialectStyle;
  readonly #tableOf = new Map<Layout, number>();
  readonly #functionOf = new Map<string, { name: string; stop: StopCondition }>();
  readonly #costs = new LayoutCosts();
  readonly #ids = new Map<Layout, number>();
  #variables = 0;

  constructor(dialect: Dialect, style: DialectStyle) {
    this.#dialect = dialect;
    this.#style = style;
  }

  /** Emits the text of one value at `depth` open brackets. */
  value(code: CodeWriter, layout: Layout, operand: Operand, depth: number, path: string): StopCondition {
    this.#costs.add(layout, path);
    return this.#emit(code, layout, operand, 0, depth, path);
  }

  /** Returns a new line and indentation if the style has them. */
  lineAt(depth: number): string {
    return this.#style === "json" ? "" : `\n${"    ".repeat(depth)}`;
  }

  /** Returns a name and its colon, with a comma before all but the first. */
  name(name: string, depth: number, first: boolean): Uint8Array {
    return Buffer.concat([
      Buffer.from((first ? "" : ",") + this.lineAt(depth)),
      bpftoolJsonString(name, this.#dialect),
      Buffer.from(this.#style === "json" ? ":" : ": "),
    ]);
  }

  #emit(code: CodeWriter, layout: Layout, operand: Operand, bit: number, depth: number, path: string): StopCondition {
    if (layout.tagged) return this.#unsupported(code, path, "a type tag");
    switch (layout.kind) {
      case "int":
        return this.#int(code, layout, operand, bit, path);
      case "float":
        return this.#unsupported(code, path, `${layout.typeName || "float"}`);
      case "pointer":
        return this.#pointer(code, operand);
      case "enum":
        return this.#enum(code, layout, operand);
      case "array":
        return this.#array(code, layout, operand, depth, path);
      case "struct":
      case "union":
      case "section":
        return this.#record(code, layout, operand, depth, path);
      case "opaque":
        if (layout.reason === "unsupported") return this.#unsupported(code, path, layout.typeName || "an unknown kind");
        code.literal(layout.reason === "void" ? "(unknown)" : "(fwd-kind-invalid)");
        this.#note(path, layout.reason === "void" ? "void" : "a forward declaration");
        return layout.reason === "void" ? "no" : "yes";
    }
    return layout satisfies never;
  }

  #unsupported(code: CodeWriter, path: string, what: string): StopCondition {
    code.literal(this.#dialect.unsupportedKind);
    this.#note(path, `${what}, which bpftool can't print`);
    return "yes";
  }

  #possibleNote(path: string, reason: string): number {
    return this.possible.push({ path, reason }) - 1;
  }

  /** Notes a name that bpftool writes as invalid JSON. */
  #checkName(name: string, path: string): void {
    const reason = this.#style === "plain" ? undefined : invalidJsonReason(name);
    if (reason !== undefined) this.#note(path, `a name with ${reason}`);
  }

  #note(path: string, reason: string): void {
    this.unprintable.push({ path, reason });
  }

  #int(code: CodeWriter, layout: IntLayout, operand: Operand, bit: number, path: string): StopCondition {
    const start = bit + layout.bitOffset;
    const whole = start === 0 && [8, 16, 32, 64].includes(layout.bits);
    if (start === 0 && layout.bits === 128) return this.#hex(code, operand, "hexBits", 0, 128);
    if (start !== 0 || layout.bits % 8 !== 0) return this.#bits(code, operand, start, layout.bits);
    switch (layout.encoding) {
      case "unsigned":
      case "signed":
        if (!whole) return this.#bits(code, operand, 0, layout.bits);
        code.advance(decimalCall(operand, layout.bits, layout.encoding === "signed"), HELPER_BOUND);
        return "no";
      case "char":
        code.advance(`chr(@, ${byteCode(operand)}, ${this.#possibleNote(path, UNESCAPED_CHAR)})`, HELPER_BOUND);
        return "no";
      case "bool":
        code.advance(`bool(@, ${byteCode(operand)})`, HELPER_BOUND);
        return "no";
      case "other":
        this.#note(path, "an encoding that no one knows");
        return "yes";
    }
    return layout.encoding satisfies never;
  }

  /** Emits a number of any width at any bit: unsigned hex without leading zeros, a string unless the style is plain. */
  #bits(code: CodeWriter, operand: Operand, start: number, bits: number): StopCondition {
    const at = shifted(operand, start);
    const shift = start & 7;
    if (Math.ceil((shift + bits) / 8) > 4) {
      return this.#hex(code, at, shift + bits === 128 ? "hexToEnd" : "hexBits", shift, bits);
    }
    const quote = this.#quote();
    code.literal(`${quote}0x`);
    code.advance(`hex32(@, ${unsignedBitsCode(at, shift, bits)})`, HELPER_BOUND);
    code.literal(quote);
    return "no";
  }

  /** Emits bits of more than four bytes with a helper. */
  #hex(code: CodeWriter, operand: Operand, helper: "hexBits" | "hexToEnd", shift: number, bits: number): StopCondition {
    const quote = this.#quote();
    code.literal(`${quote}0x`);
    code.advance(`${helper}(@, ${operand.bytes}, ${address(operand)}, ${shift}, ${bits})`, HELPER_BOUND);
    code.literal(quote);
    return "no";
  }

  #quote(): string {
    return this.#style === "plain" ? "" : '"';
  }

  #pointer(code: CodeWriter, operand: Operand): StopCondition {
    const words = wordArguments(operand);
    if (this.#style !== "plain") {
      code.advance(`u64(@, ${words})`, HELPER_BOUND);
      return "no";
    }
    const quote = this.#dialect.quotesPointers ? '"' : "";
    code.literal(quote);
    code.advance(`ptr(@, ${words})`, HELPER_BOUND);
    code.literal(quote);
    return "no";
  }

  #enum(code: CodeWriter, layout: EnumLayout, operand: Operand): StopCondition {
    const table = `t[${this.#table(layout)}]`;
    if (layout.wide) {
      code.advance(`wide(@, ${table}, ${enumWordArguments(layout, operand)})`, HELPER_BOUND);
      code.checkNow();
      return "no";
    }
    if (layout.size === 8) code.advance(`enm64(@, ${table}, ${wordArguments(operand)})`, HELPER_BOUND);
    else {
      const value = integerCode(operand, { start: 0, width: 8 * layout.size, signed: true });
      code.advance(`enm(@, ${table}, ${value})`, this.#enumBound(layout));
    }
    if (layout.size === 8) code.checkNow();
    return "no";
  }

  /** Returns the length of the longest name that is copied without a check of the limit. */
  #enumBound(layout: EnumLayout): number {
    return layout.values.reduce((most, { name }) => Math.max(most, Math.min(1024, 6 * name.length + 2)), HELPER_BOUND);
  }

  #table(layout: EnumLayout): number {
    let index = this.#tableOf.get(layout);
    if (index === undefined) {
      const literal = (name: string): Literal => this.#enumerator(layout, name);
      index = this.tables.push(layout.wide ? wideTable(layout, literal) : enumTable(layout, literal)) - 1;
      this.#tableOf.set(layout, index);
    }
    return index;
  }

  #enumerator({ typeName }: EnumLayout, name: string): Literal {
    const bytes = bpftoolJsonString(name, this.#dialect);
    const reason = this.#style === "plain" ? undefined : invalidJsonReason(name);
    if (reason === undefined) return { bytes };
    return { bytes, note: this.#possibleNote(`${typeName || "enum"}: ${name}`, `an enumerator with ${reason}`) };
  }

  #array(code: CodeWriter, layout: ArrayLayout, operand: Operand, depth: number, path: string): StopCondition {
    const { element, length } = layout;
    const isText = length > 0 && layout.charsDirect && element.kind === "int" && element.isChar;
    if (!isText) return this.#elements(code, layout, operand, depth, path);
    code.checkNow();
    const q = this.#variable("q");
    code.statement(
      `const ${q} = str(p, ${operand.bytes}, ${address(operand)}, ${length}); if (${q} >= 0) p = ${q}; else {`,
    );
    const stop = this.#elements(code, layout, operand, depth, path);
    if (stop !== "no") code.statement("s.stopped = true;");
    code.statement("}");
    code.checkNow();
    return stop === "no" ? "no" : "maybe";
  }

  #elements(
    code: CodeWriter,
    { element, length }: ArrayLayout,
    operand: Operand,
    depth: number,
    path: string,
  ): StopCondition {
    code.literal("[");
    if (length === 0) {
      code.literal("]");
      return "no";
    }
    const i = this.#variable("i");
    const a = this.#variable("a");
    const body = new CodeWriter();
    const stop = this.#emit(body, element, { ...operand, base: a, offset: 0 }, 0, depth + 1, `${path}[]`);
    const count = stop === "yes" ? 1 : length;
    code.statement(
      `for (let ${i} = 0, ${a} = ${address(operand)}; ${i} < ${count}; ${i}++, ${a} += ${element.size}) {`,
    );
    code.checkNow();
    code.statement(`if (${i} !== 0) b[p++] = 44;`);
    code.statement(body.source);
    if (stop === "maybe") code.statement("if (s.stopped) break;");
    code.statement("}");
    code.checkNow();
    code.literal(`${this.lineAt(depth)}]`);
    return stop;
  }

  #record(
    code: CodeWriter,
    layout: RecordLayout | SectionLayout,
    operand: Operand,
    depth: number,
    path: string,
  ): StopCondition {
    if (this.#costs.isInline(layout)) return this.#recordBody(code, layout, operand, depth, path);
    const key = `${this.#id(layout)}/${depth}`;
    let made = this.#functionOf.get(key);
    if (made === undefined) {
      made = this.#recordFunction(layout, depth, path);
      this.#functionOf.set(key, made);
    }
    code.checkNow();
    code.advance(`${made.name}(@, ${operand.bytes}, ${operand.view}, ${address(operand)})`, 0);
    code.checkNow();
    return made.stop;
  }

  #recordFunction(
    layout: RecordLayout | SectionLayout,
    depth: number,
    path: string,
  ): { name: string; stop: StopCondition } {
    const name = this.#variable("f");
    const body = new CodeWriter();
    const operand: Operand = { bytes: "x", view: "d", base: "a", offset: 0 };
    const stop = this.#recordBody(body, layout, operand, depth, path);
    this.functions.push(`function ${name}(p, x, d, a) {\n${body.source}return p;\n}`);
    return { name, stop };
  }

  #recordBody(
    code: CodeWriter,
    layout: RecordLayout | SectionLayout,
    operand: Operand,
    depth: number,
    path: string,
  ): StopCondition {
    return layout.kind === "section"
      ? this.#section(code, layout, operand, depth, path)
      : this.#members(code, layout, operand, depth, path);
  }

  #members(code: CodeWriter, layout: RecordLayout, operand: Operand, depth: number, path: string): StopCondition {
    code.literal("{");
    const stop = this.#sequence(code, layout.fields, ({ name, bitOffset, bitfieldBits, layout: type }, i) => {
      const at = shifted(operand, bitOffset);
      code.literal(this.name(name, depth + 1, i === 0));
      this.#checkName(name, `${path}.${name}`);
      if (bitfieldBits > 0) return this.#bits(code, at, bitOffset & 7, bitfieldBits);
      return this.#emit(code, type, at, bitOffset & 7, depth + 1, `${path}.${name}`);
    });
    code.literal(layout.fields.length > 0 ? `${this.lineAt(depth)}}` : "}");
    return stop;
  }

  #section(code: CodeWriter, layout: SectionLayout, operand: Operand, depth: number, path: string): StopCondition {
    code.literal("{");
    code.literal(this.name(layout.typeName, depth + 1, true));
    this.#checkName(layout.typeName, path);
    code.literal("[");
    const stop = this.#sequence(code, layout.vars, ({ name, offset, layout: type }, i) => {
      code.literal(i === 0 ? "{" : ",{");
      code.literal(this.name(name, depth + 3, true));
      this.#checkName(name, `${path}.${name}`);
      const at: Operand = { ...operand, offset: operand.offset + offset };
      const stopped = this.#emit(code, type, at, 0, depth + 3, `${path}.${name}`);
      code.literal(`${this.lineAt(depth + 2)}}`);
      return stopped;
    });
    code.literal(`${layout.vars.length > 0 ? this.lineAt(depth + 1) : ""}]${this.lineAt(depth)}}`);
    return stop;
  }

  /** Emits parts until one stops. The rest behind one that may stop becomes conditional. */
  #sequence<Part>(
    code: CodeWriter,
    parts: readonly Part[],
    emit: (part: Part, index: number) => StopCondition,
  ): StopCondition {
    let branches = 0;
    let last: StopCondition = "no";
    for (const [index, part] of parts.entries()) {
      last = emit(part, index);
      if (last === "yes") break;
      if (last === "no") continue;
      code.statement("if (!s.stopped) {");
      branches += 1;
    }
    if (branches === 0) return last;
    if (last === "yes") code.statement("s.stopped = true;");
    code.statement("}".repeat(branches));
    code.checkNow();
    return "maybe";
  }

  #id(layout: Layout): number {
    const id = this.#ids.get(layout) ?? this.#ids.size;
    this.#ids.set(layout, id);
    return id;
  }

  #variable(prefix: string): string {
    this.#variables += 1;
    return `${prefix}${this.#variables}`;
  }
}

const UNESCAPED_CHAR = 'a CHAR holding " or \\, which bpftool does not escape';

function enumTable(layout: EnumLayout, literal: (name: string) => Literal): EnumTable {
  const table = new Map<number, Literal>();
  for (const { name, value } of layout.values) {
    const key = Number(BigInt.asIntN(32, value));
    if (!table.has(key)) table.set(key, literal(name));
  }
  return table;
}

function wideTable(layout: EnumLayout, literal: (name: string) => Literal): WideEnumTable {
  const table = new Map<number, Map<number, Literal>>();
  for (const { name, value } of layout.values) {
    const high = Number(BigInt.asUintN(32, value >> 32n));
    const low = Number(BigInt.asUintN(32, value));
    const row = table.get(high) ?? new Map<number, Literal>();
    if (!row.has(low)) row.set(low, literal(name));
    table.set(high, row);
  }
  return table;
}
