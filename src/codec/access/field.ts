import type { Layout } from "../../schema/layout.ts";
import { namedFields } from "../../schema/named-fields.ts";

/** One field of a key or value, with all that is needed to read it alone. */
export interface Field {
  /** The path as users write it: `key.saddr`, `value.slots[3]`, `value["odd name"]`. */
  readonly path: string;
  readonly side: "key" | "value";
  readonly layout: Layout;
  /** Counted from the start of the key or value. */
  readonly bitOffset: number;
  /** The width of a bit-field; 0 for a field that is none. */
  readonly bitfieldBits: number;
}

/** Returns the field that is the whole key or value. */
export function wholeField(side: Field["side"], layout: Layout): Field {
  return { path: side, side, layout, bitOffset: 0, bitfieldBits: 0 };
}

/** Returns the members of a record or section, including those of anonymous members; none for anything else. */
export function membersOf(field: Field): Field[] {
  const { layout, side, path, bitOffset } = field;
  if (layout.kind !== "struct" && layout.kind !== "union" && layout.kind !== "section") return [];
  return namedFields(layout, bitOffset).map(({ name, ...place }) => ({
    path: path + memberText(name),
    side,
    ...place,
  }));
}

/** Returns the member of this name. */
export function memberOf(field: Field, name: string): Field | undefined {
  const path = field.path + memberText(name);
  return membersOf(field).find((member) => member.path === path);
}

/** Returns an element of an array; undefined past its end, and for anything that is no array. */
export function elementOf(field: Field, index: number): Field | undefined {
  const { layout, side, path, bitOffset } = field;
  if (layout.kind !== "array" || layout.counted || !Number.isInteger(index)) return undefined;
  if (index < 0 || index >= layout.length) return undefined;
  const { element } = layout;
  const at = bitOffset + index * element.size * 8;
  return { path: `${path}[${index}]`, side, layout: element, bitOffset: at, bitfieldBits: 0 };
}

/** Returns the names that `memberOf` accepts. */
export function memberNames({ layout }: Field): string[] {
  if (layout.kind !== "struct" && layout.kind !== "union" && layout.kind !== "section") return [];
  return namedFields(layout).map(({ name }) => name);
}

/** Returns the step to a member as a path writes it: `.name`, or `["odd name"]`. */
export function memberText(name: string): string {
  return /^[A-Za-z_]\w*$/.test(name) ? `.${name}` : `[${JSON.stringify(name)}]`;
}

/** Tells whether bytes are text up to a NUL: an array of `char`, through typedefs, too. */
export function isText({ kind, ...layout }: Layout): boolean {
  const array = layout as Extract<Layout, { kind: "array" }>;
  return kind === "array" && !array.counted && array.element.kind === "int" && array.element.isChar && array.length > 0;
}

/** The bits of an integer, enum, pointer or bit-field. */
export interface IntegerBits {
  /** Counted from the start of the key or value. */
  readonly start: number;
  readonly width: number;
  readonly signed: boolean;
}

/** The part of a field that reading a scalar takes. */
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
