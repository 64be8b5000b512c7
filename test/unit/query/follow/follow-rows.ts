import { Follower } from "../../../../src/query/follow/follower.ts";
import type { Asked } from "../run-query.ts";
import { type Entry, inputOf, queryOf, runOf, type TypedMap } from "../typed-rows.ts";

/** A follower of a map in memory. */
export function followerOf(map: TypedMap, { maxRows, ...asked }: Asked & { maxRows?: number } = {}): Follower {
  return new Follower(queryOf(map, asked), maxRows);
}

/** Feeds one read, at a moment in milliseconds, to a follower. */
export function readEntries(
  follower: Follower,
  map: TypedMap,
  at: number,
  entries: readonly Entry[],
  isComplete = true,
): void {
  follower.begin(at);
  follower.add(runOf(inputOf(map), entries));
  follower.end(isComplete);
}
