import { leafColumns } from "../../query/fields/columns.ts";
import type { Follower } from "../../query/follow/follower.ts";
import { rateText } from "../quantities.ts";
import { type CellOptions, fieldText } from "../rows/cells.ts";
import { displayWidth, visible } from "../terminal/visible.ts";

/** Arrays of up to so many elements have a line for each. */
const ELEMENTS = 64;

/** Returns a followed row whole: a line for each field, with change and rate of those that count. */
export function entryLines(follower: Follower, row: number, options: CellOptions): string[] {
  const { entryTypes, shape } = follower.query;
  const columns = follower.query.columns ?? leafColumns({ entryTypes, cpu: shape.cpus > 0 }, { elements: ELEMENTS });
  const names = columns.map(({ name }) => visible(name));
  const widest = Math.max(0, ...names.map(displayWidth));
  return columns.map(({ source }, i) => {
    const name = (names[i] ?? "").padEnd(widest);
    if (source.kind === "cpu") return `${name}  ${follower.table.cpuOf(row)}`;
    if (source.kind !== "field") return name;
    const { keys, keysView, k, values, valuesView, v } = follower.now(row);
    const print = fieldText(source.field, options);
    const text = source.field.side === "key" ? print(keys, keysView, k) : print(values, valuesView, v);
    return `${name}  ${visible(text)}${changeText(follower, row, source.field.path)}`;
  });
}

function changeText(follower: Follower, row: number, path: string): string {
  const counter = follower.counters.find((one) => one.path === path && one.countsUp);
  if (counter === undefined) return "";
  const change = follower.change(row, counter);
  if (change === "reset") return "  (reset)";
  if (Number(change) === 0) return "";
  return `  (${change > 0 ? "+" : ""}${change}, ${rateText(follower.rate(row, counter) ?? 0)}/s)`;
}

/** Returns the key of a row; undefined where rows are no entries with a key. */
export function keyOfRow(follower: Follower, row: number): Uint8Array | undefined {
  const { shape, grouping } = follower.query;
  const { keySize } = shape;
  if (keySize === 0 || grouping !== undefined) return undefined;
  const { keys, k } = follower.now(row);
  return keys.slice(k, k + keySize);
}
