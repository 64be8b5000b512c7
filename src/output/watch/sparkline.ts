const BARS = "▁▂▃▄▅▆▇█";

/** Returns numbers as bars one character high, the largest as a whole block, unknown ones as blanks. */
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
