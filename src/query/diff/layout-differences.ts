import { typeText } from "../../codec/access/accessor.ts";
import { type Field, wholeField } from "../../codec/access/field.ts";
import type { EntryTypes } from "../fields/path.ts";
import { leafFields } from "./value-fields.ts";

/** A field whose type or position differs between two maps; undefined for a map that doesn't have it. */
export interface LayoutDifference {
  /** The path of the field: `value.bytes`, or `key` and `value` for the whole. */
  readonly path: string;
  /** The field as the first map has it, as C text; undefined where it has none. */
  readonly a: string | undefined;
  /** The field as the second map has it; undefined where it has none. */
  readonly b: string | undefined;
}

/** All differences between the types of two maps: in the order of the first, then the fields of the second alone. */
export function layoutDifferences(a: EntryTypes, b: EntryTypes): LayoutDifference[] {
  const [ofA, ofB] = [describe(a), describe(b)];
  const paths = [...ofA.keys(), ...[...ofB.keys()].filter((path) => !ofA.has(path))];
  return paths
    .map((path) => ({ path, a: ofA.get(path), b: ofB.get(path) }))
    .filter((difference) => difference.a !== difference.b);
}

function describe(entryTypes: EntryTypes): Map<string, string> {
  const wholes = [
    ...(entryTypes.key === undefined ? [] : [wholeField("key", entryTypes.key)]),
    wholeField("value", entryTypes.value),
  ];
  const fields = [...leafFields(entryTypes, { elements: 0 })].map(([path, field]): [string, string] => [
    path,
    positionText(field),
  ]);
  const sizes = wholes.map(({ side, layout }): [string, string] => [side, `${typeText(layout)}, ${layout.size} bytes`]);
  return new Map([...sizes, ...fields]);
}

function positionText({ layout, bitOffset, bitfieldBits }: Field): string {
  const byte = Math.floor(bitOffset / 8);
  const bits = bitfieldBits > 0 ? ` : ${bitfieldBits}, bit ${bitOffset % 8}` : "";
  return `${typeText(layout)}${bits} at byte ${byte}`;
}
