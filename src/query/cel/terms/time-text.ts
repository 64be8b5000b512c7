const SECOND = 1_000_000_000n;

/** Nanoseconds of each unit. CEL knows no `d`, but renderers show days. */
const UNITS: Readonly<Record<string, bigint>> = {
  d: 86_400n * SECOND,
  h: 3600n * SECOND,
  m: 60n * SECOND,
  s: SECOND,
  ms: 1_000_000n,
  us: 1000n,
  µs: 1000n,
  μs: 1000n,
  ns: 1n,
};

/** CEL keeps a duration in 64 bits of nanoseconds. */
const MAX_DURATION = 2n ** 63n - 1n;

/** No duration is longer text. */
const MAX_LENGTH = 100;

/**
 * The nanoseconds of a duration as CEL writes it (`60s`, `1h30m`, `-1.5ms`) or as renderers show it (`2d 3h`).
 * Undefined for anything else, also where it has more than 64 bits. What is finer than a nanosecond is cut off.
 */
export function durationOf(text: string): bigint | undefined {
  if (text.length > MAX_LENGTH) return undefined;
  const [, sign, body] = /^([+-]?)((?:(?:\d+(?:\.\d*)?|\.\d+)(?:d|h|ms?|s|us|[µμ]s|ns) ?)+|0)$/u.exec(text) ?? [];
  if (body === undefined || body.endsWith(" ")) return undefined;
  let sum = 0n;
  for (const [, whole = "", fraction = "", unit = ""] of body.matchAll(/(\d*)(?:\.(\d*))?([a-zµμ]+)/gu)) {
    const size = UNITS[unit] ?? 0n;
    sum += BigInt(whole || "0") * size + (BigInt(fraction || "0") * size) / 10n ** BigInt(fraction.length);
  }
  return sum > MAX_DURATION ? undefined : sign === "-" ? -sum : sum;
}

const TIMESTAMP = /^(\d{4}-\d\d-\d\d[Tt]\d\d:\d\d:\d\d)(?:\.(\d{1,9}))?([Zz]|[+-]\d\d:\d\d)$/;

/** The nanoseconds since 1970 of an RFC 3339 time such as `2025-01-31T12:00:00.5Z`; undefined for anything else. */
export function timestampOf(text: string): bigint | undefined {
  const [, seconds, fraction = "", zone] = TIMESTAMP.exec(text) ?? [];
  if (seconds === undefined || zone === undefined) return undefined;
  const millis = Date.parse(`${seconds}Z`.toUpperCase());
  // Date rolls over what no calendar has, such as February 30.
  if (Number.isNaN(millis) || new Date(millis).toISOString().slice(0, 19) !== seconds.toUpperCase()) return undefined;
  const offset = offsetMinutes(zone);
  if (offset === undefined) return undefined;
  return BigInt(millis) * 1_000_000n + BigInt(fraction.padEnd(9, "0")) - BigInt(offset) * 60n * SECOND;
}

function offsetMinutes(zone: string): number | undefined {
  if (zone === "Z" || zone === "z") return 0;
  const [hours, minutes] = [Number(zone.slice(1, 3)), Number(zone.slice(4, 6))];
  if (hours > 23 || minutes > 59) return undefined;
  return (zone.startsWith("-") ? -1 : 1) * (hours * 60 + minutes);
}
