const BARS = "▁▂▃▄▅▆▇█";

/** Numbers as bars one character high, the largest as a whole block; a number that isn't known as a blank. */
export function sparkline(values: readonly (number | undefined)[]): string {
  const most = values.reduce<number>((max, value) => Math.max(max, value ?? 0), 0);
  return values
    .map((value) => {
      if (value === undefined) return " ";
      const level = most === 0 ? 0 : Math.min(BARS.length - 1, Math.floor((value / most) * BARS.length));
      return BARS[Math.max(0, level)];
    })
    .join("");
}

/** A number of things in a second, short: `0`, `12.3`, `4.56k`, `1.2M`. */
export function rateText(rate: number): string {
  const size = Math.abs(rate);
  if (size < 1000) return Number.isInteger(rate) ? String(rate) : rate.toFixed(size < 100 ? 1 : 0);
  const power = Math.min(UNITS.length, Math.floor(Math.log10(size) / 3));
  return `${(rate / 1000 ** power).toFixed(2)}${UNITS[power - 1]}`;
}

const UNITS = ["k", "M", "G", "T", "P", "E"] as const;
