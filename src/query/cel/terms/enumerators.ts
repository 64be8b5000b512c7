import type { EnumLayout } from "../../../schema/layout.ts";
import { layoutsOf } from "../../fields/layouts.ts";
import type { EntryTypes } from "../../fields/path.ts";

/** An enumerator of a type that occurs in the map. */
export interface KnownEnumerator {
  readonly layout: EnumLayout;
  readonly value: bigint;
}

/** All enumerators of the types of a map, by name. */
export type KnownEnums = ReadonlyMap<string, readonly KnownEnumerator[]>;

export function knownEnums(entryTypes: EntryTypes): KnownEnums {
  const known = new Map<string, KnownEnumerator[]>();
  for (const layout of layoutsOf(entryTypes)) if (layout.kind === "enum") collect(layout, known);
  return known;
}

/** The enumerators of that name: that of the enum that is expected, or all. */
export function findEnumerators(
  known: KnownEnums,
  name: string,
  expected: EnumLayout | undefined,
): readonly KnownEnumerator[] {
  if (expected === undefined) return known.get(name) ?? [];
  const value = enumeratorValue(expected, name);
  return value === undefined ? [] : [{ layout: expected, value }];
}

/** The value of an enumerator; undefined where the enum has none of that name. */
export function enumeratorValue({ values }: EnumLayout, name: string): bigint | undefined {
  return values.find((one) => one.name === name)?.value;
}

/** The value of `NEW|ESTABLISHED|0x8`, as the renderer `flags` shows it; undefined where a part has no meaning. */
export function flagsValue(layout: EnumLayout, text: string): bigint | undefined {
  let sum = 0n;
  for (const part of text.split("|")) {
    const value = /^0x[0-9a-f]{1,16}$/.test(part) ? BigInt(part) : enumeratorValue(layout, part);
    if (value === undefined) return undefined;
    sum |= value;
  }
  return sum;
}

function collect(layout: EnumLayout, known: Map<string, KnownEnumerator[]>): void {
  for (const { name, value } of layout.values) {
    const before = known.get(name);
    if (before === undefined) known.set(name, [{ layout, value }]);
    else before.push({ layout, value });
  }
}
