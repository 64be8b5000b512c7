import type { Layout } from "../../schema/layout.ts";
import { namedFields } from "../../schema/named-fields.ts";

/** One place in a key or value: all that is needed to read it without the rest. */
export interface Field {
  /** As it is written: `key.saddr`, `value.slots[3]`, `value["odd name"]`. */
  readonly path: string;
  readonly side: "key" | "value";
  readonly layout: Layout;
  /** From the start of the key or value. */
  readonly bitOffset: number;
  /** Width of a bit-field; 0 where the whole type is meant. */
  readonly bitfieldBits: number;
}

/** The whole key or value. */
export function wholeField(side: Field["side"], layout: Layout): Field {
  return { path: side, side, layout, bitOffset: 0, bitfieldBits: 0 };
}

/** The members of a record or section by their names, those of anonymous members among them; none of anything else. */
export function membersOf(field: Field): Field[] {
  const { layout, side, path, bitOffset } = field;
  if (layout.kind !== "struct" && layout.kind !== "union" && layout.kind !== "section") return [];
  return namedFields(layout, bitOffset).map(({ name, ...place }) => ({
    path: path + memberText(name),
    side,
    ...place,
  }));
}

/** The member of that name. */
export function memberOf(field: Field, name: string): Field | undefined {
  const path = field.path + memberText(name);
  return membersOf(field).find((member) => member.path === path);
}

/** An element of an array; undefined for anything else, or behind its end. */
export function elementOf(field: Field, index: number): Field | undefined {
  const { layout, side, path, bitOffset } = field;
  if (layout.kind !== "array" || layout.counted || !Number.isInteger(index)) return undefined;
  if (index < 0 || index >= layout.length) return undefined;
  const { element } = layout;
  const at = bitOffset + index * element.size * 8;
  return { path: `${path}[${index}]`, side, layout: element, bitOffset: at, bitfieldBits: 0 };
}

/** The names that `memberOf` takes. */
export function memberNames({ layout }: Field): string[] {
  if (layout.kind !== "struct" && layout.kind !== "union" && layout.kind !== "section") return [];
  return namedFields(layout).map(({ name }) => name);
}

/** How a member is written behind the path of its record. */
export function memberText(name: string): string {
  return /^[A-Za-z_]\w*$/.test(name) ? `.${name}` : `[${JSON.stringify(name)}]`;
}

/** The bytes that stand for text up to a NUL: an array of `char`, also behind a typedef. */
export function isText({ kind, ...layout }: Layout): boolean {
  const array = layout as Extract<Layout, { kind: "array" }>;
  return kind === "array" && !array.counted && array.element.kind === "int" && array.element.isChar && array.length > 0;
}

/** The bits of an integer, enum, pointer or bit-field; undefined for what is no integer. */
export interface IntegerBits {
  /** From the start of the key or value. */
  readonly start: number;
  readonly width: number;
  readonly signed: boolean;
}

/** What a scalar is read by. */
export type ScalarField = Pick<Field, "layout" | "bitOffset" | "bitfieldBits">;

export function integerBits({ layout, bitOffset, bitfieldBits }: ScalarField): IntegerBits | undefined {
  switch (layout.kind) {
    case "int": {
      const signed = layout.encoding === "signed";
      if (bitfieldBits > 0) return { start: bitOffset, width: bitfieldBits, signed };
      return { start: bitOffset + layout.bitOffset, width: layout.bits, signed };
    }
    case "enum":
      return { start: bitOffset, width: bitfieldBits || layout.size * 8, signed: layout.signed };
    case "pointer":
      return { start: bitOffset, width: bitfieldBits || 64, signed: false };
    default:
      return undefined;
  }
}
