const ULONG_MAX = 2n ** 64n - 1n;

/** More significant digits than this are more than 64 bits in any base. */
const MAX_DIGITS = 64;

const DIGITS: Readonly<Record<number, RegExp>> = {
  2: /^[01]+$/,
  8: /^[0-7]+$/,
  10: /^[0-9]+$/,
  16: /^[0-9a-f]+$/i,
};

/**
 * Parses a text like C's `strtoul`, which bpftool uses for ids and bytes: leading white space, a sign (a negative
 * number wraps around), base 0 with the prefixes `0x` and `0`, 2^64 - 1 for a number that is too large, and 0 for an
 * empty text. Returns undefined if characters are left over. `binary` adds the prefix `0b` to base 0.
 */
export function strtoul(text: string, base: 0 | 16, binary: boolean): bigint | undefined {
  if (text === "") return 0n;
  const [, sign, body] = /^[ \t\n\v\f\r]*([+-]?)(.*)$/s.exec(text) ?? [];
  const { radix, digits } = splitPrefix(body ?? "", base, binary);
  if (!DIGITS[radix]?.test(digits)) return undefined;
  const value = parseDigits(digits, radix);
  if (value > ULONG_MAX) return ULONG_MAX;
  return sign === "-" ? BigInt.asUintN(64, -value) : value;
}

function splitPrefix(body: string, base: 0 | 16, binary: boolean): { radix: number; digits: string } {
  if (/^0x[0-9a-f]/i.test(body)) return { radix: 16, digits: body.slice(2) };
  if (base === 16) return { radix: 16, digits: body };
  if (binary && /^0b[01]/i.test(body)) return { radix: 2, digits: body.slice(2) };
  return { radix: body.startsWith("0") ? 8 : 10, digits: body };
}

function parseDigits(text: string, radix: number): bigint {
  const digits = text.replace(/^0+/, "");
  if (digits.length > MAX_DIGITS) return ULONG_MAX + 1n;
  let value = 0n;
  for (const digit of digits) value = value * BigInt(radix) + BigInt(Number.parseInt(digit, radix));
  return value;
}
