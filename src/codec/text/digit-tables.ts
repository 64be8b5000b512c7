/**
 * Tables and small writers of decimal and hexadecimal text. All stores are little-endian words of several characters.
 */

/** For each byte the eight characters `"0x1f","`: seven of them advance, the eighth is written over. */
export const HEX_JSON: Float64Array = new Float64Array(256);
/** For each byte its two hex digits. */
export const HEX_PAIR: Uint16Array = new Uint16Array(256);

const scratch = new DataView(new ArrayBuffer(8));

for (let byte = 0; byte < 256; byte++) {
  const high = hexDigit(byte >> 4);
  const low = hexDigit(byte & 15);
  HEX_PAIR[byte] = high | (low << 8);
  // "0x and the digits, then "," of which the last is written over. No such text is a NaN, so its bits survive.
  scratch.setUint32(0, 0x22 | (0x30 << 8) | (0x78 << 16) | (high << 24), true);
  scratch.setUint32(4, low | (0x22 << 8) | (0x2c << 16) | (0x22 << 24), true);
  HEX_JSON[byte] = scratch.getFloat64(0, true);
}

/** 0 to 9999 as four digits with leading zeros, and left-aligned without them. */
interface DecimalTables {
  readonly padded4: Uint32Array;
  readonly left4: Uint32Array;
  readonly length4: Uint8Array;
}

let decimals: DecimalTables | undefined;

/** Made when an encoder first needs them, by few steps a number: code that has just begun to run is slow. */
function decimalTables(): DecimalTables {
  if (decimals !== undefined) return decimals;
  const pairs = new Uint16Array(100);
  for (let n = 0; n < 100; n++) pairs[n] = (0x30 + ((n / 10) | 0)) | ((0x30 + (n % 10)) << 8);
  const padded4 = new Uint32Array(10_000);
  for (let high = 0, n = 0; high < 100; high++) {
    const left = pairs[high] as number;
    for (let low = 0; low < 100; low++) padded4[n++] = left | ((pairs[low] as number) << 16);
  }
  const left4 = padded4.slice();
  const length4 = new Uint8Array(10_000).fill(4);
  for (let n = 0; n < 1000; n++) {
    const length = n < 10 ? 1 : n < 100 ? 2 : 3;
    left4[n] = (padded4[n] as number) >>> (8 * (4 - length));
    length4[n] = length;
  }
  decimals = { padded4, left4, length4 };
  return decimals;
}

function hexDigit(value: number): number {
  return value < 10 ? 0x30 + value : 0x57 + value;
}

const TWO_32 = 0x1_0000_0000;
const TEN_8 = 100_000_000;

/** Each writes at `p` and returns where the text ends. They need 24 bytes of room. */
export interface NumberWriters {
  /** Unsigned, 0 to 2^32-1. */
  u32(p: number, n: number): number;
  /** Signed, -2^31 to 2^31-1. */
  s32(p: number, n: number): number;
  /** hi * 2^32 + lo, both unsigned 32 bits. */
  u64(p: number, lo: number, hi: number): number;
  /** The same bits as a two's complement number. */
  s64(p: number, lo: number, hi: number): number;
  /** `1f`: lower case, no leading zeros, no prefix. */
  hex32(p: number, n: number): number;
  hex64(p: number, lo: number, hi: number): number;
}

/** Number writers into one output buffer. Decimal goes four digits at a time, 64 bits by division in doubles. */
export function numberWriters(w: DataView): NumberWriters {
  const { padded4, left4, length4 } = decimalTables();
  function upTo8(p: number, n: number): number {
    if (n < 10_000) {
      w.setUint32(p, left4[n] as number, true);
      return p + (length4[n] as number);
    }
    const high = (n / 10_000) | 0;
    w.setUint32(p, left4[high] as number, true);
    const end = p + (length4[high] as number);
    w.setUint32(end, padded4[n - high * 10_000] as number, true);
    return end + 4;
  }
  function padded8(p: number, n: number): number {
    const high = (n / 10_000) | 0;
    w.setUint32(p, padded4[high] as number, true);
    w.setUint32(p + 4, padded4[n - high * 10_000] as number, true);
    return p + 8;
  }
  function u32(p: number, n: number): number {
    if (n < TEN_8) return upTo8(p, n);
    const high = (n / TEN_8) | 0;
    return padded8(upTo8(p, high), n - high * TEN_8);
  }
  /** n is an integer below 2^53: the quotient of two such integers, rounded, never reaches the next integer. */
  function u53(p: number, n: number): number {
    if (n < TEN_8) return upTo8(p, n);
    const high = Math.floor(n / TEN_8);
    return padded8(u53(p, high), n - high * TEN_8);
  }
  /** Divides by 10^8 in base 2^24 digits, so that each step stays below 2^53. */
  function u64(p: number, lo: number, hi: number): number {
    if (hi < 0x20_0000) return u53(p, hi * TWO_32 + lo);
    const top = hi * 0x100 + (lo >>> 24);
    const q1 = Math.floor(top / TEN_8);
    const rest = (top - q1 * TEN_8) * 0x100_0000 + (lo & 0xff_ffff);
    const q0 = Math.floor(rest / TEN_8);
    return padded8(u53(p, q1 * 0x100_0000 + q0), rest - q0 * TEN_8);
  }
  function hex32(p: number, n: number): number {
    const digits = n === 0 ? 1 : (35 - Math.clz32(n)) >> 2;
    for (let i = digits - 1, rest = n; i >= 0; i--, rest >>>= 4) {
      const digit = rest & 15;
      w.setUint8(p + i, digit < 10 ? 48 + digit : 87 + digit);
    }
    return p + digits;
  }
  return {
    u32,
    u64,
    hex32,
    s32(p, n) {
      if (n >= 0) return u32(p, n);
      w.setUint8(p, 45);
      return u32(p + 1, -n);
    },
    s64(p, lo, hi) {
      if (hi < 0x8000_0000) return u64(p, lo, hi);
      w.setUint8(p, 45);
      return u64(p + 1, -lo >>> 0, (~hi + (lo === 0 ? 1 : 0)) >>> 0);
    },
    hex64(p, lo, hi) {
      if (hi === 0) return hex32(p, lo);
      const end = hex32(p, hi);
      for (let i = 7, rest = lo; i >= 0; i--, rest >>>= 4) {
        const digit = rest & 15;
        w.setUint8(end + i, digit < 10 ? 48 + digit : 87 + digit);
      }
      return end + 8;
    },
  };
}
