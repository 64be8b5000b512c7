import type { ArrayLayout, FieldLayout, Layout } from "./layout.ts";

/** The array that a type ends with, which a producer may cut short or, if it is flexible, make as long as it likes. */
export interface TrailingArray {
  /** The fields that lead to it from the type, the array's own last: none for a type that is an array. */
  readonly path: readonly FieldLayout[];
  /** Bytes from the start of the type. For a flexible array this may lie before the type's size, in its padding. */
  readonly offset: number;
  readonly array: ArrayLayout;
  /** Declared without a length, `char data[]`: its elements are whatever stands behind the rest. */
  readonly isFlexible: boolean;
}

/**
 * The trailing array of a type: the last field of a struct, or of the struct that is its last field. Undefined for any
 * other type, for elements without bytes, and where another field ends behind the array.
 */
export function trailingArray(layout: Layout): TrailingArray | undefined {
  const path: FieldLayout[] = [];
  let at = layout;
  let offset = 0;
  while (at.kind === "struct") {
    const last = lastField(at.fields);
    if (last === undefined) return undefined;
    path.push(last);
    offset += last.bitOffset / 8;
    at = last.layout;
  }
  if (at.kind !== "array" || at.element.size === 0) return undefined;
  return { path, offset, array: at, isFlexible: at.length === 0 };
}

/** The number of elements of a trailing array that lie wholly inside the first `bytes` bytes of the type. */
export function elementsWithin({ offset, array, isFlexible }: TrailingArray, bytes: number): number {
  const whole = Math.max(0, Math.floor((bytes - offset) / array.element.size));
  return isFlexible ? whole : Math.min(whole, array.length);
}

/** Whether a field of a record that begins at byte `at` lies wholly inside the first `bytes` bytes. */
export function isWithin(field: FieldLayout, at: number, bytes: number): boolean {
  return at * 8 + fieldEnd(field) <= bytes * 8;
}

/** The bytes of a type up to the end of its last field: what is padding behind it need not be there. */
export function usedBytes(layout: Layout): number {
  switch (layout.kind) {
    case "struct":
    case "union":
      return Math.max(0, ...layout.fields.map((field) => Math.ceil(usedEnd(field) / 8)));
    case "section":
      return Math.max(0, ...layout.vars.map(({ offset, layout: of }) => offset + usedBytes(of)));
    case "array":
      return layout.length === 0 ? 0 : (layout.length - 1) * layout.element.size + usedBytes(layout.element);
    default:
      return layout.size;
  }
}

/** The field that ends last; of several that end there, the one that begins last, so the flexible array behind a field. */
function lastField(fields: readonly FieldLayout[]): FieldLayout | undefined {
  return fields.reduce<FieldLayout | undefined>((last, field) => {
    if (last === undefined) return field;
    const [end, before] = [fieldEnd(field), fieldEnd(last)];
    return end > before || (end === before && field.bitOffset >= last.bitOffset) ? field : last;
  }, undefined);
}

/** The bit behind a field, from the start of its record. */
function fieldEnd({ bitOffset, bitfieldBits, layout }: FieldLayout): number {
  return bitOffset + (bitfieldBits || ownBits(layout));
}

function usedEnd({ bitOffset, bitfieldBits, layout }: FieldLayout): number {
  if (bitfieldBits > 0) return bitOffset + bitfieldBits;
  return bitOffset + (layout.kind === "int" ? ownBits(layout) : usedBytes(layout) * 8);
}

function ownBits(layout: Layout): number {
  return layout.kind === "int" ? layout.bitOffset + layout.bits : layout.size * 8;
}
