import type { Accessor } from "../../codec/access/accessor.ts";

const SAFE = Number.MAX_SAFE_INTEGER;

/** The exact sum of `count` integers that lie `stride` bytes apart. */
export function exactSum(
  read: Accessor<number | bigint>,
  bytes: Uint8Array,
  view: DataView,
  at: number,
  stride: number,
  count: number,
): bigint {
  let small = 0;
  let large = 0n;
  for (let i = 0, a = at; i < count; i++, a += stride) {
    const value = read(bytes, view, a);
    if (typeof value === "bigint") large += value;
    else if (Math.abs(small + value) <= SAFE) small += value;
    else large += BigInt(value);
  }
  return large + BigInt(small);
}

/** Writes an integer as two's complement of `size` bytes. */
export function writeInteger(view: DataView, at: number, size: number, value: number | bigint): void {
  let rest = BigInt(value);
  let i = 0;
  for (; i + 8 <= size; i += 8, rest >>= 64n) view.setBigUint64(at + i, BigInt.asUintN(64, rest), true);
  for (; i < size; i++, rest >>= 8n) view.setUint8(at + i, Number(BigInt.asUintN(8, rest)));
}

// Math.min and Math.max take no bigints.

/** The least of some integers, 0 of none. */
export function least(values: readonly bigint[]): bigint {
  return values.reduce((a, b) => order(a, b)[0], values[0] ?? 0n);
}

/** The greatest of some integers, 0 of none. */
export function greatest(values: readonly bigint[]): bigint {
  return values.reduce((a, b) => order(a, b)[1], values[0] ?? 0n);
}

function order(a: bigint, b: bigint): readonly [bigint, bigint] {
  return a <= b ? [a, b] : [b, a];
}
