import { EbpfMapError } from "../../errors.ts";
import type { Options } from "../flags.ts";

/** What the options of `events` ask for, checked. */
export interface EventOptions {
  readonly format: "ndjson" | "json" | "text";
  readonly consume: boolean;
  readonly from: "now" | "oldest";
  readonly attach: boolean;
  readonly pollMs: number;
  readonly pages: number;
  /** Events to print; Infinity for all. */
  readonly count: number;
  /** Infinity for no end. */
  readonly forMs: number;
  /** Events to print in a second. */
  readonly rateLimit: number;
}

const DEFAULT_POLL_MS = 20;
const DEFAULT_PAGES = 128;
const MAX_PAGES = 65_536;
/** What a timer can wait. */
const MAX_MS = 2 ** 31 - 1;

/** Reads the options. Throws USAGE. */
export function eventOptions(options: Options): EventOptions {
  const { consume, attach, from, output } = options;
  const typed = options.type !== undefined || options.types !== undefined;
  return {
    format: choice("output", output, ["ndjson", "json", "text"]) ?? defaultFormat(options, typed),
    consume,
    from: choice("from", from, ["now", "oldest"]) ?? (consume ? "oldest" : "now"),
    attach,
    pollMs: duration("poll", options.poll) ?? DEFAULT_POLL_MS,
    pages: powerOfTwo("pages", options.pages) ?? DEFAULT_PAGES,
    count: wholeNumber("count", options.count) ?? Number.POSITIVE_INFINITY,
    forMs: duration("for", options.for) ?? Number.POSITIVE_INFINITY,
    rateLimit: wholeNumber("rate-limit", options["rate-limit"]) ?? Number.POSITIVE_INFINITY,
  };
}

function defaultFormat({ json }: Options, typed: boolean): EventOptions["format"] {
  if (json) return "json";
  return typed ? "ndjson" : "text";
}

function choice<T extends string>(name: string, text: string | undefined, choices: readonly T[]): T | undefined {
  const found = choices.find((candidate) => candidate === text);
  if (text === undefined || found !== undefined) return found;
  throw new EbpfMapError("USAGE", `--${name} ${text}: not one of ${choices.join(", ")}`);
}

/** Milliseconds of `500ms`, `10s`, `5m`, `1h`; a number alone is seconds. */
function duration(name: string, text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const match = /^(\d{1,9}(?:\.\d{1,9})?)(ms|s|m|h)?$/.exec(text);
  const unit = { ms: 1, s: 1000, m: 60_000, h: 3_600_000 }[match?.[2] ?? "s"] ?? 0;
  const ms = Math.round(Number(match?.[1]) * unit);
  if (match !== null && ms >= 1 && ms <= MAX_MS) return ms;
  throw new EbpfMapError("USAGE", `--${name} ${text}: not a time (such as 500ms, 10s or 5m)`);
}

function wholeNumber(name: string, text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const number = Number(text);
  if (/^\d{1,15}$/.test(text) && number > 0) return number;
  throw new EbpfMapError("USAGE", `--${name} ${text}: not a number above 0`);
}

function powerOfTwo(name: string, text: string | undefined): number | undefined {
  const number = wholeNumber(name, text);
  if (number === undefined || (number <= MAX_PAGES && Number.isInteger(Math.log2(number)))) return number;
  throw new EbpfMapError("USAGE", `--${name} ${text}: not a power of two up to ${MAX_PAGES}`);
}
