import type { Layout, RecordLayout, SectionLayout } from "./layout.ts";

/** A run of bits that belong to no field. */
export interface Gap {
  /** Bits from the start of the record. */
  readonly from: number;
  readonly to: number;
}

/** The gaps between the fields of a struct, and behind the last one; none for a union. */
export function gapsOf(layout: RecordLayout | SectionLayout): Gap[] {
  if (layout.kind === "union") return [];
  const gaps: Gap[] = [];
  let end = 0;
  for (const { from, to } of spansOf(layout).sort((a, b) => a.from - b.from)) {
    if (from > end) gaps.push({ from: end, to: from });
    end = Math.max(end, to);
  }
  if (end < layout.size * 8) gaps.push({ from: end, to: layout.size * 8 });
  return gaps;
}

/** For each byte of a value, the bits that belong to no field of it: set bits are padding. */
export function paddingMask(layout: Layout): Uint8Array {
  const known = new Map<Layout, Uint8Array>();
  const maskOf = (node: Layout): Uint8Array => {
    const made = known.get(node) ?? computeMask(node, maskOf);
    known.set(node, made);
    return made;
  };
  return maskOf(layout);
}

function computeMask(layout: Layout, maskOf: (layout: Layout) => Uint8Array): Uint8Array {
  const mask = new Uint8Array(layout.size);
  if (layout.kind === "array" && layout.element.size > 0) {
    const element = maskOf(layout.element);
    for (let i = 0; i < layout.length; i++) mask.set(element, i * layout.element.size);
  }
  if (layout.kind !== "struct" && layout.kind !== "union" && layout.kind !== "section") return mask;
  mask.fill(0xff);
  if (layout.kind === "section") {
    for (const { offset, layout: of } of layout.vars) mask.set(maskOf(of), offset);
    return mask;
  }
  for (const field of layout.fields) {
    const from = field.bitOffset;
    if (field.bitfieldBits > 0 || from % 8 !== 0)
      clearBits(mask, from, from + (field.bitfieldBits || bitsOf(field.layout)));
    else clearWhere(mask, from / 8, maskOf(field.layout));
  }
  return mask;
}

/** In a union a bit is padding if it is so for all members. */
function clearWhere(mask: Uint8Array, at: number, inner: Uint8Array): void {
  for (let i = 0; i < inner.length; i++) mask[at + i] = (mask[at + i] as number) & (inner[i] as number);
}

function clearBits(mask: Uint8Array, from: number, to: number): void {
  for (let bit = from; bit < to; bit++) mask[bit >> 3] = (mask[bit >> 3] as number) & ~(1 << (bit & 7));
}

function spansOf(layout: RecordLayout | SectionLayout): Gap[] {
  if (layout.kind === "section") {
    return layout.vars.map(({ offset, layout: of }) => ({ from: offset * 8, to: (offset + of.size) * 8 }));
  }
  return layout.fields.map((field) => {
    return { from: field.bitOffset, to: field.bitOffset + (field.bitfieldBits || bitsOf(field.layout)) };
  });
}

function bitsOf(layout: Layout): number {
  return layout.kind === "int" ? layout.bitOffset + layout.bits : layout.size * 8;
}
