import type { ValueType } from "./value-type.ts";

const MILLISECONDS: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000 };

/** Accepts a time: `500ms`, `1.5s`, `2m`, `1h`; a number without a unit is in seconds. The value is in milliseconds. */
export function duration({ from, to }: { readonly from: string; readonly to: string }): ValueType<number> {
  return {
    name: "TIME",
    accepts: `a time from ${from} to ${to} such as 500ms, 10s or 5m`,
    parse: (text) => {
      const time = milliseconds(text);
      return time >= milliseconds(from) && time <= milliseconds(to) ? time : undefined;
    },
  };
}

/** Parses a time to whole milliseconds, or NaN. */
function milliseconds(text: string): number {
  const [, number, unit = "s"] = /^(\d{1,9}(?:\.\d{1,9})?)(ms|s|m|h)?$/.exec(text) ?? [];
  return Math.round(Number(number) * (MILLISECONDS[unit] ?? Number.NaN));
}
