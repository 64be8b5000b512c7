import { hostname } from "node:os";
import { EbpfMapError } from "../../../errors.ts";
import { findOwners } from "../../../reader/owners/find-owners.ts";
import { ownersText } from "../../../reader/owners/owner-text.ts";
import { renderContext } from "../../../sdk/machine/render-context.ts";
import { VERSION } from "../../../sdk/version.ts";
import type { WatchedMap } from "../../../sdk/watch/watcher.ts";
import type { Route } from "../../../server/http/route.ts";
import type { MapAccess } from "../../../server/live/map-work.ts";
import { MapsWork } from "../../../server/live/maps-work.ts";
import { pageRoutes } from "../../../server/live/page-routes.ts";
import { OwnerNames } from "../../../server/scrape/owner-names.ts";
import { LinuxObjectKernel } from "../../../sys/objects/linux.ts";
import { findPins } from "../../../sys/pins.ts";
import { pageAssets } from "../../package/package-files.ts";
import { watchQuery } from "../../rows/open-query.ts";
import type { Session } from "../../session/session.ts";
import { findWatched } from "../../watch/watched-map.ts";
import { mapFinder, typeSources } from "../asked/maps.ts";
import { rowQuery } from "../asked/rows.ts";

/** The share of a CPU for counting entries, unless --cpu says otherwise. */
const DEFAULT_CPU_PERCENT = 5;
const MOUNTS = "/proc/mounts";

/** The routes of the page. Nothing is read until somebody looks at it. */
export async function servedPage(session: Session): Promise<Route[]> {
  const { context, kernel, options } = session;
  const { clock } = context;
  const now = (): Date => context.origin().now;
  const cpuShare = options.exact ? Number.POSITIVE_INFINITY : (options.cpu ?? DEFAULT_CPU_PERCENT) / 100;
  const owners = new OwnerNames(() => ownerTexts(session), clock);
  const view = { kernel, mounts: MOUNTS, onLimited: () => undefined };
  let latest: MapsWork | undefined;
  const maps = (): MapsWork => {
    latest = new MapsWork({ view, owners, clock, now, cpuShare });
    return latest;
  };
  const quiet = { ...session, warn: () => undefined };
  const access: MapAccess = {
    kernel,
    clock,
    now,
    around: renderContext(context.origin, undefined),
    find: (id) => findMap(id, quiet),
    query: (spec) => watchQuery({ ...rowQuery(quiet), spec }),
    extras: (id) => ({ pins: latest?.of(id)?.pins ?? [], owner: owners.of(id) }),
  };
  const about = { tool: `ebpf-map ${VERSION}`, kernel: context.origin().kernel, host: hostname() };
  return pageRoutes({ assets: pageAssets(), about, maps, access });
}

/** Finds a map by its id, or by a pin of it where only that may be opened. */
async function findMap(id: number, session: Session): Promise<WatchedMap | undefined> {
  const [finder, types] = [mapFinder(session), typeSources(session)];
  try {
    return await findWatched(["id", String(id)], finder, types);
  } catch (error) {
    const isRefused = error instanceof EbpfMapError && error.code === "NO_PERMISSION";
    const pin = isRefused ? findPins(session.kernel, MOUNTS).find(({ mapId }) => mapId === id) : undefined;
    if (pin === undefined) throw error;
    return await findWatched(["pinned", pin.path], finder, types);
  }
}

async function ownerTexts({ kernel, context }: Session): Promise<(id: number) => string> {
  const objects = context.objects ?? new LinuxObjectKernel();
  const owners = await findOwners({ kernel, objects, self: context.pid });
  return (id) => ownersText(owners.of(id));
}
