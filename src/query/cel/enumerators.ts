import type { EnumLayout, Layout } from "../../schema/layout.ts";
import type { EntryTypes } from "../fields/path.ts";

/** An enumerator of a type that occurs in the map. */
export interface KnownEnumerator {
  readonly layout: EnumLayout;
  readonly value: bigint;
}

/** All enumerators of the types of a map, by name. */
export type KnownEnums = ReadonlyMap<string, readonly KnownEnumerator[]>;

export function knownEnums({ key, value }: EntryTypes): KnownEnums {
  const known = new Map<string, KnownEnumerator[]>();
  for (const layout of layoutsOf({ key, value })) if (layout.kind === "enum") collect(layout, known);
  return known;
}

/** All types that occur in a map, each once. */
export function layoutsOf({ key, value }: Pick<EntryTypes, "key" | "value">): ReadonlySet<Layout> {
  const seen = new Set<Layout>();
  const visit = (layout: Layout): void => {
    if (seen.has(layout)) return;
    seen.add(layout);
    if (layout.kind === "array") visit(layout.element);
    else if (layout.kind === "section") for (const one of layout.vars) visit(one.layout);
    else if (layout.kind === "struct" || layout.kind === "union") for (const one of layout.fields) visit(one.layout);
  };
  visit(value);
  if (key !== undefined) visit(key);
  return seen;
}

/** The enumerators of that name: that of the enum that is expected, or all. */
export function findEnumerators(
  known: KnownEnums,
  name: string,
  expected: EnumLayout | undefined,
): readonly KnownEnumerator[] {
  if (expected === undefined) return known.get(name) ?? [];
  const own = expected.values.find((one) => one.name === name);
  return own === undefined ? [] : [{ layout: expected, value: own.value }];
}

function collect(layout: EnumLayout, known: Map<string, KnownEnumerator[]>): void {
  for (const { name, value } of layout.values) known.set(name, [...(known.get(name) ?? []), { layout, value }]);
}
