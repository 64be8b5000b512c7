import type { ArrayLayout, Layout, RecordLayout } from "./layout.ts";
import { type Member, membersOfRecord, type NamedField } from "./named-fields.ts";

/** A field of a record, and whether a value may end in it: it is the last one, or in a union that is. */
export interface CutField extends NamedField {
  readonly isLast: boolean;
}

/** The location of a field in its record, and whether a value may end in it. */
export type CutLocation = Pick<CutField, "layout" | "bitOffset" | "bitfieldBits" | "isLast">;

/**
 * The part of a field that a value has which was cut. "members": it is a record, whose members each have their own
 * answer. "elements": it is the array at the end, with so many whole elements.
 */
export type Extent =
  | { readonly kind: "whole" | "missing" }
  | { readonly kind: "members"; readonly layout: RecordLayout }
  | { readonly kind: "elements"; readonly layout: ArrayLayout; readonly count: number };

/** Bytes to have behind a cut value: reading a bit-field may look at bytes that aren't its own. */
export const CUT_MARGIN = 16;

const WHOLE: Extent = { kind: "whole" };
const MISSING: Extent = { kind: "missing" };

/**
 * Returns the part of a field that lies within `length` bytes. What programs send over a stream is laid out so: fields
 * that are wholly there are there; the array at the end goes on to the end of the bytes, also past the type's size
 * where it was declared without a length; everything else is missing.
 */
export function extentIn(location: CutLocation, length: number): Extent {
  const { layout, bitOffset, bitfieldBits, isLast } = location;
  if (bitfieldBits > 0) return bitOffset + bitfieldBits <= length * 8 ? WHOLE : MISSING;
  const start = bitOffset / 8;
  const fits = start + layout.size <= length;
  const isRecord = layout.kind === "struct" || layout.kind === "union";
  if (isRecord && isLast && endsOpen(layout) && start <= length) return { kind: "members", layout };
  if (isLast && isOpenArray(layout)) return elementsIn(layout, Number.POSITIVE_INFINITY, length - start);
  if (fits) return WHOLE;
  if (isRecord && start < length) return { kind: "members", layout };
  if (isLast && layout.kind === "array" && !layout.counted) return elementsIn(layout, layout.length, length - start);
  return MISSING;
}

function elementsIn(layout: ArrayLayout, most: number, bytes: number): Extent {
  if (bytes < 0) return MISSING;
  const count = layout.element.size === 0 ? 0 : Math.min(most, Math.floor(bytes / layout.element.size));
  return { kind: "elements", layout, count };
}

/** The array was declared without a length, `char data[]`, or with none: it goes on to the end. */
function isOpenArray(layout: Layout): layout is ArrayLayout {
  return layout.kind === "array" && !layout.counted && layout.length === 0 && layout.element.size > 0;
}

const openEnds = new WeakMap<Layout, boolean>();

/** True if values of a type go on behind its size: the last array in it has no length. */
export function endsOpen(layout: Layout): boolean {
  if (layout.kind !== "struct" && layout.kind !== "union") return isOpenArray(layout);
  const known = openEnds.get(layout);
  if (known !== undefined) return known;
  const ends = lastFields(layout).some((field) => field.bitfieldBits === 0 && endsOpen(field.layout));
  openEnds.set(layout, ends);
  return ends;
}

function lastFields({ kind, fields }: RecordLayout): RecordLayout["fields"] {
  return kind === "union" ? fields : fields.slice(-1);
}

/**
 * The type with a length for the array without one, so that it has `size` bytes: for readers that give every value the
 * same room. A type that doesn't end so, or has so many bytes already, stays as it is.
 */
export function withRoom(layout: Layout, size: number): Layout {
  return new Roomy().layout(layout, size);
}

/** Gives types room; one that comes again at the same place, as in a union of unions, only once. */
class Roomy {
  readonly #known = new Map<Layout, Map<number, Layout>>();

  layout(layout: Layout, size: number): Layout {
    if (!endsOpen(layout) || size <= layout.size) return layout;
    const sizes = this.#known.get(layout) ?? new Map<number, Layout>();
    this.#known.set(layout, sizes);
    const known = sizes.get(size) ?? this.#roomy(layout, size);
    sizes.set(size, known);
    return known;
  }

  #roomy(layout: Layout, size: number): Layout {
    if (layout.kind === "array") {
      const length = Math.floor(size / layout.element.size);
      return { ...layout, length, size, open: true };
    }
    if (layout.kind !== "struct" && layout.kind !== "union") return layout;
    const last = new Set(lastFields(layout));
    const fields = layout.fields.map((field) => {
      if (!last.has(field) || field.bitfieldBits > 0) return field;
      return { ...field, layout: this.layout(field.layout, size - field.bitOffset / 8) };
    });
    return { ...layout, fields, size };
  }
}

/** The ends that a value of a type may have: the types of its last fields, with their offsets in bits. */
export type LastFieldOffsets = ReadonlyMap<Layout, ReadonlySet<number>>;

/** Returns the last fields of a value, and the value itself. */
export function lastFieldOffsets(root: Layout): LastFieldOffsets {
  const offsets = new Map<Layout, Set<number>>();
  const visit = (layout: Layout, bitOffset: number): void => {
    const known = offsets.get(layout) ?? new Set();
    offsets.set(layout, known);
    if (known.has(bitOffset)) return;
    known.add(bitOffset);
    if (layout.kind !== "struct" && layout.kind !== "union") return;
    for (const field of lastFields(layout)) {
      if (field.bitfieldBits === 0) visit(field.layout, bitOffset + field.bitOffset);
    }
  };
  visit(root, 0);
  return offsets;
}

/** True if a value may end in a field. */
export function isLastField(offsets: LastFieldOffsets, { layout, bitOffset }: Omit<CutLocation, "isLast">): boolean {
  return offsets.get(layout)?.has(bitOffset) === true;
}

const fieldsInside = new WeakMap<RecordLayout, readonly CutField[]>();
const fieldsAtEnd = new WeakMap<RecordLayout, readonly CutField[]>();

/** The fields of a record under their names, as `namedFields` has them. `isLast`: the value ends in the record. */
export function cutFields(layout: RecordLayout, isLast: boolean): readonly CutField[] {
  const memory = isLast ? fieldsAtEnd : fieldsInside;
  const known = memory.get(layout);
  if (known !== undefined) return known;
  const fields = flatFields(membersOfRecord(layout), layout.kind === "union", isLast);
  memory.set(layout, fields);
  return fields;
}

function flatFields(members: readonly Member[], isUnion: boolean, isLast: boolean): CutField[] {
  return members.flatMap(({ name, bitOffset, field, members: inner }, i) => {
    const ends = isLast && (isUnion || i === members.length - 1);
    if (inner !== undefined) return flatFields(inner, field.layout.kind === "union", ends);
    return [{ name, bitOffset, bitfieldBits: field.bitfieldBits, layout: field.layout, isLast: ends }];
  });
}
