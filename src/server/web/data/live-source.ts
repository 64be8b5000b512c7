import type {
  ChangesFrame,
  EntriesFrame,
  EventsFrame,
  Live,
  MapQuestion,
  MapsFrame,
  MistakeFrame,
  ShownEvent,
} from "../../page/contract.ts";
import {
  type About,
  type EventsState,
  type MapState,
  type MapsState,
  missing,
  type PageSource,
  type Unsubscribe,
} from "./source.ts";
import { TableModel } from "./table-model.ts";

/** The samples and events that are kept. */
const SAMPLES = 150;
const EVENTS = 500;

type Listen = (event: string, take: (data: unknown) => void) => void;

/** The data of a server, as they change. What a hidden tab would show isn't asked for. */
export class LiveSource implements PageSource {
  readonly isLive = true;
  readonly about: About;
  #isConnected = true;
  readonly #watchers = new Set<(isConnected: boolean) => void>();

  constructor({ tool, kernel, host }: Live) {
    this.about = { tool, kernel, host, time: undefined, file: "" };
  }

  maps(show: (state: MapsState) => void): Unsubscribe {
    let times: readonly number[] = [];
    let entries: Readonly<Record<number, readonly (number | null)[]>> = {};
    return this.#listen("/api/live/maps", (on) => {
      let isFirst = true;
      on("maps", (data) => {
        const frame = data as MapsFrame;
        const before = isFirst ? 0 : times.length;
        times = [...(isFirst ? [] : times), ...frame.times].slice(-SAMPLES);
        entries = Object.fromEntries(
          frame.maps.map(({ id }) => [id, joined(isFirst ? undefined : entries[id], frame.entries[id] ?? [], before)]),
        );
        isFirst = false;
        const samples = new Map(Object.entries(entries).map(([id, values]) => [Number(id), values]));
        show({ maps: frame.maps, why: frame.why, samples: { times, entries: samples } });
      });
    });
  }

  map({ id, where, sort }: MapQuestion, show: (state: MapState) => void): Unsubscribe {
    const model = new TableModel();
    let state: MapState = { ...missing(""), model };
    const next = (change: Partial<MapState>): void => {
      state = { ...state, ...change };
      show(state);
    };
    const query = new URLSearchParams({ ...(where !== "" && { where }), ...(sort !== "" && { sort }) });
    return this.#listen(`/api/live/map/${id}?${query}`, (on, close) => {
      on("entries", (data) => {
        const { map, head, entries } = data as EntriesFrame;
        if (head === null || entries === null) show(missing(`there is no map with the id ${id}`));
        else {
          model.replace(entries.rows);
          next({ map: map ?? state.map, head, entries, mistake: "" });
        }
      });
      on("changes", (data) => {
        const { map, rows, removed, entries } = data as ChangesFrame;
        model.change(rows, removed);
        next({ map: map ?? state.map, entries, mistake: "" });
      });
      on("mistake", (data) => {
        next({ mistake: (data as MistakeFrame).message });
        close();
      });
      on("end", close);
    });
  }

  events(id: number, type: string, show: (state: EventsState) => void): Unsubscribe {
    let events: readonly ShownEvent[] = [];
    let frame: EventsState["frame"] = { total: 0, lost: 0, overrun: 0, bytes: 0 };
    const query = new URLSearchParams(type === "" ? {} : { type });
    return this.#listen(`/api/live/events/${id}?${query}`, (on, close) => {
      on("events", (data) => {
        const { events: more, ...counts } = data as EventsFrame;
        frame = counts;
        // A server that was started again counts from 1.
        const isNew = (more[0]?.id ?? Number.POSITIVE_INFINITY) > (events.at(-1)?.id ?? 0);
        events = [...(isNew ? events : []), ...more].slice(-EVENTS);
        show({ events, frame, mistake: "" });
      });
      on("mistake", (data) => {
        show({ events, frame, mistake: (data as MistakeFrame).message });
        close();
      });
    });
  }

  snapshot(id: number): string {
    return `/api/snapshot/${id}`;
  }

  connection(show: (isConnected: boolean) => void): Unsubscribe {
    this.#watchers.add(show);
    show(this.#isConnected);
    return () => void this.#watchers.delete(show);
  }

  /** Listens while the tab can be seen. */
  #listen(url: string, start: (on: Listen, close: () => void) => void): Unsubscribe {
    let source: EventSource | undefined;
    let isDone = false;
    const close = (): void => {
      source?.close();
      source = undefined;
    };
    const open = (): void => {
      const opened = new EventSource(url);
      source = opened;
      opened.onopen = () => this.#tell(true);
      opened.onerror = () => {
        this.#tell(false);
        // Browsers give up for good where the server answers with an error.
        if (opened.readyState === EventSource.CLOSED && source === opened) {
          source = undefined;
          setTimeout(follow, RETRY_MS);
        }
      };
      const on: Listen = (event, take) => {
        opened.addEventListener(event, (message) => take(JSON.parse((message as MessageEvent<string>).data)));
      };
      start(on, () => {
        isDone = true;
        close();
      });
    };
    const follow = (): void => {
      if (document.hidden) close();
      else if (source === undefined && !isDone) open();
    };
    document.addEventListener("visibilitychange", follow);
    follow();
    return () => {
      isDone = true;
      document.removeEventListener("visibilitychange", follow);
      close();
    };
  }

  #tell(isConnected: boolean): void {
    this.#isConnected = isConnected;
    for (const show of this.#watchers) show(isConnected);
  }
}

const RETRY_MS = 2000;

/** A map's samples with more of them; one that is new has none before. */
function joined(
  before: readonly (number | null)[] | undefined,
  more: readonly (number | null)[],
  count: number,
): readonly (number | null)[] {
  const known = before ?? Array.from({ length: count }, () => null);
  return [...known, ...more].slice(-SAMPLES);
}
