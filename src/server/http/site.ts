import type { IncomingMessage } from "node:http";
import type { Logger } from "../log/logger.ts";
import type { SharedScrapes } from "../scrape/shared-scrapes.ts";
import { acceptsGzip, negotiate } from "../text/negotiate.ts";
import { type Answer, indexPage, plain } from "./answers.ts";
import { isOwnHost } from "./host-check.ts";

/** What is served, and to whom. */
export interface Site {
  /** Those of the present configuration. */
  readonly scrapes: () => SharedScrapes;
  /** Whether requests are still taken. */
  readonly isDraining: () => boolean;
  /** The most milliseconds of a scrape. */
  readonly timeout: number;
  /** The names by which clients may call this server. */
  readonly hosts: readonly string[];
  readonly log: Logger;
}

/** The time that is left for sending a page, of what Prometheus waits for it: milliseconds, but a share of little. */
const SENDING_MS = 500;
const SENDING_SHARE = 0.2;

/** Answers a request. Never throws. */
export async function answer(request: IncomingMessage, site: Site): Promise<Answer> {
  const { headers, method = "" } = request;
  if (!isOwnHost(headers.host, site.hosts)) {
    return plain(421, "This server doesn't go by that name (ebpf-map serve --allow-host NAME lets it)");
  }
  if (method !== "GET" && method !== "HEAD") return plain(405, "Only GET and HEAD", { allow: "GET, HEAD" });
  const path = (request.url ?? "").split("?", 1)[0];
  switch (path) {
    case "/":
      return indexPage();
    case "/metrics":
      return await metrics(request, site);
    case "/healthz":
      return plain(200, "ok");
    case "/readyz":
      return site.isDraining() ? plain(503, "stopping") : plain(200, "ok");
    default:
      return plain(404, "Not found (the metrics are at /metrics)");
  }
}

async function metrics({ headers }: IncomingMessage, site: Site): Promise<Answer> {
  const { format, contentType } = negotiate(headers.accept);
  const isCompressed = acceptsGzip(asText(headers["accept-encoding"]));
  try {
    const page = await site.scrapes().page(timeoutOf(headers["x-prometheus-scrape-timeout-seconds"], site.timeout));
    return {
      status: 200,
      body: await page.bytes(format, isCompressed),
      contentType,
      headers: { vary: "accept, accept-encoding", ...(isCompressed ? { "content-encoding": "gzip" } : {}) },
    };
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    site.log("error", "scrape failed", { reason });
    return plain(500, `The scrape failed: ${reason}`);
  }
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
