import { type SourceOptions, sourceOptions } from "../../stream/open-source.ts";
import { EVENT_FLAGS, type EventFlagName, type EventFlags } from "../args/event-flags.ts";
import type { Options } from "../args/flags.ts";
import { usage } from "../rows/query-spec.ts";

/** What the options of `events` ask for besides a query, checked. */
export interface EventCommandOptions extends SourceOptions {
  /** Infinity for no end. */
  readonly forMs: number;
  /** Events to print in a second. */
  readonly rateLimit: number;
  /** How long groups are collected; Infinity for all events. */
  readonly windowMs: number;
  /** Events after which the stream ends; Infinity for no end. */
  readonly count: number;
}

/** As long as bpftool waits. Ten looks a second would take an idle reader up to 2 % of a busy CPU, whose caches are cold. */
const DEFAULT_WINDOW_MS = 5000;
const MAX_PAGES = 65_536;
/** What a timer can wait. */
const MAX_MS = 2 ** 31 - 1;

/** Reads the options. Throws USAGE. */
export function eventOptions({ events = {}, query = {} }: Options): EventCommandOptions {
  const { consume, attach, from, window, total } = events;
  for (const { name, choices } of EVENT_FLAGS) checkChoice(name, events[name], choices);
  if (query["group-by"] === undefined && (window ?? total) !== undefined)
    throw usage("--window and --total need --group-by");
  if (window !== undefined && total !== undefined) throw usage("--window and --total exclude each other");
  return {
    ...sourceOptions({
      consume: consume !== undefined,
      from: from as EventCommandOptions["from"] | undefined,
      attach: attach !== undefined,
      pollMs: duration("poll", events.poll),
      pages: powerOfTwo("pages", events.pages),
    }),
    forMs: duration("for", events.for) ?? Number.POSITIVE_INFINITY,
    // For `dump`, it has no number.
    count: wholeNumber("count", query.count || undefined) ?? Number.POSITIVE_INFINITY,
    rateLimit: wholeNumber("rate-limit", events["rate-limit"]) ?? Number.POSITIVE_INFINITY,
    windowMs: total === undefined ? (duration("window", window) ?? DEFAULT_WINDOW_MS) : Number.POSITIVE_INFINITY,
  };
}

/** Throws USAGE for an option that means nothing to the kind of map. */
export function checkKind(perf: boolean, events: EventFlags = {}): void {
  const others = perf ? (["consume", "from"] as const) : (["pages"] as const);
  const wrong = others.find((name) => events[name] !== undefined);
  if (wrong !== undefined) throw usage(`--${wrong} is for ${perf ? "ring buffers" : "perf event arrays"}`);
}

function checkChoice(name: EventFlagName, text: string | undefined, choices: readonly string[] | undefined): void {
  if (text === undefined || choices === undefined || choices.includes(text)) return;
  throw usage(`--${name} takes ${choices.join(" or ")}, got '${text}'`);
}

/** Milliseconds of `500ms`, `10s`, `5m`, `1h`; a number alone is seconds. */
function duration(name: EventFlagName, text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const match = /^(\d{1,9}(?:\.\d{1,9})?)(ms|s|m|h)?$/.exec(text);
  const unit = { ms: 1, s: 1000, m: 60_000, h: 3_600_000 }[match?.[2] ?? "s"] ?? 0;
  const ms = Math.round(Number(match?.[1]) * unit);
  if (match !== null && ms >= 1 && ms <= MAX_MS) return ms;
  throw usage(`--${name} takes a time such as 500ms, 10s or 5m, got '${text}'`);
}

function wholeNumber(name: EventFlagName | "count", text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const number = Number(text);
  if (/^\d{1,9}$/.test(text) && number > 0) return number;
  throw usage(`--${name} takes a whole number above 0, got '${text}'`);
}

function powerOfTwo(name: EventFlagName, text: string | undefined): number | undefined {
  const number = wholeNumber(name, text);
  if (number === undefined || (number <= MAX_PAGES && Number.isInteger(Math.log2(number)))) return number;
  throw usage(`--${name} takes a power of two up to ${MAX_PAGES}, got '${text}'`);
}
