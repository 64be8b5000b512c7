import type { ArrayLayout, EnumLayout, IntLayout, Layout, RecordLayout, SectionLayout } from "../../schema/layout.ts";
import { type NamedField, namedFields } from "../../schema/named-fields.ts";

/**
 * Compiles Layouts into the source of functions `(x, d, a)` from bytes, a DataView of them and an offset to a value.
 * Each record, section and array of a Layout becomes one function, so the source grows with the number of types. Names
 * out of a BTF stand in `names`, not in the source.
 */
export class ValueCompiler {
  readonly functions: string[] = [];
  readonly names: string[] = [];
  /** For each record the function that makes its empty object: see `recordConstructor`. */
  records = 0;
  readonly enums: EnumLayout[] = [];
  readonly #made = new Map<Layout, string>();

  /** An expression for the value at `a + offset`. */
  expression(layout: Layout, offset: number): string {
    const at = offset === 0 ? "a" : `a + ${offset}`;
    switch (layout.kind) {
      case "int":
        return this.#int(layout, offset);
      case "float":
        return layout.size === 4 || layout.size === 8
          ? `d.getFloat${layout.size * 8}(${at}, true)`
          : bytes(at, layout.size);
      case "pointer":
        return `d.getBigUint64(${at}, true)`;
      case "enum":
        return this.#enum(layout, wholeNumber(offset, layout.size * 8, layout.signed));
      case "array":
      case "struct":
      case "union":
      case "section":
        return `${this.#function(layout)}(x, d, ${at})`;
      case "opaque":
        return "null";
    }
    return layout satisfies never;
  }

  #int(layout: IntLayout, offset: number): string {
    if (layout.encoding === "bool") return `x[a + ${offset}] !== 0`;
    const { bits, bitOffset } = layout;
    if (bitOffset !== 0 || bits !== layout.size * 8) return bitField(offset * 8 + bitOffset, layout, bits);
    const value = wholeNumber(offset, bits, layout.encoding === "signed");
    return bits === 64 ? `int64(${value})` : value;
  }

  #enum(layout: EnumLayout, value: string): string {
    return `enumValue(enums[${this.enums.push(layout) - 1}], ${value})`;
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

  /** As many elements as the count before them says; a single one by itself. */
  #countedBody(element: Layout): string {
    const one = this.expression(element, 0);
    const loop = `for (let i = 0; i < n; i++, a += ${element.size}) o.push(${one});\n`;
    return `const n = d.getUint32(a, true);\na += 4;\nif (n === 1) return ${one};\nconst o = [];\n${loop}return o;\n`;
  }

  #recordBody(fields: readonly NamedField[]): string {
    const lines = fields.map((field) => {
      const value = this.#field(field);
      if (field.name === "__proto__") return `setProto(o, ${value});`;
      return `o[n${this.names.push(field.name) - 1}] = ${value};`;
    });
    return `const o = new R${this.records++}();\n${lines.join("\n")}\nreturn o;\n`;
  }

  #field({ bitOffset, bitfieldBits, layout }: NamedField): string {
    if (bitfieldBits === 0 && bitOffset % 8 === 0) return this.expression(layout, bitOffset / 8);
    if (layout.kind === "int" && bitfieldBits === 0) return bitField(bitOffset + layout.bitOffset, layout, layout.bits);
    const value = bitField(bitOffset, layout, bitfieldBits);
    return layout.kind === "enum" ? this.#enum(layout, value) : value;
  }
}

function wholeNumber(offset: number, bits: number, signed: boolean): string {
  const at = offset === 0 ? "a" : `a + ${offset}`;
  const kind = signed ? "Int" : "Uint";
  switch (bits) {
    case 8:
      return signed ? `x[${at}] << 24 >> 24` : `x[${at}]`;
    case 16:
    case 32:
      return `d.get${kind}${bits}(${at}, true)`;
    case 64:
      return `d.getBig${kind}64(${at}, true)`;
    default:
      return `bits(x, ${at}, 0, ${bits}, ${signed})`;
  }
}

/** A number of any width at any bit. Up to four bytes in place, else by a helper. */
function bitField(bitOffset: number, layout: Layout, width: number): string {
  const signed = (layout.kind === "int" && layout.encoding === "signed") || (layout.kind === "enum" && layout.signed);
  const first = Math.floor(bitOffset / 8);
  const value = `bits(x, a + ${first}, ${bitOffset % 8}, ${width}, ${signed})`;
  return layout.kind === "int" && layout.encoding === "bool" ? `${value} != 0` : value;
}

function bytes(at: string, size: number): string {
  return `x.slice(${at}, ${at} + ${size})`;
}
