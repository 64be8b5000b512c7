import type { JSX } from "preact";
import type { Order } from "../data/route.ts";
import type { Go } from "../data/use-route.ts";

export interface SortButtonProps {
  readonly path: string;
  readonly title: string;
  readonly order: Order | undefined;
  /** The direction of the first click. */
  readonly isDescending: boolean;
  readonly go: Go;
}

/** The title of a column, which sorts by it: one way, the other way, not at all. */
export function SortButton({ path, title, order, isDescending, go }: SortButtonProps): JSX.Element {
  const isSorted = order?.path === path;
  const next = !isSorted
    ? { path, descending: isDescending }
    : order.descending === isDescending
      ? { path, descending: !isDescending }
      : undefined;
  return (
    <button type="button" class="sort" title={path} onClick={() => go({ order: next })}>
      <bdi>{title}</bdi>
      <span aria-hidden="true" class="arrow">
        {isSorted ? (order.descending ? "▼" : "▲") : ""}
      </span>
    </button>
  );
}
