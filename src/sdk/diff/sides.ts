import type { DiffSides } from "../../output/diff/diff-writer.ts";
import type { Query } from "../../query/query.ts";
import type { MapSource } from "../../reader/map-source.ts";
import { mapView } from "../../reader/views/map-view.ts";

/** The queries of the maps of a comparison, and the function that is told of what a reader should know. */
export interface SideQueries {
  readonly compile: (map: MapSource) => Promise<Query>;
  readonly note: (line: string) => void;
}

/** Opens the queries of both maps. A map without types borrows those of the other if the sizes agree. */
export async function openSides(a: MapSource, b: MapSource, { compile, note }: SideQueries): Promise<DiffSides> {
  const [ofA, ofB] = [await compile(a), await compile(b)];
  const isSized = a.shape.keySize === b.shape.keySize && a.shape.valueSize === b.shape.valueSize;
  const [lacksA, lacksB] = [ofA.entryTypes.untyped !== undefined, ofB.entryTypes.untyped !== undefined];
  if (!isSized || lacksA === lacksB) return { a: ofA, b: ofB };
  const [bare, typed] = lacksA ? [a, b] : [b, a];
  note(`Note: ${bare.label} has no known types: it is compared by those of ${typed.label}`);
  const borrowed = await compile(mapView(bare, { types: () => typed.types() }, "borrowed"));
  return lacksA ? { a: borrowed, b: ofB } : { a: ofA, b: borrowed };
}

/** Returns the reason why entries can't be compared; undefined if they can. */
export function shapeMismatch({ a, b }: DiffSides): string | undefined {
  const [x, y] = [a.shape, b.shape];
  if (x.keySize !== y.keySize) return `the keys have ${x.keySize} and ${y.keySize} bytes`;
  if (x.cpus > 0 !== y.cpus > 0)
    return 'only one of the maps has a value for each CPU (--per-cpu sum, in programs perCpu: "sum", makes one of them)';
  return undefined;
}
