import type { IncomingMessage } from "node:http";
import type { Logger } from "../log/logger.ts";
import type { Access } from "./access.ts";
import { type Answer, plain } from "./answers.ts";
import { isOwnHost } from "./host-check.ts";
import { type Route, routeOf } from "./route.ts";

/** The routes of a server, and the names under which it serves them. */
export interface Site {
  readonly routes: readonly Route[];
  /** The names by which clients may call this server. */
  readonly hosts: readonly string[];
  /** Everybody may ask unless given. */
  readonly access?: Access | undefined;
  readonly log: Logger;
}

/** Answers a request. Never throws. */
export async function answer(request: IncomingMessage, site: Site, signal: AbortSignal): Promise<Answer> {
  const { access } = site;
  access?.refresh();
  const found = await answerTo(request, site, signal);
  return access === undefined ? found : { ...found, headers: { ...found.headers, ...access.headers } };
}

async function answerTo(request: IncomingMessage, site: Site, signal: AbortSignal): Promise<Answer> {
  const { headers, method, url = "" } = request;
  if (!isOwnHost(headers.host, site.hosts)) {
    return plain(421, "This server doesn't go by that name (ebpf-map serve --allow-host NAME lets it)");
  }
  const [path = "", query] = url.split("?", 2);
  try {
    const refusal = await site.access?.refusal(headers);
    if (refusal !== undefined) return refusal;
    if (method !== "GET" && method !== "HEAD") return plain(405, "Only GET and HEAD", { allow: "GET, HEAD" });
    const route = routeOf(site.routes, path);
    if (route === undefined) return plain(404, "Not found (the metrics are at /metrics)");
    return await route.handle({ path, query: new URLSearchParams(query), headers, signal });
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    if (!signal.aborted) site.log("error", "request failed", { path: routeOf(site.routes, path)?.path ?? "", reason });
    return plain(500, `Failed: ${reason}`);
  }
}
