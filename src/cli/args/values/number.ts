import type { ValueType } from "./value-type.ts";

const MOST_DIGITS = 9;

/** Accepts a whole number in decimal digits. */
export function wholeNumber({
  from,
  to = 999_999_999,
}: {
  readonly from: number;
  readonly to?: number;
}): ValueType<number> {
  return {
    name: "N",
    accepts: `a whole number from ${from} to ${to}`,
    parse: (text) => within(digits(text), from, to),
  };
}

/** Accepts 1, 2, 4, … up to `to`. */
export function powerOfTwo({ to }: { readonly to: number }): ValueType<number> {
  return {
    name: "N",
    accepts: `a power of two from 1 to ${to}`,
    parse: (text) => {
      const number = within(digits(text), 1, to);
      return number !== undefined && Number.isInteger(Math.log2(number)) ? number : undefined;
    },
  };
}

/** Accepts a percentage above 0 and up to 100: `80`, `80%` or `99.5`. */
export function percentage(): ValueType<number> {
  return {
    name: "PERCENT",
    accepts: "a percentage above 0 and up to 100",
    parse: (text) => {
      const share = /^\d{1,3}(?:\.\d{1,9})?%?$/.test(text) ? Number.parseFloat(text) : Number.NaN;
      return share > 0 && share <= 100 ? share : undefined;
    },
  };
}

function digits(text: string): number {
  return /^\d+$/.test(text) && text.length <= MOST_DIGITS ? Number(text) : Number.NaN;
}

function within(number: number, from: number, to: number): number | undefined {
  return number >= from && number <= to ? number : undefined;
}
