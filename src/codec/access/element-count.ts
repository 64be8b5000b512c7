import type { Layout } from "../../schema/layout.ts";

/** Returns the layouts of a layout's parts. */
export function childrenOf(layout: Layout): readonly Layout[] {
  switch (layout.kind) {
    case "array":
      return [layout.element];
    case "struct":
    case "union":
      return layout.fields.map((field) => field.layout);
    case "section":
      return layout.vars.map((variable) => variable.layout);
    default:
      return [];
  }
}

/**
 * Counts the parts of a value along all paths. The number has no upper bound: arrays of empty structs and unions in
 * unions take no room in a map, but printing them takes time and memory.
 */
export function elementCount(layout: Layout, known: Map<Layout, number> = new Map()): number {
  const before = known.get(layout);
  if (before !== undefined) return before;
  let count = 1;
  if (layout.kind === "array") count += layout.length * elementCount(layout.element, known);
  else for (const child of childrenOf(layout)) count += elementCount(child, known);
  known.set(layout, count);
  return count;
}
