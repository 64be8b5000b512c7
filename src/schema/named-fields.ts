import { EbpfMapError } from "../errors.ts";
import { uniqueNames } from "../unique-names.ts";
import type { FieldLayout, Layout, RecordLayout, SectionLayout } from "./layout.ts";

/** The fields of a record as its JavaScript object has them: anonymous members are replaced by their own fields. */
export interface NamedField {
  /** No other field of the record has it: see {@link uniqueNames}. */
  readonly name: string;
  readonly bitOffset: number;
  readonly bitfieldBits: number;
  readonly layout: Layout;
  /** BTF declaration tags of the member, where they were asked for. */
  readonly tags?: readonly string[] | undefined;
}

/** A member of a record, with the name under which everything but the bpftool dialect knows it. */
export interface Member {
  /** "" for an anonymous record alone: its members stand beside it. */
  readonly name: string;
  /** From the start of the record that was asked about, through anonymous ones. */
  readonly bitOffset: number;
  /** As it was declared. */
  readonly field: FieldLayout;
  /** The members of an anonymous record; undefined for any other member. */
  readonly members: readonly Member[] | undefined;
}

/** As many members as one BTF record can have. */
const MAX_FIELDS = 65535;

/**
 * The fields of a record under their names; those of anonymous structs and unions belong to the record around them.
 * Throws LAYOUT_INVALID where that makes more of them than a record can have: anonymous unions of anonymous unions
 * double with each level.
 */
export function namedFields(layout: RecordLayout | SectionLayout, base = 0): NamedField[] {
  return flatFields(membersOfRecord(layout), base);
}

/** The members of a record by their names, anonymous records kept as what they are. Throws like {@link namedFields}. */
export function membersOfRecord(layout: RecordLayout | SectionLayout): readonly Member[] {
  const count = memberCount(layout, new Map());
  if (count > MAX_FIELDS) {
    throw new EbpfMapError(
      "LAYOUT_INVALID",
      `name the fields of ${layout.typeName || "a record"}: ${count} are too many`,
    );
  }
  const names = uniqueNames(declaredNames(layout));
  let next = 0;
  const named = (record: RecordLayout | SectionLayout, base: number): Member[] =>
    fieldsOf(record).map((field): Member => {
      const bitOffset = base + field.bitOffset;
      const inner = anonymousRecord(field);
      if (inner === undefined) return { name: names[next++] ?? "", bitOffset, field, members: undefined };
      return { name: "", bitOffset, field, members: named(inner, bitOffset) };
    });
  return named(layout, 0);
}

/** The record whose members a field without a name adds to those of the record around it. */
export function anonymousRecord({ name, bitfieldBits, layout }: FieldLayout): RecordLayout | undefined {
  // A bit-field is a number, whatever its type: only so many bits of it are there.
  if (name !== "" || bitfieldBits > 0) return undefined;
  return layout.kind === "struct" || layout.kind === "union" ? layout : undefined;
}

function flatFields(members: readonly Member[], base: number): NamedField[] {
  return members.flatMap(({ name, bitOffset, field, members: inner }) => {
    if (inner !== undefined) return flatFields(inner, base);
    const { bitfieldBits, layout, tags } = field;
    return [{ name, bitOffset: base + bitOffset, bitfieldBits, layout, ...(tags === undefined ? {} : { tags }) }];
  });
}

function memberCount(layout: RecordLayout | SectionLayout, known: Map<Layout, number>): number {
  const before = known.get(layout);
  if (before !== undefined) return before;
  const count = fieldsOf(layout).reduce((sum, field) => {
    const inner = anonymousRecord(field);
    return sum + 1 + (inner === undefined ? 0 : memberCount(inner, known));
  }, 0);
  known.set(layout, count);
  return count;
}

function declaredNames(layout: RecordLayout | SectionLayout): string[] {
  return fieldsOf(layout).flatMap((field) => {
    const inner = anonymousRecord(field);
    return inner === undefined ? [field.name] : declaredNames(inner);
  });
}

function fieldsOf(layout: RecordLayout | SectionLayout): readonly FieldLayout[] {
  if (layout.kind !== "section") return layout.fields;
  return layout.vars.map(({ name, offset, layout: of }) => ({
    name,
    bitOffset: offset * 8,
    bitfieldBits: 0,
    layout: of,
  }));
}
