import type { ArrayLayout, EnumLayout, IntLayout, Layout, RecordLayout, SectionLayout } from "../schema/layout.ts";
import { type NamedField, namedFields } from "../schema/named-fields.ts";
import type { FileNames } from "./identifiers.ts";
import { Structures } from "./structure.ts";

/** A layout that has a declaration of its own in a generated file. */
export type Declared = ArrayLayout | EnumLayout | RecordLayout | SectionLayout;

/** The names that the parts of layouts have in a generated file, and the order in which they are declared. */
export class Names {
  /** The layouts that have decoders, each after the ones that it is made of. */
  readonly decoded: Declared[] = [];
  /** Those that only the runtime decodes: aggregates of per-CPU values, and events. */
  readonly aggregated: Declared[] = [];
  readonly events: Declared[] = [];
  readonly #file: FileNames;
  readonly #structures = new Structures();
  /** By structure: a type that key and value share is declared once. */
  readonly #names = new Map<number, string>();

  constructor(file: FileNames) {
    this.#file = file;
  }

  /** Names a layout and all its parts; `hint` is for one without a name in C. */
  add(layout: Layout, hint: string): void {
    this.#add(layout, hint, "", this.decoded);
  }

  /** The same for an aggregate; `suffix` tells its types from those that they are made of. */
  addAggregate(layout: Layout, hint: string, suffix: string): void {
    this.#add(layout, hint, suffix, this.aggregated);
  }

  /** The same for an event. */
  addEvent(layout: Layout, hint: string): void {
    this.#add(layout, hint, "", this.events);
  }

  #add(layout: Layout, hint: string, suffix: string, declared: Declared[]): void {
    if (layout.kind === "int" || layout.kind === "float" || layout.kind === "pointer" || layout.kind === "opaque")
      return;
    const structure = this.#structures.numberOf(layout);
    if (this.#names.has(structure)) return;
    const cName = layout.kind === "array" ? "" : layout.typeName;
    const name = this.#file.type(`${cName === "" ? hint : cName}${layout.kind === "enum" ? "" : suffix}`);
    this.#names.set(structure, name);
    if (layout.kind === "array") this.#add(layout.element, `${hint} element`, suffix, declared);
    else if (layout.kind !== "enum") {
      for (const field of namedFields(layout)) this.#add(field.layout, `${name} ${field.name}`, "", declared);
    }
    declared.push(layout);
  }

  of(layout: Layout): string {
    return this.#names.get(this.#structures.numberOf(layout)) ?? "";
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
        if (layout.counted === true) return `${element} | ${list}`;
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
