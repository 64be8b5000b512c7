import { strictJson } from "../../codec/json/strict-json.ts";

/** The severity of a line of the log. */
export type LogLevel = "info" | "warn" | "error";

/** Facts of a line. */
export type LogFields = Readonly<Record<string, string | number | boolean>>;

/** Takes a line of the log: `message` is one of few, what differs stands in the fields. */
export type Logger = (level: LogLevel, message: string, fields?: LogFields) => void;

/** A line of the log as text. */
export type LogFormat = "logfmt" | "json";

/** Writes a line as Prometheus' own programs do: `time=… level=info msg="…" map=conns`, or as JSON. */
export function logLine(
  format: LogFormat,
  time: Date,
  level: LogLevel,
  message: string,
  fields: LogFields = {},
): string {
  const all = { time: time.toISOString(), level, msg: message, ...fields };
  if (format === "json") return strictJson(all);
  return Object.entries(all)
    .map(([name, value]) => `${name}=${fieldText(value)}`)
    .join(" ");
}

function fieldText(value: string | number | boolean): string {
  return typeof value === "string" && !/^[\w.:/@*[\]-]+$/.test(value) ? JSON.stringify(value) : String(value);
}

/** Problems that last from scrape to scrape: each is logged when it begins, and when it is over. */
export class Problems {
  /** Writes a line about something that is over as it happens. */
  readonly log: Logger;
  readonly #known = new Map<string, LogFields>();

  constructor(log: Logger) {
    this.log = log;
  }

  /** Logs a problem, unless it is known and its reason has not changed. */
  begin(what: string, message: string, fields: LogFields & { readonly reason: string }): void {
    if (this.#known.get(what)?.reason === fields.reason) return;
    this.#known.set(what, fields);
    this.log("warn", message, fields);
  }

  /** Logs that a problem is over, if there was one. */
  end(what: string, message: string, fields: LogFields = {}): void {
    if (this.#known.delete(what)) this.log("info", message, fields);
  }

  /** Forgets the problems of what is gone. */
  forget(isGone: (what: string) => boolean): void {
    for (const what of this.#known.keys()) if (isGone(what)) this.#known.delete(what);
  }
}
