import type { RenderContext } from "../../output/render/renderer.ts";
import type { MeasuredMap } from "../../output/stats/stats.ts";
import type { QuerySpec } from "../../query/query.ts";
import { type MapMeasure, MapMeter } from "../../reader/count/map-meter.ts";
import type { MapSource } from "../../reader/map-source.ts";
import { Stamps } from "../../sdk/watch/stamps.ts";
import type { WatchedMap, WatchQuery } from "../../sdk/watch/watcher.ts";
import type { Kernel } from "../../sys/kernel.ts";
import type { ChangesFrame, EntriesFrame, MapQuestion, MapSummary } from "../page/contract.ts";
import { PageMap } from "../page/page-map.ts";
import { mapSummary, type SummaryExtras } from "../page/summary.ts";
import type { FeedWork } from "./shared-feed.ts";

/** Access to maps for the page: finds and queries them by the command line's options and the configuration. */
export interface MapAccess {
  readonly kernel: Kernel;
  readonly clock: () => number;
  readonly now: () => Date;
  readonly around: RenderContext;
  /** Finds a map of this kernel; undefined if it is gone. */
  find(id: number): Promise<WatchedMap | undefined>;
  /** The query of a page, with the renderers that the configuration chooses. */
  query(spec: QuerySpec): WatchQuery;
  /** The pins of a map and who uses it, as far as that is known. */
  extras(id: number): SummaryExtras;
}

/** The least milliseconds from one read to the next, and how many times as long as a read takes there is none. */
const EVERY_MS = 500;
const REST = 10;
/** The share of its time that a map's fill is measured for. */
const MEASURE_MS = 5;

/** Reads a map for the page. */
export class MapWork implements FeedWork {
  readonly #access: MapAccess;
  readonly #question: MapQuestion;
  readonly #meter: MapMeter;
  #watched: WatchedMap | undefined;
  #page: PageMap | undefined;
  #summary: MapSummary | undefined;
  #changes: Pick<ChangesFrame, "rows" | "removed"> = { rows: [], removed: [] };

  constructor(access: MapAccess, question: MapQuestion) {
    this.#access = access;
    this.#question = question;
    this.#meter = new MapMeter(access.kernel, access.clock, MEASURE_MS);
  }

  /** The map, once it was read. */
  get page(): PageMap | undefined {
    return this.#page;
  }

  /** Reads it once. Throws QUERY_INVALID the first time. */
  async once(signal: AbortSignal): Promise<number | undefined> {
    const start = this.#access.clock();
    this.#page ??= await this.#open(signal);
    if (this.#page === undefined) return undefined;
    await this.#measure();
    await this.#page.read();
    this.#changes = this.#page.isCut ? { rows: [], removed: [] } : this.#page.changes();
    if (this.#page.state.kind === "gone") return undefined;
    return Math.max(EVERY_MS, (this.#access.clock() - start) * REST);
  }

  /** All that is known now. */
  frame(): EntriesFrame {
    const page = this.#page;
    if (page === undefined) return { map: null, head: null, entries: null };
    return { map: this.#summary ?? null, head: page.head, entries: page.entries() };
  }

  /** Returns the changes of the last read; undefined where a page has no room for all rows and needs them anew. */
  changes(): ChangesFrame | undefined {
    const page = this.#page;
    if (page === undefined || page.isCut) return undefined;
    return { map: this.#summary ?? null, ...this.#changes, entries: page.facts() };
  }

  async #open(signal: AbortSignal): Promise<PageMap | undefined> {
    const { id, where, sort } = this.#question;
    const { find, query, around, clock, now } = this.#access;
    this.#watched = await find(id);
    if (this.#watched === undefined) return undefined;
    const spec: QuerySpec = {
      ...(where !== "" && { where: { option: "Filter", text: where } }),
      ...(sort !== "" && { sort: { option: "sort", text: sort } }),
    };
    return await PageMap.open(this.#watched, {
      query: query(spec),
      words: ["id", String(id)],
      around,
      moment: { clock, stamps: new Stamps(clock, now), isStopped: () => signal.aborted },
    });
  }

  async #measure(): Promise<void> {
    using map = await this.#watched?.open(false);
    if (map === undefined) return;
    const stats: MeasuredMap = await this.#measured(map);
    this.#summary = mapSummary(stats, this.#access.extras(map.info.id));
  }

  #measured(map: MapSource): Promise<MapMeasure> {
    this.#meter.begin();
    return this.#meter.measure(map);
  }
}
