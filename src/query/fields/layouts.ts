import type { Layout } from "../../schema/layout.ts";
import type { EntryTypes } from "./path.ts";

/** An array whose elements are integers of one byte. */
export function isByteArray(layout: Layout): boolean {
  return layout.kind === "array" && !layout.counted && layout.element.kind === "int" && layout.element.size === 1;
}

/** All types that occur in the keys and values of a map, each once. */
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
