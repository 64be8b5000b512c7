// Numbers of any bits. Operand a of the operations: the first bit, their number << 8, and 1 << 16 if signed.
import { byte } from "./bytes";
import { hex128Text, hexText, s64Text, u64Text, u128Text } from "./digits";

/** Reads up to 64 bits from bit `shift` (0 to 7) on. It loads 9 bytes. */
@inline
export function bits64(s: usize, shift: u32, bits: u32): u64 {
  let x = load<u64>(s) >> shift;
  if (shift) x |= (<u64>load<u8>(s, 8)) << (64 - shift);
  return bits < 64 ? x & (((<u64>1) << bits) - 1) : x;
}

@inline
export function signExtend(x: u64, bits: u32): i64 {
  return <i64>(x << (64 - bits)) >> (64 - bits);
}

export function hexBits(p: usize, s: usize, a: u32): usize {
  const shift = a & 7;
  const bits = (a >> 8) & 0xff;
  if (bits <= 64) return hexText(p, bits64(s, shift, bits));
  return hex128Text(p, bits64(s, shift, 64), bits64(s + 8, shift, bits - 64));
}

/** As bpftool: where it shifts 64 bits by 64, the processor, and so WebAssembly, shifts by nothing. */
export function hexToEnd(p: usize, s: usize, shift: u64): usize {
  const low = load<u64>(s);
  const high = load<u64>(s, 8) | low;
  return hex128Text(p, (low >> shift) | (high << (64 - shift)), high >> shift);
}

export function decimalBits(p: usize, s: usize, a: u32): usize {
  const shift = a & 7;
  const bits = (a >> 8) & 0xff;
  const signed = a >> 16;
  if (bits <= 64) {
    const x = bits64(s, shift, bits);
    return signed ? s64Text(p, signExtend(x, bits)) : u64Text(p, x);
  }
  let low = bits64(s, shift, 64);
  let high = bits64(s + 8, shift, bits - 64);
  if (signed) {
    high = signExtend(high, bits - 64);
    if (<i64>high < 0) {
      p = byte(p, 45);
      low = 0 - low;
      high = ~high + (low == 0 ? 1 : 0);
    }
  }
  return u128Text(p, low, high);
}

export function isSet(s: usize, a: u32): bool {
  const shift = a & 7;
  const bits = (a >> 8) & 0xff;
  if (bits <= 64) return bits64(s, shift, bits) != 0;
  return (bits64(s, shift, 64) | bits64(s + 8, shift, bits - 64)) != 0;
}
