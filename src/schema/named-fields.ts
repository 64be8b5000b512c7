import { EbpfMapError } from "../errors.ts";
import type { FieldLayout, Layout, RecordLayout, SectionLayout } from "./layout.ts";

/** The fields of a record as its JavaScript object has them: anonymous members are replaced by their own fields. */
export interface NamedField {
  readonly name: string;
  readonly bitOffset: number;
  readonly bitfieldBits: number;
  readonly layout: Layout;
  /** BTF declaration tags of the member, where they were asked for. */
  readonly tags?: readonly string[] | undefined;
}

/** As many members as one BTF record can have. */
const MAX_FIELDS = 65535;

/**
 * The fields of a record under their names; those of anonymous structs and unions belong to the record around them.
 * Throws LAYOUT_INVALID where that makes more of them than a record can have: anonymous unions of anonymous unions
 * double with each level.
 */
export function namedFields(layout: RecordLayout | SectionLayout, base = 0): NamedField[] {
  const count = fieldCount(layout, new Map());
  if (count <= MAX_FIELDS) return fieldsAt(layout, base);
  throw new EbpfMapError(
    "LAYOUT_INVALID",
    `name the fields of ${layout.typeName || "a record"}: ${count} are too many`,
  );
}

function fieldCount(layout: RecordLayout | SectionLayout, known: Map<Layout, number>): number {
  if (layout.kind === "section") return layout.vars.length;
  const before = known.get(layout);
  if (before !== undefined) return before;
  const count = layout.fields.reduce((sum, field) => sum + (isMerged(field) ? fieldCount(field.layout, known) : 1), 0);
  known.set(layout, count);
  return count;
}

function fieldsAt(layout: RecordLayout | SectionLayout, base: number): NamedField[] {
  if (layout.kind === "section") {
    return layout.vars.map(({ name, offset, layout: type }) => ({
      name,
      bitOffset: base + offset * 8,
      bitfieldBits: 0,
      layout: type,
    }));
  }
  return layout.fields.flatMap((field) => flatten(field, base));
}

function flatten(field: FieldLayout, base: number): NamedField[] {
  const at = base + field.bitOffset;
  if (isMerged(field)) return fieldsAt(field.layout, at);
  const { name, bitfieldBits, layout, tags } = field;
  return [{ name, bitOffset: at, bitfieldBits, layout, ...(tags === undefined ? {} : { tags }) }];
}

function isMerged(field: FieldLayout): field is FieldLayout & { readonly layout: RecordLayout } {
  // A bit-field is a number, whatever its type: only so many bits of it are there.
  if (field.name !== "" || field.bitfieldBits > 0) return false;
  return field.layout.kind === "struct" || field.layout.kind === "union";
}
