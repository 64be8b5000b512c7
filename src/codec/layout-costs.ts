import { EbpfMapError } from "../errors.ts";
import type { Layout } from "../schema/layout.ts";

/** Statements that may stand in one generated function; V8 doesn't optimise functions that are too long. */
const INLINE_COST = 256;
/** Elements that a type without bytes may have in a text: more would be gigabytes about nothing. */
const MAX_PIECES_WITHOUT_BYTES = 1 << 24;

/**
 * Decides which records of a Layout a generated encoder writes in place and which become functions of their own, so
 * that the source grows with the number of types and not with the number of paths to them.
 */
export class LayoutCosts {
  readonly #costs = new Map<Layout, number>();
  readonly #uses = new Map<Layout, number>();

  /** Throws LAYOUT_INVALID for a type whose text would be endless; `path` names it. */
  add(layout: Layout, path: string): void {
    const pieces = countPieces(layout);
    if (layout.size === 0 ? pieces > MAX_PIECES_WITHOUT_BYTES : pieces / layout.size > MAX_PIECES_WITHOUT_BYTES) {
      throw new EbpfMapError(
        "LAYOUT_INVALID",
        `print ${path}: ${pieces} elements in ${layout.size} bytes are endless output`,
      );
    }
    this.#cost(layout);
  }

  isInline(layout: Layout): boolean {
    const shared = (this.#uses.get(layout) ?? 0) > 1 && this.#cost(layout) > 16;
    return !shared && this.#cost(layout) <= INLINE_COST;
  }

  /** Statements that a value costs where it is inlined; also counts how often each record is used. */
  #cost(layout: Layout): number {
    const known = this.#costs.get(layout);
    if (known !== undefined) return known;
    let cost = 1;
    for (const child of children(layout)) {
      this.#uses.set(child, (this.#uses.get(child) ?? 0) + 1);
      const own = this.#cost(child);
      cost += own > INLINE_COST ? 4 : own + 2;
    }
    this.#costs.set(layout, cost);
    return cost;
  }
}

/** How many separate things a value prints, as a number that may well be beyond all bounds. */
function countPieces(layout: Layout, known: Map<Layout, number> = new Map()): number {
  const before = known.get(layout);
  if (before !== undefined) return before;
  let pieces = 1;
  if (layout.kind === "array") pieces += layout.length * countPieces(layout.element, known);
  else for (const child of children(layout)) pieces += countPieces(child, known);
  known.set(layout, pieces);
  return pieces;
}

/** The layouts directly inside of one. */
function children(layout: Layout): readonly Layout[] {
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
