import type { ArrayLayout, EnumLayout, IntLayout, Layout, RecordLayout, SectionLayout } from "../../schema/layout.ts";
import { type NamedField, namedFields } from "../../schema/named-fields.ts";
import { LITTLE_ENDIAN } from "./byte-order.ts";
import { integerBits, type ScalarField } from "./field.ts";
import { address, type Operand, shifted } from "./operand.ts";
import { boolTest, floatCode, integerCode } from "./scalar-code.ts";

/** The parameters of every generated function. */
const VALUE: Operand = { bytes: "x", view: "d", base: "a", offset: 0 };

/**
 * Compiles Layouts into the source of functions `(x, d, a)`, which take bytes, a DataView of them and an offset, and
 * return a value. Each record, section and array becomes one function, so the source grows with the number of types.
 * Names from BTF are kept in `names`, never in the source.
 */
export class ValueCompiler {
  readonly functions: string[] = [];
  readonly names: string[] = [];
  /** The number of records: each has a constructor of its empty object, see `recordConstructor`. */
  records = 0;
  readonly enums: EnumLayout[] = [];
  readonly #made = new Map<Layout, string>();

  /** Returns an expression for the value at `a + offset`. */
  expression(layout: Layout, offset: number): string {
    return this.field({ layout, bitOffset: offset * 8, bitfieldBits: 0 });
  }

  /** Returns an expression for a field, bit-fields included, of the key or value at `a`. */
  field(field: ScalarField): string {
    const { layout, bitOffset } = field;
    switch (layout.kind) {
      case "int":
        return layout.encoding === "bool" ? boolTest(VALUE, field) : this.#integer(field, layout);
      case "enum":
        return `enumValue(enums[${this.enums.push(layout) - 1}], ${this.#integer(field)})`;
      case "pointer":
        return this.#integer(field);
      case "float":
        return layout.size === 4 || layout.size === 8 ? floatCode(VALUE, field) : bytesCode(bitOffset, layout.size);
      case "array":
      case "struct":
      case "union":
      case "section":
        return `${this.#function(layout)}(x, d, ${address(shifted(VALUE, bitOffset))})`;
      case "opaque":
        return "null";
    }
    return layout satisfies never;
  }

  /** Reads an integer; one of a whole 64-bit type is converted as the options say. */
  #integer(field: ScalarField, layout?: IntLayout): string {
    const bits = integerBits(field);
    if (bits === undefined) return "null";
    const code = integerCode(VALUE, bits);
    return layout?.size === 8 && bits.width === 64 && field.bitfieldBits === 0 ? `int64(${code})` : code;
  }

  #function(layout: ArrayLayout | RecordLayout | SectionLayout): string {
    const known = this.#made.get(layout);
    if (known !== undefined) return known;
    const name = `f${this.#made.size}`;
    this.#made.set(layout, name);
    const body = layout.kind === "array" ? this.#arrayBody(layout) : this.#recordBody(namedFields(layout));
    this.functions.push(`function ${name}(x, d, a) {\n${body}}`);
    return name;
  }

  #arrayBody({ element, length, charsDirect, counted }: ArrayLayout): string {
    if (counted) return this.#countedBody(element);
    const text = charsDirect && length > 0 && element.kind === "int" && element.isChar;
    const asText = text ? `const t = chars(x, a, ${length});\nif (t !== undefined) return t;\n` : "";
    const loop = `for (let i = 0; i < ${length}; i++, a += ${element.size}) o.push(${this.expression(element, 0)});\n`;
    return `${asText}const o = [];\n${loop}return o;\n`;
  }

  /** Reads as many elements as the count before them says; a single one is returned without an array. */
  #countedBody(element: Layout): string {
    const one = this.expression(element, 0);
    const loop = `for (let i = 0; i < n; i++, a += ${element.size}) o.push(${one});\n`;
    return `const n = d.getUint32(a, ${LITTLE_ENDIAN});\na += 4;\nif (n === 1) return ${one};\nconst o = [];\n${loop}return o;\n`;
  }

  #recordBody(fields: readonly NamedField[]): string {
    const lines = fields.map((field) => {
      const value = this.field(field);
      if (field.name === "__proto__") return `setProto(o, ${value});`;
      return `o[n${this.names.push(field.name) - 1}] = ${value};`;
    });
    return `const o = new R${this.records++}();\n${lines.join("\n")}\nreturn o;\n`;
  }
}

function bytesCode(bitOffset: number, size: number): string {
  const at = address(shifted(VALUE, bitOffset));
  return `x.slice(${at}, ${at} + ${size})`;
}
