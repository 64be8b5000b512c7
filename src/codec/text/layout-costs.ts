import { EbpfMapError } from "../../errors.ts";
import type { Layout } from "../../schema/layout.ts";
import { childrenOf, elementCount } from "../access/element-count.ts";

/** The most operations of a record that is not a function of its own. */
const INLINE_COST = 256;
/** Limits that keep a value of a few bytes from being printed as gigabytes. */
const MAX_ELEMENTS = 1 << 24;
const MAX_ELEMENTS_PER_BYTE = 1 << 12;

/**
 * Decides which records a program writes inline and which become functions, so that programs grow with the number of
 * types and not with the number of paths to them.
 */
export class LayoutCosts {
  readonly #costs = new Map<Layout, number>();
  readonly #uses = new Map<Layout, number>();

  /** Counts a layout in. Throws LAYOUT_INVALID for a type whose text would be endless; `path` names it. */
  add(layout: Layout, path: string): void {
    const elements = elementCount(layout);
    if (elements > MAX_ELEMENTS && elements / layout.size > MAX_ELEMENTS_PER_BYTE) {
      throw new EbpfMapError(
        "LAYOUT_INVALID",
        `print ${path}: ${elements} elements in ${layout.size} bytes are endless output`,
      );
    }
    this.#cost(layout);
  }

  isInline(layout: Layout): boolean {
    const shared = (this.#uses.get(layout) ?? 0) > 1 && this.#cost(layout) > 16;
    return !shared && this.#cost(layout) <= INLINE_COST;
  }

  /** Returns the number of operations of an inlined value, and counts the uses of each record. */
  #cost(layout: Layout): number {
    const known = this.#costs.get(layout);
    if (known !== undefined) return known;
    let cost = 1;
    for (const child of childrenOf(layout)) {
      this.#uses.set(child, (this.#uses.get(child) ?? 0) + 1);
      const own = this.#cost(child);
      cost += own > INLINE_COST ? 4 : own + 2;
    }
    this.#costs.set(layout, cost);
    return cost;
  }
}
