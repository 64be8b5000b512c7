import type { Layout } from "../../schema/layout.ts";

/** The layouts directly inside of one. */
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
 * How many separate things a value consists of, counted along all paths, as a number that may well be beyond all bounds:
 * arrays of things without bytes and unions in unions take no room in a map, but time and memory to show.
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
