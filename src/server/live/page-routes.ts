import { PassThrough } from "node:stream";
import { save } from "../../sdk/snapshots/save.ts";
import { type Answer, type BodyStream, plain } from "../http/answers.ts";
import type { Route, RouteRequest } from "../http/route.ts";
import type { Live, MapQuestion } from "../page/contract.ts";
import { livePage, PAGE_POLICY, type PageAssets } from "../page/html.ts";
import { EventsWork } from "./events-work.ts";
import { type MapAccess, MapWork } from "./map-work.ts";
import type { MapsWork } from "./maps-work.ts";
import { Feeds, messageOf, SharedFeed } from "./shared-feed.ts";

/** The parts of which the page is made. */
export interface PageSite {
  readonly assets: PageAssets;
  readonly about: Omit<Live, "kind">;
  readonly maps: () => MapsWork;
  readonly access: MapAccess;
}

/** Something that viewers share, and the work that it shows. */
interface Shared<Work> {
  readonly feed: SharedFeed;
  readonly work: Work;
}

/** The most maps, conditions and streams that are read at a time. */
const MOST_FEEDS = 64;
/** The longest condition. */
const MAX_TEXT = 4096;

/** The routes of the page: itself, messages about maps, entries and events as they change, and snapshots. */
export function pageRoutes(site: PageSite): Route[] {
  const lists = new Feeds<Shared<MapsWork>>();
  const tables = new Feeds<Shared<MapWork>>();
  const streams = new Feeds<Shared<EventsWork>>();
  const { assets, about, access } = site;
  const get = (path: string, handle: Route["handle"]): Route => ({ method: "GET", path, handle });
  const own =
    (handle: Route["handle"]): Route["handle"] =>
    (request) =>
      isForeign(request) ? FOREIGN : handle(request);
  return [
    get("/", () => html(livePage({ kind: "live", ...about }))),
    get("/page.js", () => ({ status: 200, body: assets.script, contentType: "text/javascript; charset=utf-8" })),
    get("/page.css", () => ({ status: 200, body: assets.style, contentType: "text/css; charset=utf-8" })),
    get(
      "/api/maps",
      own(async ({ signal }) => {
        const { feed, work } = shared(lists, "", site.maps);
        for await (const _ of feed.watch(signal)) return json(work.frame("all"));
        return plain(503, "stopping");
      }),
    ),
    get(
      "/api/live/maps",
      own(({ signal }) => messages(mapsMessages(() => shared(lists, "", site.maps), signal))),
    ),
    get(
      "/api/live/map/",
      own((request) => {
        const asked = questionOf(request);
        if (asked === undefined) return plain(404, "No such map");
        if (tables.size >= MOST_FEEDS) return plain(503, "Too many maps are watched");
        const work = (): MapWork => new MapWork(access, asked);
        return messages(tableMessages(() => shared(tables, JSON.stringify(asked), work), request.signal));
      }),
    ),
    get(
      "/api/live/events/",
      own((request) => {
        const id = idIn(request.path);
        const type = request.query.get("type") ?? "";
        if (id === undefined || type.length > MAX_TEXT) return plain(404, "No such map");
        if (streams.size >= MOST_FEEDS) return plain(503, "Too many streams are watched");
        const work = (): EventsWork => new EventsWork(id, type, access.now);
        return messages(eventMessages(() => shared(streams, `${id} ${type}`, work), request.signal));
      }),
    ),
    get(
      "/api/map/",
      own(async (request) => {
        const asked = questionOf(request);
        if (asked === undefined) return plain(404, "No such map");
        const work = (): MapWork => new MapWork(access, asked);
        return await tableOnce(shared(tables, JSON.stringify(asked), work), request.signal);
      }),
    ),
    get(
      "/api/snapshot/",
      own(({ path, signal }) => {
        const id = idIn(path);
        return id === undefined ? plain(404, "No such map") : snapshot(id, signal);
      }),
    ),
  ];
}

function shared<Work extends { once: MapsWork["once"] } | MapWork | EventsWork>(
  feeds: Feeds<Shared<Work>>,
  name: string,
  make: () => Work,
): Shared<Work> {
  return feeds.of(name, (end) => {
    const work = make();
    return { feed: new SharedFeed(work, end), work };
  });
}

// What is shared is looked up when a message is asked for: for a request whose answer nobody takes, nothing is begun.

async function* mapsMessages(open: () => Shared<MapsWork>, signal: AbortSignal): BodyStream {
  const { feed, work } = open();
  let isFirst = true;
  for await (const _ of feed.watch(signal)) {
    yield message("maps", work.frame(isFirst ? "all" : "last"));
    isFirst = false;
  }
}

/** A viewer that has seen all but the last read gets what changed in it; any other gets the latest state. */
async function* tableMessages(open: () => Shared<MapWork>, signal: AbortSignal): BodyStream {
  const { feed, work } = open();
  let seen: number | undefined;
  try {
    for await (const _ of feed.watch(signal)) {
      const changes = seen !== undefined && feed.version === seen + 1 ? work.changes() : undefined;
      seen = feed.version;
      yield changes === undefined ? message("entries", work.frame()) : message("changes", changes);
    }
    if (!signal.aborted) yield message("end", {});
  } catch (error) {
    yield message("mistake", { message: messageOf(error) });
  }
}

async function* eventMessages(open: () => Shared<EventsWork>, signal: AbortSignal): BodyStream {
  const { feed, work } = open();
  let last = 0;
  try {
    for await (const _ of feed.watch(signal)) {
      const frame = work.frame(last);
      last = frame.events.at(-1)?.id ?? last;
      yield message("events", frame);
    }
  } catch (error) {
    yield message("mistake", { message: messageOf(error) });
  }
}

async function tableOnce({ feed, work }: Shared<MapWork>, signal: AbortSignal): Promise<Answer> {
  try {
    for await (const _ of feed.watch(signal)) return json(work.frame());
    return plain(503, "stopping");
  } catch (error) {
    return { ...json({ message: messageOf(error) }), status: 400 };
  }
}

/** A message of a Server-Sent Events stream; JSON has no line breaks. */
function message(event: string, data: unknown): string {
  return `event: ${event}\ndata: ${JSON.stringify(data)}\n\n`;
}

function messages(body: BodyStream): Answer {
  return { status: 200, body, contentType: "text/event-stream; charset=utf-8", headers: { "x-accel-buffering": "no" } };
}

function json(value: unknown): Answer {
  return { status: 200, body: JSON.stringify(value), contentType: "application/json; charset=utf-8" };
}

function html(text: string): Answer {
  const headers = { "content-security-policy": PAGE_POLICY };
  return { status: 200, body: text, contentType: "text/html; charset=utf-8", headers };
}

const FOREIGN = plain(403, "This is for the page of this server alone");

/**
 * Requests that another site's page makes a browser send: nothing can be read by them, and nothing is to be done for
 * them.
 */
function isForeign({ headers }: RouteRequest): boolean {
  const site = headers["sec-fetch-site"];
  return site !== undefined && site !== "same-origin" && site !== "none";
}

function questionOf({ path, query }: RouteRequest): MapQuestion | undefined {
  const id = idIn(path);
  const [where, sort] = [query.get("where") ?? "", query.get("sort") ?? ""];
  if (id === undefined || where.length > MAX_TEXT || sort.length > MAX_TEXT) return undefined;
  return { id, where, sort };
}

function idIn(path: string): number | undefined {
  const digits = /\/(\d{1,10})$/.exec(path)?.[1];
  return digits === undefined ? undefined : Number(digits);
}

/** A snapshot of a map as a file to be kept. */
function snapshot(id: number, signal: AbortSignal): Answer {
  const body = new PassThrough();
  save({ id }, body, { gzip: true, signal }).then(
    () => body.end(),
    (error: unknown) => body.destroy(error instanceof Error ? error : undefined),
  );
  const headers = { "content-disposition": `attachment; filename="map-${id}.ndjson.gz"` };
  return { status: 200, body, contentType: "application/gzip", headers };
}
