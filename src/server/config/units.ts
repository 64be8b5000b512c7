/** The unit in which a map counts, and its conversion to Prometheus' base unit. */
export interface Unit {
  readonly base: "seconds" | "bytes" | "ratio";
  /** A value is multiplied by `times` and divided by `by`: one of them is 1, so that 1 us is exactly 1e-6. */
  readonly times: number;
  readonly by: number;
}

/** The units that a configuration may name. */
export const UNITS: Readonly<Record<string, Unit>> = {
  ns: { base: "seconds", times: 1, by: 1e9 },
  us: { base: "seconds", times: 1, by: 1e6 },
  ms: { base: "seconds", times: 1, by: 1e3 },
  s: { base: "seconds", times: 1, by: 1 },
  B: { base: "bytes", times: 1, by: 1 },
  KiB: { base: "bytes", times: 1024, by: 1 },
  MiB: { base: "bytes", times: 1024 ** 2, by: 1 },
  percent: { base: "ratio", times: 1, by: 100 },
};

/** Converts a value to the base unit. Integers that stay what they are keep all of their digits. */
export function inBaseUnit(value: number | bigint, unit: Unit | undefined): number | bigint {
  if (unit === undefined || (unit.times === 1 && unit.by === 1)) return value;
  if (typeof value === "bigint" && unit.by === 1) return value * BigInt(unit.times);
  return (Number(value) * unit.times) / unit.by;
}

/** Words in names that Prometheus' rules have in another unit. */
const OTHER_UNITS: readonly (readonly [words: RegExp, base: string])[] = [
  [/_(?:ns|nsecs?|nanoseconds|us|usecs?|microseconds|ms|msecs?|milliseconds|minutes|hours)(?=_|$)/, "seconds"],
  [/_(?:kb|kib|kilobytes|mb|mib|megabytes|gb|gib|bits)(?=_|$)/, "bytes"],
  [/_(?:percent|percentage)(?=_|$)/, "ratio"],
];

/** The name with its unit replaced by Prometheus' base unit; undefined where it names no other unit. */
export function nameInBaseUnit(name: string): string | undefined {
  const found = OTHER_UNITS.find(([words]) => words.test(name));
  return found === undefined ? undefined : name.replace(found[0], `_${found[1]}`);
}
