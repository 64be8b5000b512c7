/** Writes a value as Prometheus reads it. Integers keep all of their digits. */
export function metricNumber(value: number | bigint): string {
  if (typeof value === "bigint" || Number.isFinite(value)) return Object.is(value, -0) ? "0" : String(value);
  if (Number.isNaN(value)) return "NaN";
  return value > 0 ? "+Inf" : "-Inf";
}

/** Writes a number that identifies a series (`le="1.0"`): always in the same way, with a fraction or an exponent. */
export function canonicalNumber(value: number): string {
  const text = metricNumber(value);
  return /^-?\d+$/.test(text) ? `${text}.0` : text;
}
