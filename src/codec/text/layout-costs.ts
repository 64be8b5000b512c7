import { EbpfMapError } from "../../errors.ts";
import type { Layout } from "../../schema/layout.ts";
import { childrenOf, elementCount } from "../access/element-count.ts";

/** Statements that may stand in one generated function; V8 doesn't optimise functions that are too long. */
const INLINE_COST = 256;
/** bpftool would print this much, and so would we; but not gigabytes about a few bytes. */
const MAX_ELEMENTS = 1 << 24;
const MAX_ELEMENTS_PER_BYTE = 1 << 12;

/**
 * Decides which records of a Layout a generated encoder writes in place and which become functions of their own, so
 * that the source grows with the number of types and not with the number of paths to them.
 */
export class LayoutCosts {
  readonly #costs = new Map<Layout, number>();
  readonly #uses = new Map<Layout, number>();

  /** Throws LAYOUT_INVALID for a type whose text would be endless; `path` names it. */
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

  /** Statements that a value costs where it is inlined; also counts how often each record is used. */
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
