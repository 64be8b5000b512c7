import type { JSX } from "preact";
import type { MapSummary } from "../../page/contract.ts";
import { commandLine } from "../data/command-line.ts";
import { type Order, routeHash, type View } from "../data/route.ts";
import type { MapsState, PageSource } from "../data/source.ts";
import type { Go } from "../data/use-route.ts";
import { counted, fullInText, growthText, sizeText } from "../data/words.ts";
import { CommandCopy } from "../parts/copy.tsx";
import { Fill, needsRoom, Sparkline } from "../parts/fill.tsx";
import { FillChart } from "../parts/fill-chart.tsx";
import { SortButton } from "../parts/sort-button.tsx";

interface ListColumn {
  readonly path: string;
  readonly title: string;
  readonly value: (map: MapSummary) => number | string;
  /** The direction that a first click chooses. */
  readonly isDescending: boolean;
}

const COLUMNS: readonly ListColumn[] = [
  { path: "name", title: "Map", value: ({ name, id }) => name || `${id}`, isDescending: false },
  { path: "ratio", title: "Fill", value: ({ ratio }) => ratio ?? -1, isDescending: true },
  { path: "growth", title: "Growth", value: ({ growth }) => growth?.perSecond ?? -Infinity, isDescending: true },
  { path: "memlock", title: "Memory", value: ({ memory }) => memory ?? -1, isDescending: true },
  { path: "owner", title: "Used by", value: ({ owner, pins }) => owner || (pins[0] ?? "\uffff"), isDescending: false },
];

interface MapsViewProps {
  readonly source: PageSource;
  readonly state: MapsState;
  readonly route: View;
  readonly go: Go;
}

/** All maps: how full they are, how they grow, and where that leads. */
export function MapsView({ source, state, route, go }: MapsViewProps): JSX.Element {
  const { maps, samples } = state;
  const shown = sorted(
    maps.filter((map) => isFound(map, route.find)),
    route.order,
  );
  const memory = maps.reduce((sum, map) => sum + (map.memory ?? 0), 0);
  const line = commandLine({ head: undefined, route, isLive: source.isLive, query: [] });
  return (
    <>
      <div class="title">
        <h1>{source.isLive ? "Maps" : "Report"}</h1>
        <p class="muted">
          {counted(maps.length, "map", "maps")}
          {memory > 0 ? `, ${sizeText(memory)} of kernel memory` : ""}
        </p>
        {source.isLive ? <CommandCopy line={line} /> : null}
      </div>
      {state.why === null ? null : (
        <p class="state unreadable" role="status">
          <b>Not all is shown.</b> {state.why}
        </p>
      )}
      {source.isLive ? <FillChart maps={maps} samples={samples} /> : null}
      <div class="tools">
        <label class="field">
          <span>Find</span>
          <input
            id="find"
            type="search"
            value={route.find}
            placeholder="name, type, owner or pin"
            onInput={({ currentTarget }) => go({ find: currentTarget.value })}
          />
        </label>
        <span class="muted" role="status">
          {shown.length === maps.length ? "" : `${shown.length} of ${maps.length}`}
        </span>
      </div>
      <MapTable maps={shown} state={state} route={route} go={go} hasGrowth={source.isLive} />
      {maps.length > 0 && shown.length === 0 ? (
        <p class="empty">No map has this in its name, type, owner or pins.</p>
      ) : null}
    </>
  );
}

interface MapTableProps extends Pick<MapsViewProps, "route" | "go" | "state"> {
  readonly maps: readonly MapSummary[];
  readonly hasGrowth: boolean;
}

function MapTable({ maps, state, route, go, hasGrowth }: MapTableProps): JSX.Element {
  const columns = COLUMNS.filter(({ path }) => hasGrowth || path !== "growth");
  return (
    <table class="maps">
      <thead>
        <tr>
          {columns.map(({ path, title, isDescending }) => (
            <th key={path} scope="col" class={`c-${path}`} aria-sort={ariaSort(route.order, path)}>
              <SortButton path={path} title={title} order={route.order} isDescending={isDescending} go={go} />
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {maps.map((map) => (
          <MapRow key={map.id} map={map} samples={state.samples.entries.get(map.id) ?? []} hasGrowth={hasGrowth} />
        ))}
      </tbody>
    </table>
  );
}

interface MapRowProps {
  readonly map: MapSummary;
  readonly samples: readonly (number | null)[];
  readonly hasGrowth: boolean;
}

function MapRow({ map, samples, hasGrowth }: MapRowProps): JSX.Element {
  const fullIn = fullInText(map);
  return (
    <tr class={needsRoom(map) ? "alarm" : ""}>
      <th scope="row" class="c-name">
        <a href={routeHash({ id: map.id, tab: map.ring === null ? "entries" : "events" })}>
          <bdi>{map.name || "(no name)"}</bdi>
        </a>
        <small>
          {map.type} · id {map.id}
        </small>
      </th>
      <td class="c-ratio">
        <Fill map={map} />
        {map.trouble === null ? null : <small class="bad">{map.trouble}</small>}
      </td>
      {hasGrowth ? (
        <td class="c-growth">
          <Sparkline values={samples} />
          <span class="number">{growthText(map)}</span>
          <small class={isSoonFull(map) ? "bad" : ""}>{fullIn === "" ? "" : `full in ${fullIn}`}</small>
        </td>
      ) : null}
      <td class="c-memlock number">{sizeText(map.memory)}</td>
      <td class="c-owner">
        <bdi>{map.owner}</bdi>
        {map.pins.map((pin) => (
          <small key={pin}>
            <bdi>{pin}</bdi>
          </small>
        ))}
      </td>
    </tr>
  );
}

/** The seconds before a map is full that are little. */
const SOON = 600;

function isSoonFull({ growth }: MapSummary): boolean {
  const fullIn = growth?.fullIn ?? null;
  return fullIn !== null && fullIn < SOON;
}

function isFound({ name, type, owner, pins, id }: MapSummary, find: string): boolean {
  const wanted = find.toLowerCase();
  return [name, type, owner, String(id), ...pins].some((text) => text.toLowerCase().includes(wanted));
}

function sorted(maps: readonly MapSummary[], order: Order | undefined): MapSummary[] {
  const column = COLUMNS.find(({ path }) => path === order?.path);
  if (column === undefined) return [...maps].sort((a, b) => urgency(b) - urgency(a) || a.id - b.id);
  const sign = order?.descending === true ? -1 : 1;
  return [...maps].sort((a, b) => {
    const [x, y] = [column.value(a), column.value(b)];
    return x === y ? a.id - b.id : sign * (x < y ? -1 : 1);
  });
}

/** Maps that refuse entries come first, the fullest of them before the others. */
function urgency(map: MapSummary): number {
  const isLimited = map.whenFull === "refuses" || map.whenFull === "drops";
  return (map.trouble === null ? 0 : 2) + (isLimited ? 1 + (map.ratio ?? 0) : 0);
}

/** The order of a column for screen readers. */
export function ariaSort(order: Order | undefined, path: string): "ascending" | "descending" | undefined {
  if (order?.path !== path) return undefined;
  return order.descending ? "descending" : "ascending";
}
