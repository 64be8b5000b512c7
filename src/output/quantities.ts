const UNITS: readonly (readonly [ns: bigint, name: string])[] = [
  [86_400_000_000_000n, "d"],
  [3_600_000_000_000n, "h"],
  [60_000_000_000n, "m"],
];
const FRACTIONS: readonly (readonly [ns: number, name: string])[] = [
  [1e9, "s"],
  [1e6, "ms"],
  [1e3, "µs"],
];

/** Returns nanoseconds as `1.5ms`, `12.34s` or `2d 3h`. */
export function durationText(ns: bigint): string {
  if (ns < 0n) return `-${durationText(-ns)}`;
  const unit = UNITS.findIndex(([size]) => ns >= size);
  const [size, name] = UNITS[unit] ?? [0n, ""];
  if (size === 0n) return fraction(Number(ns));
  const [lower, lowerName] = UNITS[unit + 1] ?? [1_000_000_000n, "s"];
  const rest = (ns % size) / lower;
  return rest === 0n ? `${ns / size}${name}` : `${ns / size}${name} ${rest}${lowerName}`;
}

function fraction(ns: number): string {
  const [size, name] = FRACTIONS.find(([least]) => ns >= least) ?? [1, "ns"];
  return `${trim(ns / size)}${name}`;
}

/** Returns milliseconds as a duration. */
export function millisecondsText(milliseconds: number): string {
  return durationText(BigInt(Math.round(milliseconds * 1e6)));
}

/** Returns a number of bytes as `512 B` or `1.5 MiB`. */
export function bytesText(bytes: bigint): string {
  if (bytes < 0n) return `-${bytesText(-bytes)}`;
  const units = ["B", "KiB", "MiB", "GiB", "TiB", "PiB", "EiB"];
  let value = Number(bytes);
  let unit = 0;
  for (; value >= 1024 && unit < units.length - 1; unit++) value /= 1024;
  return `${trim(value)} ${units[unit]}`;
}

/** Returns nanoseconds since 1970 as `2025-01-31T12:00:00.123456789Z`, or the number if JavaScript has no such date. */
export function timestampText(ns: bigint): string {
  const second = 1_000_000_000n;
  const rest = ((ns % second) + second) % second;
  const date = new Date(Number((ns - rest) / 1_000_000n));
  if (Number.isNaN(date.getTime())) return String(ns);
  return `${date.toISOString().slice(0, -".000Z".length)}.${rest.toString().padStart(9, "0")}Z`;
}

/** Returns a share as per cent. A share below 1 is never shown as 100 %. */
export function percentText(ratio: number): string {
  const shown = ratio < 1 ? Math.floor(ratio * 1000) / 10 : ratio * 100;
  return `${shown.toFixed(1)}%`;
}

const THOUSANDS = ["k", "M", "G", "T", "P", "E"] as const;

/** Returns a short rate: `0`, `12.3`, `4.56k`, `1.20M`. */
export function rateText(rate: number): string {
  const size = Math.abs(rate);
  if (size < 1000) return Number.isInteger(rate) ? String(rate) : rate.toFixed(size < 100 ? 1 : 0);
  const power = Math.min(THOUSANDS.length, Math.floor(Math.log10(size) / 3));
  return `${(rate / 1000 ** power).toFixed(2)}${THOUSANDS[power - 1]}`;
}

/** Returns at most three decimals, without trailing zeros. */
function trim(value: number): string {
  return String(Number(value.toFixed(value >= 100 ? 1 : value >= 10 ? 2 : 3)));
}

/** Returns a rate for JSON, with at most three decimals. */
export function roundedRate(rate: number): string {
  return String(Math.round(rate * 1000) / 1000);
}
