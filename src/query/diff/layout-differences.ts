import { typeText } from "../../codec/access/accessor.ts";
import { type Field, wholeField } from "../../codec/access/field.ts";
import { leafColumns } from "../fields/columns.ts";
import type { EntryTypes } from "../fields/path.ts";
import type { Query } from "../query.ts";

/** How many elements of an array are compared one by one; a longer one is compared as a whole. */
const COMPARED_ELEMENTS = 64;

/** One place in which the types of two maps are not the same; undefined on the side that doesn't have it. */
export interface LayoutDifference {
  readonly path: string;
  readonly a: string | undefined;
  readonly b: string | undefined;
}

/** All differences between the types of two maps, in the order of the first and then of what only the second has. */
export function layoutDifferences(a: EntryTypes, b: EntryTypes): LayoutDifference[] {
  const [ofA, ofB] = [describe(a), describe(b)];
  const paths = [...ofA.keys(), ...[...ofB.keys()].filter((path) => !ofA.has(path))];
  return paths
    .map((path) => ({ path, a: ofA.get(path), b: ofB.get(path) }))
    .filter((difference) => difference.a !== difference.b);
}

/** The fields that have no fields of their own, by path; elements of arrays up to so many each by itself. */
function leafFields(entryTypes: EntryTypes, elements: number = COMPARED_ELEMENTS): Map<string, Field> {
  const columns = leafColumns({ entryTypes, cpu: false }, elements);
  const fields = columns.flatMap(({ source }) => (source.kind === "field" ? [source.field] : []));
  return new Map(fields.map((field) => [field.path, field]));
}

/** The fields of the value that have no fields of their own, or those that were selected, by path. */
export function valueFields({ entryTypes, columns }: Query): Map<string, Field> {
  const selected = columns?.flatMap(({ source }) => (source.kind === "field" ? [source.field] : []));
  const fields = selected ?? [...leafFields(entryTypes).values()];
  return new Map(fields.filter(({ side }) => side === "value").map((field) => [field.path, field]));
}

function describe(entryTypes: EntryTypes): Map<string, string> {
  const wholes = [
    ...(entryTypes.key === undefined ? [] : [wholeField("key", entryTypes.key)]),
    wholeField("value", entryTypes.value),
  ];
  const places = [...leafFields(entryTypes, 0)].map(([path, field]): [string, string] => [path, placeText(field)]);
  const sizes = wholes.map(({ side, layout }): [string, string] => [side, `${typeText(layout)}, ${layout.size} bytes`]);
  return new Map([...sizes, ...places]);
}

function placeText({ layout, bitOffset, bitfieldBits }: Field): string {
  const byte = Math.floor(bitOffset / 8);
  const bits = bitfieldBits > 0 ? ` : ${bitfieldBits}, bit ${bitOffset % 8}` : "";
  return `${typeText(layout)}${bits} at byte ${byte}`;
}
