/**
 * Reads an integer of `width` bits from bit `shift` (0 to 7) of the byte at `at`: a number up to 53 bits, else a
 * bigint.
 */
export function bits(bytes: Uint8Array, at: number, shift: number, width: number, signed: boolean): number | bigint {
  const count = Math.ceil((shift + width) / 8);
  if (width > 53 || count > 6) {
    let value = 0n;
    for (let i = count - 1; i >= 0; i--) value = (value << 8n) | BigInt(bytes[at + i] as number);
    value >>= BigInt(shift);
    const exact = signed ? BigInt.asIntN(width, value) : BigInt.asUintN(width, value);
    return width > 53 ? exact : Number(exact);
  }
  let value = 0;
  for (let i = count - 1; i >= 0; i--) value = value * 256 + (bytes[at + i] as number);
  value = Math.floor(value / 2 ** shift) % 2 ** width;
  return signed && value >= 2 ** (width - 1) ? value - 2 ** width : value;
}
