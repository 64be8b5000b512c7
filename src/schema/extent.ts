import type { FieldLayout, Layout } from "./layout.ts";

/** True if a field of a record that begins at byte `at` lies wholly inside the first `bytes` bytes. */
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
