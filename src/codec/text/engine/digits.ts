// Single numbers. Each function writes at `p` and returns the end of its text. A store may reach 16 bytes past that: the
// output has room for it.

const ZEROS: u64 = 0x3030_3030_3030_3030;
const TEN_8: u32 = 100_000_000;

/** For each byte the eight characters `"0x1f","`, of which seven count. */
const HEX_ITEMS: usize = memory.data(256 * 8, 16);
/** For each byte its two digits. */
const HEX_PAIRS: usize = memory.data(256 * 2, 16);

export function fillTables(): void {
  for (let byte: u32 = 0; byte < 256; byte++) {
    const pair = hexDigit(byte >> 4) | (hexDigit(byte & 15) << 8);
    store<u16>(HEX_PAIRS + (byte << 1), <u16>pair);
    store<u64>(HEX_ITEMS + (byte << 3), 0x222c_2200_0078_3022 | (<u64>pair << 24));
  }
}

@inline
export function hexDigit(n: u32): u32 {
  return n + (n < 10 ? 48 : 87);
}

/** Returns the eight digits of n < 10^8, the first in the lowest byte, without the 0x30 that makes them ASCII. */
@inline
function digits8(n: u32): u64 {
  const high: u64 = n / 10_000;
  const halves: u64 = high | (<u64>(n - <u32>high * 10_000) << 32);
  let quotients: u64 = ((halves * 10486) >> 20) & 0x0000_007f_0000_007f;
  const pairs: u64 = quotients | ((halves - quotients * 100) << 16);
  quotients = ((pairs * 103) >> 10) & 0x000f_000f_000f_000f;
  return quotients | ((pairs - quotients * 10) << 8);
}

@inline
function padded8(p: usize, n: u32): usize {
  store<u64>(p, digits8(n) | ZEROS);
  return p + 8;
}

@inline
function upTo8(p: usize, n: u32): usize {
  const digits = digits8(n);
  const skip: u32 = digits ? <u32>ctz<u64>(digits) >> 3 : 7;
  store<u64>(p, (digits | ZEROS) >> (skip << 3));
  return p + 8 - skip;
}

export function u32Text(p: usize, n: u32): usize {
  if (n < TEN_8) return upTo8(p, n);
  const high = n / TEN_8;
  return padded8(upTo8(p, high), n - high * TEN_8);
}

export function u64Text(p: usize, n: u64): usize {
  if (n < TEN_8) return upTo8(p, <u32>n);
  const high = n / TEN_8;
  const low = <u32>(n - high * TEN_8);
  if (high < TEN_8) return padded8(upTo8(p, <u32>high), low);
  const top = high / TEN_8;
  return padded8(padded8(upTo8(p, <u32>top), <u32>(high - top * TEN_8)), low);
}

@inline
export function s32Text(p: usize, n: i32): usize {
  if (n >= 0) return u32Text(p, n);
  store<u8>(p, 45);
  return u32Text(p + 1, 0 - n);
}

@inline
export function s64Text(p: usize, n: i64): usize {
  if (n >= 0) return u64Text(p, n);
  store<u8>(p, 45);
  return u64Text(p + 1, 0 - n);
}

/** Writes 128 bits, unsigned: in base 10^9, by four steps of 32 bits each. */
export function u128Text(p: usize, low: u64, high: u64): usize {
  if (high == 0) return u64Text(p, low);
  const base: u64 = 1_000_000_000;
  let q3 = high >> 32;
  const rest = q3 % base;
  q3 /= base;
  let x = (rest << 32) | (high & 0xffff_ffff);
  const q2 = x / base;
  x = ((x % base) << 32) | (low >> 32);
  const q1 = x / base;
  x = ((x % base) << 32) | (low & 0xffff_ffff);
  const q0 = x / base;
  let last = <u32>(x % base);
  p = u128Text(p, (q1 << 32) | q0, (q3 << 32) | q2) + 9;
  for (let i: usize = 1; i <= 9; i++, last /= 10) store<u8>(p - i, <u8>(48 + (last % 10)));
  return p;
}

/** Writes lower-case hexadecimal digits without leading zeros. */
export function hexText(p: usize, n: u64): usize {
  const digits: usize = n == 0 ? 1 : <usize>((67 - <u32>clz<u64>(n)) >> 2);
  for (let at = p + digits; at > p; n >>= 4) store<u8>(--at, <u8>hexDigit(<u32>n & 15));
  return p + digits;
}

/** The same for 128 bits. */
export function hex128Text(p: usize, low: u64, high: u64): usize {
  if (high == 0) return hexText(p, low);
  p = hexText(p, high) + 16;
  for (let i: usize = 1; i <= 16; i++, low >>= 4) store<u8>(p - i, <u8>hexDigit(<u32>low & 15));
  return p;
}

@inline
export function hexPair(p: usize, byte: u32): usize {
  store<u16>(p, load<u16>(HEX_PAIRS + (byte << 1)));
  return p + 2;
}

@inline
export function hexItem(p: usize, byte: u32): usize {
  store<u64>(p, load<u64>(HEX_ITEMS + (<usize>byte << 3)));
  return p + 7;
}
