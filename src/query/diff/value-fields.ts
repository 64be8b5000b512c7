import type { Field } from "../../codec/access/field.ts";
import { isSpecialField } from "../../schema/special-fields.ts";
import { type LeafOptions, leafColumns } from "../fields/columns.ts";
import type { EntryTypes } from "../fields/path.ts";
import type { Query } from "../query.ts";

/** Arrays of up to so many elements are compared element by element; a longer one is compared as a whole. */
const COMPARED_ELEMENTS = 64;

/** The fields without members of their own, by path; those of arrays of up to `elements` elements one by one. */
export function leafFields(entryTypes: EntryTypes, options: LeafOptions): Map<string, Field> {
  const columns = leafColumns({ entryTypes, cpu: false }, options);
  const fields = columns.flatMap(({ source }) => (source.kind === "field" ? [source.field] : []));
  return new Map(fields.map((field) => [field.path, field]));
}

/**
 * The fields by which two values are compared, by path: the leaves of the value, or what `--select` names of it. Fields
 * that belong to the kernel are left out, since they show something else at each read.
 */
export function comparedFields({ entryTypes, columns }: Query): Map<string, Field> {
  const options = { elements: COMPARED_ELEMENTS, isWhole: isSpecialField };
  const leaves = [...leafFields(entryTypes, options).values()];
  const special = leaves.filter(({ side, layout }) => side === "value" && isSpecialField(layout));
  const selected = columns?.flatMap(({ source }) => (source.kind === "field" ? [source.field] : []));
  const compared = (selected ?? leaves).filter(
    (field) => field.side === "value" && !special.some((other) => isWithin(field, other)),
  );
  return new Map(compared.map((field) => [field.path, field]));
}

/** Tests whether all of a field lies inside of another one. */
function isWithin(field: Field, other: Field): boolean {
  return field.bitOffset >= other.bitOffset && endOf(field) <= endOf(other);
}

function endOf({ bitOffset, bitfieldBits, layout }: Field): number {
  return bitOffset + (bitfieldBits || layout.size * 8);
}
