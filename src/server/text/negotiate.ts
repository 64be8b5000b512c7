import type { ExpositionFormat } from "./exposition.ts";

/** A format that a client takes, and the header that names it. */
export interface Negotiated {
  readonly format: ExpositionFormat;
  readonly contentType: string;
}

const TEXT: Negotiated = { format: "text", contentType: "text/plain; version=0.0.4; charset=utf-8" };
const OPEN_METRICS_VERSIONS = ["1.0.0", "0.0.1"];

/** Chooses the format that an Accept header likes most: OpenMetrics where it is asked for by name, else text. */
export function negotiate(accept: string | undefined): Negotiated {
  const [best] = mediaRanges(accept ?? "")
    .flatMap(({ type, parameters, quality }) => {
      const chosen = formatOf(type, parameters.get("version"));
      return chosen === undefined || quality === 0 ? [] : [{ chosen, quality }];
    })
    // The order of those that are liked equally stays.
    .sort((a, b) => b.quality - a.quality);
  return best?.chosen ?? TEXT;
}

function formatOf(type: string, version: string | undefined): Negotiated | undefined {
  if (type === "text/plain" || type === "text/*" || type === "*/*") return TEXT;
  if (type !== "application/openmetrics-text") return undefined;
  const known = version === undefined ? OPEN_METRICS_VERSIONS[0] : OPEN_METRICS_VERSIONS.find((one) => one === version);
  if (known === undefined) return undefined;
  return { format: "openmetrics", contentType: `application/openmetrics-text; version=${known}; charset=utf-8` };
}

/** Tells whether an Accept-Encoding header allows gzip. */
export function acceptsGzip(header: string | undefined): boolean {
  const ranges = mediaRanges(header ?? "");
  const named =
    ranges.find(({ type }) => type === "gzip" || type === "x-gzip") ?? ranges.find(({ type }) => type === "*");
  return named !== undefined && named.quality > 0;
}

interface MediaRange {
  readonly type: string;
  readonly parameters: ReadonlyMap<string, string>;
  readonly quality: number;
}

function mediaRanges(header: string): MediaRange[] {
  return header.split(",").map((part) => {
    const [type = "", ...rest] = part.split(";").map((one) => one.trim());
    const parameters = new Map(
      rest.map((one) => {
        const [name = "", value = ""] = one.split("=");
        return [name.trim().toLowerCase(), value.trim().replace(/^"(.*)"$/, "$1")];
      }),
    );
    const quality = Number(parameters.get("q") ?? 1);
    return { type: type.toLowerCase(), parameters, quality: quality >= 0 && quality <= 1 ? quality : 0 };
  });
}
