import { readQuery } from "../../output/rows/read-query.ts";
import type { QueryText } from "../../query/fields/query-error.ts";
import {
  type CompareFollowed,
  compileFollowOrder,
  type FollowKey,
  followKeys,
  keysOfOneRead,
  measureName,
  orderRows,
} from "../../query/follow/follow-order.ts";
import { Follower, SAME } from "../../query/follow/follower.ts";
import type { Query, QuerySpec } from "../../query/query.ts";
import type { ReadReport } from "../../reader/entries.ts";
import type { MapSource, SnapshotMoment } from "../../reader/map-source.ts";
import type { MapInfo } from "../../sys/info.ts";
import { interruptibleMap, Turns } from "../machine/interruptible.ts";
import type { StampSource } from "./stamps.ts";

/**
 * A map that is opened for each read and not held open in between: a map that is held does not go away. It is
 * identified once, so that a name which two maps share by now, or a pin of another map, is not taken for it.
 */
export interface WatchedMap {
  /** For messages. */
  readonly label: string;
  readonly info: MapInfo;
  readonly origin: SnapshotMoment | undefined;
  /**
   * Opens the map, which the caller disposes of; undefined if it is gone. Types from other sources are added if
   * `isTyped`.
   */
  open(isTyped: boolean): Promise<MapSource | undefined>;
}

/** The query of a watched map: what is asked for, and how it is compiled for a map. */
export interface WatchQuery {
  readonly spec: QuerySpec;
  readonly compile: (map: MapSource, spec: QuerySpec) => Promise<Query>;
}

/** The clocks of a watcher, and the check whether it should stop. */
export interface WatchMoment {
  readonly clock: () => number;
  readonly stamps: StampSource;
  readonly isStopped: () => boolean;
}

/** Reads a map repeatedly and tracks how its rows change. */
export class Watcher {
  readonly watched: WatchedMap;
  follower: Follower;
  /** The sort keys of rows; empty for the order in which they were read. */
  keys: readonly FollowKey[] = [];
  /** The report of the last read. */
  report: ReadReport | undefined;
  /** Milliseconds that the last read took. */
  took = 0;
  readonly #query: WatchQuery;
  /** The start of the last read. */
  time: Date = new Date(0);
  readonly #moment: WatchMoment;
  /** `--top`: the number of rows that are shown. */
  readonly top: number | undefined;
  #spec: QuerySpec;
  #compare: CompareFollowed | undefined;

  private constructor(watched: WatchedMap, query: WatchQuery, moment: WatchMoment, follower: Follower) {
    const { sort, top, ...rest } = query.spec;
    this.watched = watched;
    this.follower = follower;
    this.#query = query;
    this.#moment = moment;
    this.#spec = rest;
    this.top = top;
    if (sort !== undefined) this.order(followKeys(sort, follower));
  }

  /** Compiles a query for a map; undefined if the map is gone. Throws QUERY_INVALID. */
  static async open(watched: WatchedMap, query: WatchQuery, moment: WatchMoment): Promise<Watcher | undefined> {
    using map = await watched.open(true);
    if (map === undefined) return undefined;
    return new Watcher(watched, query, moment, await newFollower(map, query));
  }

  /** Starts again with another condition, or without one. Returns false if the map is gone. Throws QUERY_INVALID. */
  async filter(where: QueryText | undefined): Promise<boolean> {
    using map = await this.watched.open(true);
    if (map === undefined) return false;
    const { where: _, ...rest } = this.#spec;
    const spec = where === undefined ? rest : { ...rest, where };
    this.follower = await newFollower(map, { ...this.#query, spec });
    this.#spec = spec;
    this.order(this.keys);
    return true;
  }

  /** Changes the order of rows. */
  order(keys: readonly FollowKey[]): void {
    this.keys = keys;
    this.#compare = keys.length === 0 ? undefined : compileFollowOrder(keys, this.follower);
    const ofOneRead = keysOfOneRead(keys);
    this.follower.best = ofOneRead.length === 0 ? undefined : compileFollowOrder(ofOneRead, this.follower);
  }

  /** Describes the rows that are followed if there are too many: `the first by value.bytes:desc`. */
  get followed(): string {
    const keys = keysOfOneRead(this.keys).map(
      ({ measure, descending }) => measureName(measure) + (descending ? ":desc" : ""),
    );
    return keys.length === 0 ? "the first ones met" : `the first by ${keys.join(",")}`;
  }

  /** Reads the map once. Returns false if it is gone. Throws Interrupted, or what reading throws. */
  async read(): Promise<boolean> {
    using map = await this.watched.open(false);
    if (map === undefined) return false;
    const { follower } = this;
    const { clock, stamps, isStopped } = this.#moment;
    const { at, time } = stamps.next();
    const start = clock();
    const source = interruptibleMap(map, new Turns(isStopped, clock));
    this.time = time;
    follower.begin(at);
    this.report = await readQuery(source, follower.query, { begin() {}, write: (run) => follower.add(run), end() {} });
    follower.end(this.report.complete);
    this.took = clock() - start;
    return true;
  }

  /** Returns the first rows in order, of all rows or of those that changed; at most as many as `--top` says. */
  rows(isAll: boolean, limit: number = this.top ?? Number.POSITIVE_INFINITY): number[] {
    const { table, states } = this.follower;
    const compare = this.#compare;
    const rows: number[] = [];
    for (let i = 0; i < table.count; i++) {
      if (isAll || states[i] !== SAME) rows.push(i);
      if (compare === undefined && rows.length >= limit) break;
    }
    return compare === undefined ? rows : orderRows(rows, compare, Number.isFinite(limit) ? limit : undefined);
  }
}

async function newFollower(map: MapSource, query: WatchQuery): Promise<Follower> {
  const { sort: _, top: __, ...spec } = query.spec;
  return new Follower(await query.compile(map, spec));
}
