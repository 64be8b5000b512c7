import type { IncomingHttpHeaders } from "node:http";
import type { SharedScrapes } from "../scrape/shared-scrapes.ts";
import { acceptsGzip, negotiate } from "../text/negotiate.ts";
import { type Answer, indexPage, plain } from "./answers.ts";
import type { Route } from "./route.ts";

/** The source of the metrics and of the server's state. */
export interface MetricsSite {
  /** Those of the present configuration. */
  readonly scrapes: () => SharedScrapes;
  /** The reason why no scrape should be sent here now; undefined if there is none. */
  readonly unready: () => string | undefined;
  /** The most milliseconds of a scrape. */
  readonly timeout: number;
}

/** The time that is left for sending a page, of what Prometheus waits for it: milliseconds, but a share of little. */
const SENDING_MS = 500;
const SENDING_SHARE = 0.2;

/** The routes of an exporter: its metrics, whether it lives and is ready, and a page of links to them. */
export function metricsRoutes(site: MetricsSite): Route[] {
  return [
    { method: "GET", path: "/", handle: indexPage },
    { method: "GET", path: "/metrics", handle: ({ headers }) => metrics(headers, site) },
    { method: "GET", path: "/healthz", handle: () => plain(200, "ok") },
    { method: "GET", path: "/readyz", handle: () => readiness(site) },
  ];
}

function readiness({ unready }: MetricsSite): Answer {
  const reason = unready();
  return reason === undefined ? plain(200, "ok") : plain(503, reason);
}

async function metrics(headers: IncomingHttpHeaders, { scrapes, timeout }: MetricsSite): Promise<Answer> {
  const { format, contentType } = negotiate(headers.accept);
  const isCompressed = acceptsGzip(asText(headers["accept-encoding"]));
  const page = await scrapes().page(timeoutOf(headers["x-prometheus-scrape-timeout-seconds"], timeout));
  return {
    status: 200,
    body: await page.bytes(format, isCompressed),
    contentType,
    headers: { vary: "accept, accept-encoding", ...(isCompressed ? { "content-encoding": "gzip" } : {}) },
  };
}

/** The time for a scrape: that of Prometheus' header less some for sending, and no more than `most`. */
function timeoutOf(header: string | string[] | undefined, most: number): number {
  const seconds = Number(asText(header) ?? Number.NaN);
  if (!(seconds > 0)) return most;
  const milliseconds = seconds * 1000;
  return Math.min(most, milliseconds - Math.min(SENDING_MS, milliseconds * SENDING_SHARE));
}

function asText(header: string | string[] | undefined): string | undefined {
  return Array.isArray(header) ? header.join(",") : header;
}
