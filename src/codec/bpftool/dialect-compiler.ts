import type { ArrayLayout, EnumLayout, IntLayout, Layout, RecordLayout, SectionLayout } from "../../schema/layout.ts";
import { CodeWriter } from "../text/code-writer.ts";
import type { Dialect } from "./dialect.ts";
import { jsonString } from "./json-string.ts";
import { LayoutCosts } from "../text/layout-costs.ts";
import { address, bitsAt, byteAt, decimal, intAt, type Place, wideWords, wordAt } from "../access/operand.ts";
import type { EnumTable, Literal, WideEnumTable } from "./text-helpers.ts";

/** plain: bpftool's JSON-like text of maps with BTF; json and pretty: the `formatted` part of its JSON. */
export type ValueStyle = "plain" | "json" | "pretty";

/**
 * Whether bpftool gives up behind a value: after a type that it can't print it closes all brackets and leaves out what
 * follows. "maybe": the data decide, `s.stopped` tells.
 */
export type Stop = "no" | "maybe" | "yes";

/** A field whose text isn't what a reader would expect: where it is, and why. */
export interface Oddity {
  readonly path: string;
  readonly reason: string;
}

const HELPER_BOUND = 64;

/**
 * Compiles Layouts into the source of functions that print what bpftool prints, straight from the bytes. A record or
 * section that is large or used in several places becomes a function of its own, so that the source grows with the
 * number of types and not with the number of paths. Nothing out of a BTF gets into the source but numbers.
 */
export class DialectCompiler {
  /** Source of the functions that records became. */
  readonly functions: string[] = [];
  /** Objects that the source refers to as `t[i]`. */
  readonly tables: (EnumTable | WideEnumTable)[] = [];
  /** Fields that make bpftool's bytes something else than JSON whatever their value. */
  readonly unprintable: Oddity[] = [];
  /** CHAR fields: by index, as `chr` notes them. */
  readonly charPaths: string[] = [];
  readonly #dialect: Dialect;
  readonly #style: ValueStyle;
  readonly #tableOf = new Map<Layout, number>();
  readonly #functionOf = new Map<string, { name: string; stop: Stop }>();
  readonly #costs = new LayoutCosts();
  readonly #ids = new Map<Layout, number>();
  #variables = 0;

  constructor(dialect: Dialect, style: ValueStyle) {
    this.#dialect = dialect;
    this.#style = style;
  }

  /** Emits the text of one value at `depth` open brackets. */
  value(code: CodeWriter, layout: Layout, place: Place, depth: number, path: string): Stop {
    this.#costs.add(layout, path);
    return this.#emit(code, layout, place, 0, depth, path);
  }

  /** A new line and indentation where the style has them. */
  lineAt(depth: number): string {
    return this.#style === "json" ? "" : `\n${"    ".repeat(depth)}`;
  }

  /** A name and its colon, after a comma unless it is the first. */
  name(name: string, depth: number, first: boolean): Uint8Array {
    return Buffer.concat([
      Buffer.from((first ? "" : ",") + this.lineAt(depth)),
      jsonString(name, this.#dialect),
      Buffer.from(this.#style === "json" ? ":" : ": "),
    ]);
  }

  #emit(code: CodeWriter, layout: Layout, place: Place, bit: number, depth: number, path: string): Stop {
    if (layout.tagged) return this.#unsupported(code, path, "a type tag");
    switch (layout.kind) {
      case "int":
        return this.#int(code, layout, place, bit, path);
      case "float":
        return this.#unsupported(code, path, `${layout.typeName || "float"}`);
      case "pointer":
        return this.#pointer(code, place);
      case "enum":
        return this.#enum(code, layout, place);
      case "array":
        return this.#array(code, layout, place, depth, path);
      case "struct":
      case "union":
      case "section":
        return this.#record(code, layout, place, depth, path);
      case "opaque":
        if (layout.reason === "unsupported") return this.#unsupported(code, path, layout.typeName || "an unknown kind");
        code.literal(layout.reason === "void" ? "(unknown)" : "(fwd-kind-invalid)");
        this.#note(path, layout.reason === "void" ? "void" : "a forward declaration");
        return layout.reason === "void" ? "no" : "yes";
    }
    return layout satisfies never;
  }

  #unsupported(code: CodeWriter, path: string, what: string): Stop {
    code.literal(this.#dialect.unsupportedKind);
    this.#note(path, `${what}, which bpftool can't print`);
    return "yes";
  }

  #note(path: string, reason: string): void {
    this.unprintable.push({ path, reason });
  }

  #int(code: CodeWriter, layout: IntLayout, place: Place, bit: number, path: string): Stop {
    const start = bit + layout.bitOffset;
    const whole = start === 0 && [8, 16, 32, 64].includes(layout.bits);
    if (start === 0 && layout.bits === 128) return this.#hex(code, place, "hexBits", 0, 128);
    if (start !== 0 || layout.bits % 8 !== 0) return this.#bits(code, place, start, layout.bits);
    switch (layout.encoding) {
      case "unsigned":
      case "signed":
        if (!whole) return this.#bits(code, place, 0, layout.bits);
        code.advance(decimal(place, layout.bits, layout.encoding === "signed"), HELPER_BOUND);
        return "no";
      case "char":
        code.advance(`chr(@, ${byteAt(place, 0)}, ${this.charPaths.push(path) - 1})`, HELPER_BOUND);
        return "no";
      case "bool":
        code.advance(`bool(@, ${byteAt(place, 0)})`, HELPER_BOUND);
        return "no";
      case "other":
        this.#note(path, "an encoding that no one knows");
        return "yes";
    }
    return layout.encoding satisfies never;
  }

  /** A number of any width at any bit: unsigned hex without leading zeros, a string unless the style is plain. */
  #bits(code: CodeWriter, place: Place, start: number, bits: number): Stop {
    const at: Place = { ...place, offset: place.offset + (start >> 3) };
    const shift = start & 7;
    if (Math.ceil((shift + bits) / 8) > 4) {
      return this.#hex(code, at, shift + bits === 128 ? "hexToEnd" : "hexBits", shift, bits);
    }
    const quote = this.#quote();
    code.literal(`${quote}0x`);
    code.advance(`hex32(@, ${bitsAt(at, shift, bits)})`, HELPER_BOUND);
    code.literal(quote);
    return "no";
  }

  /** Bits of more than four bytes, by a helper. */
  #hex(code: CodeWriter, place: Place, helper: "hexBits" | "hexToEnd", shift: number, bits: number): Stop {
    const quote = this.#quote();
    code.literal(`${quote}0x`);
    code.advance(`${helper}(@, ${place.bytes}, ${address(place, 0)}, ${shift}, ${bits})`, HELPER_BOUND);
    code.literal(quote);
    return "no";
  }

  #quote(): string {
    return this.#style === "plain" ? "" : '"';
  }

  #pointer(code: CodeWriter, place: Place): Stop {
    const words = `${wordAt(place, 0)}, ${wordAt(place, 4)}`;
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

  #enum(code: CodeWriter, layout: EnumLayout, place: Place): Stop {
    const table = `t[${this.#table(layout)}]`;
    if (layout.wide) {
      code.advance(`wide(@, ${table}, ${wideWords(layout, place)})`, HELPER_BOUND);
      code.checkNow();
      return "no";
    }
    if (layout.size === 8) code.advance(`enm64(@, ${table}, ${wordAt(place, 0)}, ${wordAt(place, 4)})`, HELPER_BOUND);
    else code.advance(`enm(@, ${table}, ${intAt(place, 8 * layout.size, true)})`, this.#enumBound(layout));
    if (layout.size === 8) code.checkNow();
    return "no";
  }

  /** Names are copied without a look at the limit up to 1024 bytes. */
  #enumBound(layout: EnumLayout): number {
    return layout.values.reduce((most, { name }) => Math.max(most, Math.min(1024, 6 * name.length + 2)), HELPER_BOUND);
  }

  #table(layout: EnumLayout): number {
    let index = this.#tableOf.get(layout);
    if (index === undefined) {
      index = this.tables.push(layout.wide ? wideTable(layout, this.#dialect) : enumTable(layout, this.#dialect)) - 1;
      this.#tableOf.set(layout, index);
    }
    return index;
  }

  #array(code: CodeWriter, layout: ArrayLayout, place: Place, depth: number, path: string): Stop {
    const { element, length } = layout;
    const isText = length > 0 && layout.charsDirect && element.kind === "int" && element.isChar;
    if (!isText) return this.#elements(code, layout, place, depth, path);
    code.checkNow();
    const q = this.#variable("q");
    code.statement(
      `const ${q} = str(p, ${place.bytes}, ${address(place, 0)}, ${length}); if (${q} >= 0) p = ${q}; else {`,
    );
    const stop = this.#elements(code, layout, place, depth, path);
    if (stop !== "no") code.statement("s.stopped = true;");
    code.statement("}");
    code.checkNow();
    return stop === "no" ? "no" : "maybe";
  }

  #elements(code: CodeWriter, { element, length }: ArrayLayout, place: Place, depth: number, path: string): Stop {
    code.literal("[");
    if (length === 0) {
      code.literal("]");
      return "no";
    }
    const i = this.#variable("i");
    const a = this.#variable("a");
    const body = new CodeWriter();
    const stop = this.#emit(body, element, { ...place, base: a, offset: 0 }, 0, depth + 1, `${path}[]`);
    const count = stop === "yes" ? 1 : length;
    code.statement(
      `for (let ${i} = 0, ${a} = ${address(place, 0)}; ${i} < ${count}; ${i}++, ${a} += ${element.size}) {`,
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

  #record(code: CodeWriter, layout: RecordLayout | SectionLayout, place: Place, depth: number, path: string): Stop {
    if (this.#costs.isInline(layout)) return this.#recordBody(code, layout, place, depth, path);
    const key = `${this.#id(layout)}/${depth}`;
    let made = this.#functionOf.get(key);
    if (made === undefined) {
      made = this.#recordFunction(layout, depth, path);
      this.#functionOf.set(key, made);
    }
    code.checkNow();
    code.advance(`${made.name}(@, ${place.bytes}, ${place.view}, ${address(place, 0)})`, 0);
    code.checkNow();
    return made.stop;
  }

  #recordFunction(layout: RecordLayout | SectionLayout, depth: number, path: string): { name: string; stop: Stop } {
    const name = this.#variable("f");
    const body = new CodeWriter();
    const place: Place = { bytes: "x", view: "d", base: "a", offset: 0 };
    const stop = this.#recordBody(body, layout, place, depth, path);
    this.functions.push(`function ${name}(p, x, d, a) {\n${body.source}return p;\n}`);
    return { name, stop };
  }

  #recordBody(code: CodeWriter, layout: RecordLayout | SectionLayout, place: Place, depth: number, path: string): Stop {
    return layout.kind === "section"
      ? this.#section(code, layout, place, depth, path)
      : this.#members(code, layout, place, depth, path);
  }

  #members(code: CodeWriter, layout: RecordLayout, place: Place, depth: number, path: string): Stop {
    code.literal("{");
    const stop = this.#sequence(code, layout.fields, ({ name, bitOffset, bitfieldBits, layout: type }, i) => {
      const at: Place = { ...place, offset: place.offset + (bitOffset >> 3) };
      code.literal(this.name(name, depth + 1, i === 0));
      if (bitfieldBits > 0) return this.#bits(code, at, bitOffset & 7, bitfieldBits);
      return this.#emit(code, type, at, bitOffset & 7, depth + 1, `${path}.${name}`);
    });
    code.literal(layout.fields.length > 0 ? `${this.lineAt(depth)}}` : "}");
    return stop;
  }

  #section(code: CodeWriter, layout: SectionLayout, place: Place, depth: number, path: string): Stop {
    code.literal("{");
    code.literal(this.name(layout.typeName, depth + 1, true));
    code.literal("[");
    const stop = this.#sequence(code, layout.vars, ({ name, offset, layout: type }, i) => {
      code.literal(i === 0 ? "{" : ",{");
      code.literal(this.name(name, depth + 3, true));
      const at: Place = { ...place, offset: place.offset + offset };
      const stopped = this.#emit(code, type, at, 0, depth + 3, `${path}.${name}`);
      code.literal(`${this.lineAt(depth + 2)}}`);
      return stopped;
    });
    code.literal(`${layout.vars.length > 0 ? this.lineAt(depth + 1) : ""}]${this.lineAt(depth)}}`);
    return stop;
  }

  /** Emits one part after the other until one stops; behind one that may stop, the rest depends on it. */
  #sequence<Part>(code: CodeWriter, parts: readonly Part[], emit: (part: Part, index: number) => Stop): Stop {
    let branches = 0;
    let last: Stop = "no";
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

function enumTable(layout: EnumLayout, dialect: Dialect): EnumTable {
  const table = new Map<number, Literal>();
  for (const { name, value } of layout.values) {
    const key = Number(BigInt.asIntN(32, value));
    if (!table.has(key)) table.set(key, { bytes: jsonString(name, dialect) });
  }
  return table;
}

function wideTable(layout: EnumLayout, dialect: Dialect): WideEnumTable {
  const table = new Map<number, Map<number, Literal>>();
  for (const { name, value } of layout.values) {
    const high = Number(BigInt.asUintN(32, value >> 32n));
    const low = Number(BigInt.asUintN(32, value));
    const row = table.get(high) ?? new Map<number, Literal>();
    if (!row.has(low)) row.set(low, { bytes: jsonString(name, dialect) });
    table.set(high, row);
  }
  return table;
}
