import type { IncomingHttpHeaders } from "node:http";
import type { Answer } from "./answers.ts";

/** A request as a route sees it. */
export interface RouteRequest {
  /** The path without the query: `/api/maps`. Escapes are not decoded. */
  readonly path: string;
  readonly query: URLSearchParams;
  readonly headers: IncomingHttpHeaders;
  /** Aborted when the client goes away or the server stops. */
  readonly signal: AbortSignal;
}

/** A path and its handler. HEAD is answered by GET's route, without the body. */
export interface Route {
  readonly method: "GET";
  /** A whole path, or the start of all paths below it: with `/` at its end. `/` is the root alone. */
  readonly path: string;
  /** Makes the answer. An error is logged and answered with status 500. */
  readonly handle: (request: RouteRequest) => Answer | Promise<Answer>;
}

/** Finds the route of a path: the one of exactly that path, else the longest of those above it. */
export function routeOf(routes: readonly Route[], path: string): Route | undefined {
  const exact = routes.find((route) => route.path === path);
  if (exact !== undefined) return exact;
  const above = routes.filter((route) => route.path !== "/" && route.path.endsWith("/") && path.startsWith(route.path));
  return above.sort((a, b) => b.path.length - a.path.length)[0];
}
