import type { JSX } from "preact";
import { useEffect, useState } from "preact/hooks";
import type { EntriesState, MapHead, MapSummary } from "../../page/contract.ts";
import { commandLine } from "../data/command-line.ts";
import { orderText, type Tab, type View } from "../data/route.ts";
import type { MapState, PageSource } from "../data/source.ts";
import type { Go } from "../data/use-route.ts";
import { clockText, countText, momentText, sizeText, WHEN_FULL } from "../data/words.ts";
import { CommandCopy } from "../parts/copy.tsx";
import { Fill } from "../parts/fill.tsx";
import { FilterBox } from "../parts/filter-box.tsx";
import { TabList } from "../parts/tab-list.tsx";
import { ChartTab } from "./chart-tab.tsx";
import { EntriesTab } from "./entries-tab.tsx";
import { EventsTab } from "./events-tab.tsx";
import { HistogramTab } from "./histogram-tab.tsx";
import { LayoutTab } from "./layout-tab.tsx";

interface MapViewProps {
  readonly id: number;
  readonly source: PageSource;
  readonly route: View;
  readonly go: Go;
}

/** A map: what is known of it, and its entries in several views. */
export function MapView({ id, source, route, go }: MapViewProps): JSX.Element {
  const [{ state, version }, setShown] = useState<{ state: MapState | undefined; version: number }>(NOTHING);
  // The server's order decides only where there are more rows than the page has room for: else viewers share a reader.
  const isCut = (state?.entries.left ?? 0) > 0;
  const sort = route.order === undefined || !isCut ? "" : orderText(route.order);
  const { where } = route;
  useEffect(
    () =>
      source.map({ id, where, sort }, (next) =>
        setShown((before) => ({ state: kept(before.state, next), version: before.version + 1 })),
      ),
    [source, id, where, sort],
  );
  if (state === undefined) return <p class="empty">Reading map {id} …</p>;
  const { head, map } = state;
  if (head === undefined || map === undefined) {
    return state.mistake === "" ? <Missing id={id} state={state} /> : <Mistaken state={state} route={route} go={go} />;
  }
  const tabs = tabsOf(head, state);
  const tab = tabs.find(({ tab }) => tab === route.tab)?.tab ?? tabs[0]?.tab ?? "layout";
  const line = commandLine({ head, route: { ...route, tab }, isLive: source.isLive, query: state.query });
  return (
    <>
      <div class="title">
        <h1>
          <bdi>{map.name || "(no name)"}</bdi>
        </h1>
        <p class="muted">
          {map.type} · id {map.id}
        </p>
        {source.snapshot === undefined || head.isStream ? null : (
          <a class="button" href={source.snapshot(id)} download>
            Save a snapshot
          </a>
        )}
        <CommandCopy line={line} />
      </div>
      <Facts map={map} state={state} isLive={source.isLive} />
      <StateNote state={state.entries.state} isStream={head.isStream} />
      {state.entries.notes.map((note) => (
        <p key={note} class="note">
          {note}
        </p>
      ))}
      <TabList tabs={tabs} chosen={tab} choose={(next) => go({ tab: next })} />
      <section id="panel" role="tabpanel" aria-labelledby={`tab-${tab}`} tabIndex={-1}>
        <Panel id={id} tab={tab} source={source} state={state} version={version} route={route} go={go} head={head} />
      </section>
    </>
  );
}

/** A mistake in a new condition leaves what was seen before in sight. */
function kept(before: MapState | undefined, next: MapState): MapState {
  return next.mistake !== "" && next.head === undefined && before !== undefined
    ? { ...before, mistake: next.mistake }
    : next;
}

const NOTHING = { state: undefined, version: 0 };

interface PanelProps extends MapViewProps {
  readonly tab: Tab;
  readonly state: MapState;
  readonly version: number;
  readonly head: MapHead;
}

function Panel({ tab, ...props }: PanelProps): JSX.Element | null {
  switch (tab) {
    case "entries":
      return <EntriesTab {...props} />;
    case "chart":
      return <ChartTab {...props} />;
    case "histogram":
      return <HistogramTab {...props} />;
    case "layout":
      return <LayoutTab head={props.head} />;
    case "events":
      return <EventsTab {...props} />;
  }
  return tab satisfies never;
}

/** The views that a map has, with their names. */
function tabsOf(head: MapHead, { model, entries }: MapState): { tab: Tab; title: string }[] {
  const count = model.size === 0 ? "" : ` ${countText(model.size + entries.left)}`;
  const isDrawn = head.columns.some(({ isQuantity, side }) => isQuantity && side === "value");
  return [
    ...(head.isStream
      ? [{ tab: "events", title: "Events" } as const]
      : [{ tab: "entries", title: `Entries${count}` } as const]),
    ...(isDrawn && !head.isStream ? [{ tab: "chart", title: "Chart" } as const] : []),
    ...(head.histogram !== null ? [{ tab: "histogram", title: "Histogram" } as const] : []),
    { tab: "layout", title: "Layout" },
  ];
}

function Facts({ map, state, isLive }: { map: MapSummary; state: MapState; isLive: boolean }): JSX.Element {
  const { time, took } = state.entries;
  const facts: readonly (readonly [name: string, value: string])[] = [
    ["When full", WHEN_FULL[map.whenFull]],
    ["Key", map.keySize === 0 ? "" : `${map.keySize} B`],
    ["Value", map.valueSize === 0 ? "" : `${map.valueSize} B`],
    ["Memory", sizeText(map.memory)],
    ["Pinned", map.pins.join("\n")],
    ["Used by", map.owner],
    [isLive ? "Read" : "Saved", readText(time, took)],
  ];
  return (
    <dl class="facts">
      <div class="wide">
        <dt>Fill</dt>
        <dd>
          <Fill map={map} />
        </dd>
      </div>
      {facts
        .filter(([, value]) => value !== "")
        .map(([name, value]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>
              <bdi>{value}</bdi>
            </dd>
          </div>
        ))}
    </dl>
  );
}

function readText(time: string, took: number): string {
  if (time === "") return "";
  return took === 0 ? momentText(time) : `${clockText(time)}, in ${took < 10 ? took.toFixed(1) : Math.round(took)} ms`;
}

const STATE_TITLES = { gone: "Gone", unreadable: "Not readable", partial: "Partial" } as const;

function StateNote({ state, isStream }: { state: EntriesState; isStream: boolean }): JSX.Element | null {
  if (!("why" in state) || isStream) return null;
  return (
    <p class={`state ${state.kind}`} role="status">
      <b>{STATE_TITLES[state.kind]}.</b> <bdi>{state.why}</bdi>
    </p>
  );
}

/** A map whose condition was wrong from the start, in a permalink. */
function Mistaken({ state, route, go }: { state: MapState; route: View; go: Go }): JSX.Element {
  return (
    <>
      <div class="title">
        <h1>Map {route.id}</h1>
      </div>
      <FilterBox where={route.where} mistake={state.mistake} go={go} />
    </>
  );
}

function Missing({ id, state }: { id: number; state: MapState }): JSX.Element {
  return (
    <>
      <div class="title">
        <h1>Map {id}</h1>
      </div>
      <StateNote state={state.entries.state} isStream={false} />
    </>
  );
}
