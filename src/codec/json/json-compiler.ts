import type { ArrayLayout, Layout, RecordLayout, SectionLayout } from "../../schema/layout.ts";
import { namedFields } from "../../schema/named-fields.ts";
import { uniqueNames } from "../../unique-names.ts";
import { scalarKind } from "../access/accessor.ts";
import { LITTLE_ENDIAN } from "../access/byte-order.ts";
import { type Field, integerBits } from "../access/field.ts";
import { address, type Operand, shifted } from "../access/operand.ts";
import { boolCode, floatCode, integerCode } from "../access/scalar-code.ts";
import { CodeWriter } from "../text/code-writer.ts";
import { LayoutCosts } from "../text/layout-costs.ts";
import { decimalCall } from "../text/number-code.ts";
import type { ShownText } from "../text/shown-text.ts";
import { type EnumTexts, enumTexts, type JsonOptions, type RenderedText } from "./json-helpers.ts";

const HELPER_BOUND = 64;

/** Returns the rendering of a field; undefined for a field without a renderer. */
export type Render = (field: Field) => RenderedText | undefined;

/**
 * Compiles fields into the source of functions that write strict JSON directly from the bytes: exact, and valid
 * whatever the bytes are. Members of anonymous records belong to the enclosing record. As in the dialect's compiler, a
 * large or shared record becomes a function of its own, and names enter the source as numbers only.
 */
export class JsonCompiler {
  /** The source of the functions for records. */
  readonly functions: string[] = [];
  /** The objects that the source calls `t[i]`. */
  readonly tables: (EnumTexts | RenderedText)[] = [];
  readonly #options: JsonOptions;
  readonly #render: Render;
  readonly #shown: ShownText;
  readonly #costs = new LayoutCosts();
  readonly #functionOf = new Map<Layout, string>();
  #variables = 0;

  constructor(options: JsonOptions, render: Render, shown: ShownText) {
    this.#options = options;
    this.#render = render;
    this.#shown = shown;
  }

  /** Emits the text of a field; `operand` is the key or value that it belongs to. */
  field(code: CodeWriter, field: Field, operand: Operand): void {
    this.#costs.add(field.layout, field.path);
    this.#emit(code, field, operand);
  }

  #emit(code: CodeWriter, field: Field, operand: Operand): void {
    const rendering = this.#render(field);
    if (rendering !== undefined) {
      this.#rendered(code, rendering, operand);
      return;
    }
    switch (scalarKind(field)) {
      case "integer":
        if (field.layout.kind === "enum") this.#enum(code, field, field.layout, operand);
        else this.#integer(code, field, operand);
        return;
      case "bool":
        code.advance(`bool(@, ${boolCode(operand, field)})`, HELPER_BOUND);
        return;
      case "float":
        code.advance(`float(@, ${floatCode(operand, field)})`, HELPER_BOUND);
        return;
      case "text":
        code.advance(`chars(@, ${operand.bytes}, ${address(at(operand, field))}, ${field.layout.size})`, 1026);
        return;
      case "none":
        this.#compound(code, field, operand);
    }
  }

  #compound(code: CodeWriter, field: Field, operand: Operand): void {
    const { layout } = field;
    switch (layout.kind) {
      case "array":
        if (layout.counted) this.#distinct(code, field, layout, operand);
        else this.#elements(code, field, layout, at(operand, field), String(layout.length));
        return;
      case "struct":
      case "union":
      case "section":
        this.#record(code, field, layout, operand);
        return;
      case "float":
        // JavaScript has no type for long double and half floats.
        code.advance(`hex(@, ${operand.bytes}, ${address(at(operand, field))}, ${layout.size})`, 1026);
        return;
      default:
        code.literal("null");
    }
  }

  #rendered(code: CodeWriter, rendering: RenderedText, operand: Operand): void {
    const table = `t[${this.tables.push(rendering) - 1}]`;
    code.advance(`rendered(@, ${table}, ${operand.bytes}, ${operand.view}, ${address(operand)})`, 1026);
  }

  #integer(code: CodeWriter, field: Field, operand: Operand): void {
    const bits = integerBits(field);
    if (bits === undefined) return;
    const { start, width, signed } = bits;
    const quote = this.#options.int64 === "string" && field.layout.size >= 8;
    const mark = quote ? '"' : "";
    code.literal(mark);
    if (start % 8 === 0 && [8, 16, 32, 64].includes(width)) {
      code.advance(decimalCall(shifted(operand, start), width, signed), HELPER_BOUND);
    } else if (width <= 32 && (start % 8) + width <= 32) {
      code.advance(`${signed ? "s32" : "u32"}(@, ${integerCode(operand, bits)})`, HELPER_BOUND);
    } else {
      code.advance(`wide(@, ${integerCode(operand, bits)}, false)`, HELPER_BOUND);
    }
    code.literal(mark);
  }

  #enum(code: CodeWriter, field: Field, layout: Layout & { kind: "enum" }, operand: Operand): void {
    const bits = integerBits(field);
    if (bits === undefined) return;
    const table = this.tables.push(enumTexts(layout, this.#options, this.#shown)) - 1;
    const value = integerCode(operand, bits);
    // The table's keys are bigints where the type has 8 bytes, however few of its bits a bit-field has.
    code.advance(`enm(@, t[${table}], ${layout.size > 4 ? `BigInt(${value})` : value})`, 1026);
  }

  #elements(code: CodeWriter, field: Field, { element }: ArrayLayout, start: Operand, count: string): void {
    if (count === "0") {
      code.literal("[]");
      return;
    }
    const i = this.#variable("i");
    const a = this.#variable("a");
    const body = new CodeWriter();
    const one: Field = { ...field, path: `${field.path}[]`, layout: element, bitOffset: 0, bitfieldBits: 0 };
    this.#emit(body, one, { ...start, base: a, offset: 0 });
    code.literal("[");
    code.statement(`for (let ${i} = 0, ${a} = ${address(start)}; ${i} < ${count}; ${i}++, ${a} += ${element.size}) {`);
    code.checkNow();
    code.statement(`if (${i} !== 0) b[p++] = 44;`);
    code.statement(body.source);
    code.statement("}");
    code.checkNow();
    code.literal("]");
  }

  /** Emits the distinct values of CPUs: a single one alone, several as a list. */
  #distinct(code: CodeWriter, field: Field, layout: ArrayLayout, operand: Operand): void {
    const start = at(operand, field);
    const n = this.#variable("n");
    const first: Operand = { ...start, offset: start.offset + 4 };
    const one: Field = { ...field, layout: layout.element, bitOffset: 0, bitfieldBits: 0 };
    code.statement(`const ${n} = ${operand.view}.getUint32(${address(start)}, ${LITTLE_ENDIAN}); if (${n} === 1) {`);
    this.#emit(code, one, first);
    code.checkNow();
    code.statement("} else {");
    this.#elements(code, field, layout, first, n);
    code.checkNow();
    code.statement("}");
  }

  #record(code: CodeWriter, field: Field, layout: RecordLayout | SectionLayout, operand: Operand): void {
    const start = at(operand, field);
    if (this.#costs.isInline(layout)) {
      this.#members(code, field, layout, start);
      return;
    }
    let name = this.#functionOf.get(layout);
    if (name === undefined) {
      name = this.#variable("f");
      this.#functionOf.set(layout, name);
      const body = new CodeWriter();
      this.#members(body, field, layout, { bytes: "x", view: "d", base: "a", offset: 0 });
      this.functions.push(`function ${name}(p, x, d, a) {\n${body.source}return p;\n}`);
    }
    code.checkNow();
    code.advance(`${name}(@, ${operand.bytes}, ${operand.view}, ${address(start)})`, 0);
    code.checkNow();
  }

  #members(code: CodeWriter, { side, path }: Field, layout: RecordLayout | SectionLayout, operand: Operand): void {
    code.literal("{");
    const fields = namedFields(layout);
    // Names that differ only in replaced bytes would be equal.
    const names = uniqueNames(fields.map(({ name }) => this.#shown.name(name)));
    for (const [i, { name, ...member }] of fields.entries()) {
      code.literal(Buffer.from(`${i === 0 ? "" : ","}${this.#shown.jsonName(names[i] ?? name)}:`));
      this.#emit(code, { side, path: `${path}.${name}`, ...member }, operand);
    }
    code.literal("}");
  }

  #variable(prefix: string): string {
    this.#variables += 1;
    return `${prefix}${this.#variables}`;
  }
}

/** Returns the operand at the first byte of a field. */
function at(operand: Operand, { bitOffset }: Field): Operand {
  return shifted(operand, bitOffset);
}
