import type { Options } from "../args/flags.ts";
import { QUERY_FLAGS, type QueryOptions, WATCH_COUNT } from "../args/query-flags.ts";
import { usage } from "../rows/query-spec.ts";

const MILLISECONDS: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000, "": 1000 };
const SHORTEST = 10;
const LONGEST = 86_400_000;

/** How often to look, in milliseconds, and how many times. Throws USAGE. */
export function schedule(options: QueryOptions): { interval: number; count: number } {
  return { interval: intervalOf(options.interval ?? "1s"), count: countOf(options.count) };
}

/** Throws USAGE for an option of `dump` that means nothing where entries are watched. */
export function checkWatchable({ query = {}, events = {} }: Pick<Options, "query" | "events">): void {
  const [event] = Object.keys(events);
  const wrong = QUERY_FLAGS.find(({ name, commands }) => {
    return query[name] !== undefined && ![WATCH_COUNT.name, "watch"].includes(name) && !commands.includes("watch");
  });
  const name = wrong?.name ?? event;
  if (name !== undefined) throw usage(`--${name} doesn't go with --watch`);
}

/** Throws USAGE for an option that means something only with `--watch`. */
export function checkUnwatched(options: QueryOptions): void {
  const wrong = (["interval", "wait"] as const).find((name) => options[name] !== undefined);
  if (wrong !== undefined) throw usage(`--${wrong} goes with --watch`);
}

/** `500ms`, `1s`, `1.5`, `2m`: from 10 ms to 24 hours. */
function intervalOf(text: string): number {
  const [, number, unit] = /^(\d+(?:\.\d+)?)(ms|s|m|h|)$/.exec(text) ?? [];
  const interval = Number(number) * (MILLISECONDS[unit ?? ""] ?? 1);
  if (interval >= SHORTEST && interval <= LONGEST) return interval;
  throw usage(`--interval takes a time from 10ms to 24h such as 500ms, 1s or 2m, got '${text}'`);
}

function countOf(text: string | undefined): number {
  if (text === undefined) return Number.POSITIVE_INFINITY;
  if (/^[1-9]\d{0,8}$/.test(text)) return Number(text);
  throw usage(`--count takes a whole number of reads from 1 on, got '${text}'`);
}
