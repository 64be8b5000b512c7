// Single numbers. Each function writes at `p` and returns the end of its text. A store may reach 16 bytes past that:
// the output has room for it.

const TEN_8: u32 = 100_000_000;

/** For each byte the eight characters `"0x1f","`, of which seven count. */
const HEX_ITEMS: usize = memory.data(256 * 8, 16);
/** For each byte its two digits. */
const HEX_PAIRS: usize = memory.data(256 * 2, 16);
/** For each number below 10,000 its four digits, the first in the lowest byte. */
const FOURS: usize = memory.data(10_000 * 4, 16);
/** The bytes of a hundred of them. */
const HUNDRED: usize = 400;

export function fillTables(): void {
  for (let byte: u32 = 0; byte < 256; byte++) {
    const pair = hexDigit(byte >> 4) | (hexDigit(byte & 15) << 8);
    store<u16>(HEX_PAIRS + (byte << 1), <u16>pair);
    store<u64>(HEX_ITEMS + (byte << 3), 0x222c_2200_0078_3022 | (<u64>pair << 24));
  }
  for (let n: u32 = 0; n < 100; n++) store<u32>(FOURS + (<usize>n << 2), (twoDigits(n) << 16) | 0x3030);
  for (let high: u32 = 1; high < 100; high++) {
    const to = FOURS + <usize>high * HUNDRED;
    const more = i32x4.splat(twoDigits(high) - 0x3030);
    for (let i: usize = 0; i < HUNDRED; i += 16) v128.store(to + i, i32x4.add(v128.load(FOURS + i), more));
  }
}

/** Returns the digits of n < 100, the first in the lowest byte. */
@inline
function twoDigits(n: u32): u32 {
  return 0x3030 | (n / 10) | ((n % 10) << 8);
}

@inline
export function hexDigit(n: u32): u32 {
  return n + (n < 10 ? 48 : 87);
}

/** Returns the eight digits of n < 10^8, the first in the lowest byte. */
@inline
function digits8(n: u32): u64 {
  const high = n / 10_000;
  return <u64>fourDigits(high) | (<u64>fourDigits(n - high * 10_000) << 32);
}

@inline
function fourDigits(n: u32): u32 {
  return load<u32>(FOURS + (<usize>n << 2));
}

@inline
function padded8(p: usize, n: u32): usize {
  store<u64>(p, digits8(n));
  return p + 8;
}

@inline
function upTo8(p: usize, n: u32): usize {
  const digits = digits8(n);
  // The zeros of ASCII are zero in these bits. The last digit counts whatever it is.
  const zeros = <u32>ctz<u64>((digits & 0x0f0f_0f0f_0f0f_0f0f) | 0x0100_0000_0000_0000) >> 3;
  store<u64>(p, digits >> (zeros << 3));
  return p + 8 - zeros;
}

@inline
function upTo4(p: usize, n: u32): usize {
  const digits = fourDigits(n);
  const zeros = <u32>ctz<u32>((digits & 0x0f0f_0f0f) | 0x0100_0000) >> 3;
  store<u32>(p, digits >> (zeros << 3));
  return p + 4 - zeros;
}

@inline
export function u32Text(p: usize, n: u32): usize {
  if (n < TEN_8) return upTo8(p, n);
  const high = n / TEN_8;
  return padded8(upTo4(p, high), n - high * TEN_8);
}

export function u64Text(p: usize, n: u64): usize {
  if (n < TEN_8) return upTo8(p, <u32>n);
  const high = n / TEN_8;
  const low = <u32>(n - high * TEN_8);
  if (high < TEN_8) return padded8(upTo8(p, <u32>high), low);
  const top = high / TEN_8;
  return padded8(padded8(upTo4(p, <u32>top), <u32>(high - top * TEN_8)), low);
}

/** Writes the sign of n. */
@inline
export function sign(p: usize, n: i32): usize {
  store<u8>(p, 45);
  return p + (<u32>n >> 31);
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
  if (n < 256) {
    const zeros: u32 = n < 16 ? 1 : 0;
    const pair: u32 = load<u16>(HEX_PAIRS + (<usize>n << 1));
    store<u16>(p, <u16>(pair >> (zeros << 3)));
    return p + 2 - zeros;
  }
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
