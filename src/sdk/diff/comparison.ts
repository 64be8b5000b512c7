import type { DiffSides } from "../../output/diff/diff-writer.ts";
import { Diff, type DiffCounts, type DiffEvents } from "../../query/diff/diff.ts";
import { type LayoutDifference, layoutDifferences } from "../../query/diff/layout-differences.ts";
import { OrderedDiff } from "../../query/diff/ordered-diff.ts";
import type { Query, QuerySpec } from "../../query/query.ts";
import type { RowRun } from "../../query/rows/rows.ts";
import type { MapSource } from "../../reader/map-source.ts";
import type { TurnTaker } from "../machine/interruptible.ts";
import { openSides, type SideQueries, shapeMismatch } from "./sides.ts";

/** Reads the rows of one of the maps. */
export type RowsOf = (map: MapSource, query: Query) => AsyncIterable<RowRun>;

/**
 * A comparison of two open maps, which stay the caller's: the one that `diff` of the command writes from bytes, and
 * whose differences `diff()` decodes.
 */
export class Comparison {
  readonly sides: DiffSides;
  /** The differences between their types. */
  readonly layouts: readonly LayoutDifference[];
  /** The reason why entries can't be compared; undefined where they can. */
  readonly mismatch: string | undefined;
  /** Final when the rows have been compared. */
  readonly counts: DiffCounts = { added: 0, removed: 0, changed: 0, same: 0 };
  readonly #maps: readonly [a: MapSource, b: MapSource];

  private constructor(maps: readonly [MapSource, MapSource], sides: DiffSides) {
    this.#maps = maps;
    this.sides = sides;
    this.layouts = layoutDifferences(sides.a.entryTypes, sides.b.entryTypes);
    this.mismatch = shapeMismatch(sides);
  }

  /** Compiles the queries of both maps. Throws QUERY_INVALID. */
  static async open(a: MapSource, b: MapSource, queries: SideQueries): Promise<Comparison> {
    return new Comparison([a, b], await openSides(a, b, queries));
  }

  /**
   * Compares the rows, whose shapes must agree. `events` is told of the differences, in an order only at the end.
   * Yields after each run that has been compared, and after each part of what is told at the end, where the event loop
   * would get no turn without `turns`. Throws what reading throws, and QUERY_INVALID for an order that is none.
   */
  async *compare(
    events: DiffEvents,
    rowsOf: RowsOf,
    { sort, top }: Pick<QuerySpec, "sort" | "top">,
    turns?: TurnTaker,
  ): AsyncGenerator<void, void, undefined> {
    const { sides } = this;
    const [a, b] = this.#maps;
    const ordered = sort === undefined ? undefined : new OrderedDiff(sides, sort, top);
    const diff = new Diff(sides.a, sides.b, this.layouts.length === 0, ordered ?? events);
    for await (const run of rowsOf(a, sides.a)) diff.keep(run);
    for await (const run of rowsOf(b, sides.b)) {
      diff.compare(run);
      yield;
    }
    for (const _ of ended(diff, ordered, events)) {
      yield;
      await turns?.take();
    }
    Object.assign(this.counts, diff.counts);
    yield;
  }
}

/** Tells what is known at the end, part by part. */
function* ended(diff: Diff, ordered: OrderedDiff | undefined, events: DiffEvents): Generator<void, void, undefined> {
  yield* diff.finish();
  if (ordered !== undefined) yield* ordered.tell(events);
}

/**
 * The seconds from the moment of one map to that of the other, by which changes become rates; undefined where both are
 * of now, or the first isn't the earlier.
 */
export function secondsBetween(a: MapSource, b: MapSource, now: () => Date): number | undefined {
  if (a.origin === undefined && b.origin === undefined) return undefined;
  const timeOf = ({ origin }: MapSource): number => (origin === undefined ? now().getTime() : Date.parse(origin.time));
  const seconds = (timeOf(b) - timeOf(a)) / 1000;
  return seconds > 0 ? seconds : undefined;
}
