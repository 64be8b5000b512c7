import type { ArrayLayout, EnumLayout, IntLayout, Layout, RecordLayout, SectionLayout } from "../schema/layout.ts";
import { type NamedField, namedFields } from "../schema/named-fields.ts";
import { TypeNames } from "./identifiers.ts";

/** A layout that has a declaration of its own in a generated file. */
export type Declared = ArrayLayout | EnumLayout | RecordLayout | SectionLayout;

/** The names that the parts of a layout have in a generated file, and the order in which they are declared. */
export class Names {
  /** Each after the ones that it is made of. */
  readonly declared: Declared[] = [];
  readonly #names = new Map<Layout, string>();
  readonly #taken = new TypeNames();

  /** Names a layout and all its parts; `hint` is for one without a name in C. */
  add(layout: Layout, hint: string): void {
    if (
      this.#names.has(layout) ||
      layout.kind === "int" ||
      layout.kind === "float" ||
      layout.kind === "pointer" ||
      layout.kind === "opaque"
    )
      return;
    const cName = layout.typeName;
    const isNamed = layout.kind !== "array" && cName !== "";
    const name = this.#taken.take(isNamed ? cName : hint);
    this.#names.set(layout, name);
    if (layout.kind === "array") this.add(layout.element, `${hint} element`);
    else if (layout.kind !== "enum")
      for (const field of namedFields(layout)) this.add(field.layout, `${name} ${field.name}`);
    this.declared.push(layout);
  }

  of(layout: Layout): string {
    return this.#names.get(layout) ?? "";
  }

  /** The TypeScript type of a decoded value. */
  type(layout: Layout): string {
    switch (layout.kind) {
      case "int":
        return intType(layout);
      case "float":
        return layout.size === 4 || layout.size === 8 ? "number" : "Uint8Array";
      case "pointer":
        return "bigint";
      case "opaque":
        return "null";
      case "enum":
        return `${this.of(layout)} | number${layout.size > 4 ? " | bigint" : ""}`;
      case "array": {
        const element = this.type(layout.element);
        const list = `readonly ${bracketed(element)}[]`;
        return layout.charsDirect && layout.length > 0 ? `string | ${list}` : list;
      }
      case "struct":
      case "union":
      case "section":
        return this.of(layout);
    }
    return layout satisfies never;
  }

  /** The type of a field, which may use only some bits of its own. */
  fieldType({ bitfieldBits, layout }: NamedField): string {
    if (bitfieldBits === 0 || layout.kind === "enum") return this.type(layout);
    return layout.kind === "int" && layout.encoding === "bool" ? "boolean" : bitfieldBits > 53 ? "bigint" : "number";
  }
}

/** A type as the element of an array type. */
export function bracketed(type: string): string {
  return /[ |]/.test(type) ? `(${type})` : type;
}

function intType({ encoding, bits, size, bitOffset }: IntLayout): string {
  if (encoding === "bool") return "boolean";
  const isWhole = bitOffset === 0 && bits === size * 8;
  return bits > 53 || (isWhole && bits === 64) ? "bigint" : "number";
}
