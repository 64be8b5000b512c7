import type {
  EventsFrame,
  MapHead,
  MapQuestion,
  MapSummary,
  Report,
  ShownEntries,
  ShownEvent,
} from "../../page/contract.ts";
import { modelOf, type TableModel } from "./table-model.ts";

/** The source of the data. */
export interface About {
  readonly tool: string;
  readonly kernel: string;
  readonly host: string;
  /** The moment at which a report was made; undefined for what a server shows. */
  readonly time: string | undefined;
  readonly file: string;
}

/** Entries of a map over time. */
export interface Samples {
  /** Seconds since 1970. */
  readonly times: readonly number[];
  readonly entries: ReadonlyMap<number, readonly (number | null)[]>;
}

/** All maps at a time. */
export interface MapsState {
  /** The reason why maps can't be listed. */
  readonly why: string | null;
  readonly maps: readonly MapSummary[];
  readonly samples: Samples;
}

/** A map at a time. */
export interface MapState {
  readonly map: MapSummary | undefined;
  readonly head: MapHead | undefined;
  readonly entries: Omit<ShownEntries, "rows">;
  readonly model: TableModel;
  /** The mistake in a condition. */
  readonly mistake: string;
  readonly query: readonly string[];
}

/** Stops the updates. */
export type Unsubscribe = () => void;

/** The source of what the page shows: a report's data, or those of a server. */
export interface PageSource {
  readonly isLive: boolean;
  readonly about: About;
  /** Calls `show` with the maps, now and whenever they change. */
  maps(show: (state: MapsState) => void): Unsubscribe;
  map(question: MapQuestion, show: (state: MapState) => void): Unsubscribe;
  /** Calls `show` with the events of a stream, of a C type or "" for bytes; undefined in a report. */
  events?(id: number, type: string, show: (state: EventsState) => void): Unsubscribe;
  /** Calls `show` whenever the server is lost or found again. */
  connection(show: (isConnected: boolean) => void): Unsubscribe;
  /** The address of a snapshot of a map; undefined in a report. */
  snapshot?(id: number): string;
}

/** The events of a stream, the latest last. */
export interface EventsState {
  readonly events: readonly ShownEvent[];
  readonly frame: Omit<EventsFrame, "events">;
  readonly mistake: string;
}

export const NO_SAMPLES: Samples = { times: [], entries: new Map() };

/** The data of a report. */
export class ReportSource implements PageSource {
  readonly isLive = false;
  readonly about: About;
  readonly #report: Report;

  constructor(report: Report) {
    const { tool, kernel, host, time, file } = report;
    this.#report = report;
    this.about = { tool, kernel, host, time, file };
  }

  maps(show: (state: MapsState) => void): Unsubscribe {
    show({ maps: this.#report.maps.map(({ map }) => map), samples: NO_SAMPLES, why: null });
    return () => undefined;
  }

  map({ id }: MapQuestion, show: (state: MapState) => void): Unsubscribe {
    const page = this.#report.maps.find(({ map }) => map.id === id);
    if (page === undefined) show(missing(`this report has no map with the id ${id}`));
    else {
      const { map, head, entries, query } = page;
      show({ map, head, entries, model: modelOf(entries), mistake: "", query });
    }
    return () => undefined;
  }

  connection(show: (isConnected: boolean) => void): Unsubscribe {
    show(true);
    return () => undefined;
  }
}

/** A map that isn't there. */
export function missing(why: string): MapState {
  const entries = { state: { kind: "gone", why } as const, time: "", left: 0, took: 0, notes: [] };
  return { map: undefined, head: undefined, entries, model: modelOf({ rows: [] }), mistake: "", query: [] };
}
