import type { BtfBuilder } from "./btf-builder.ts";
import type { Random } from "./random.ts";

const SIGNED = 1;
const CHAR = 2;
const BOOL = 4;

/** One-byte integers that may or may not make an array of them a string: `[name, encoding]`. */
const CHARS: readonly (readonly [string, number])[] = [
  ["char", SIGNED],
  ["char", SIGNED],
  ["char", 0],
  ["char", CHAR],
  ["unsigned char", 0],
  ["signed char", SIGNED],
  ["char16", CHAR],
];

const NAMES = { 1: "u8", 2: "short", 4: "unsigned int", 8: "long long", 16: "__int128" } as const;

type WordSize = keyof typeof NAMES;

export function isWordSize(size: number): size is WordSize {
  return size in NAMES;
}

/**
 * An integer, bool or char that uses all of its 1, 2, 4, 8 or 16 bytes: what may stand in an array or be a bit-field.
 */
export function randomWord(random: Random, btf: BtfBuilder, size: WordSize): number {
  if (size === 1 && random.chance(0.4)) return randomChar(random, btf);
  const encoding = random.pick([0, 0, SIGNED, SIGNED, BOOL, random.chance(0.3) ? CHAR : 0]);
  return btf.int(encoding === BOOL ? "_Bool" : NAMES[size], size, { encoding });
}

export function randomChar(random: Random, btf: BtfBuilder): number {
  const [name, encoding] = random.pick(CHARS);
  return btf.int(name, 1, { encoding });
}

/** An integer that uses only some of its bits, as old compilers described bit-fields, or one of 3, 5, 6 … bytes. */
export function randomOddInt(random: Random, btf: BtfBuilder, size: number): number {
  const bits = random.between(1, Math.min(128, size * 8));
  const offset = random.chance(0.5) ? 0 : random.between(0, Math.min(128, size * 8) - bits);
  return btf.int("odd", size, { encoding: random.pick([0, SIGNED, BOOL, CHAR]), bits, offset });
}

/** An enum of 1, 2, 4 or 8 bytes, as ENUM or, where it has 8 bytes, perhaps as ENUM64. */
export function randomEnum(random: Random, btf: BtfBuilder, size: number): number {
  const name = `e${btf.nextId}`;
  const signed = random.chance(0.5);
  const count = random.between(2, 6);
  const label = (i: number): string => `${name.toUpperCase()}_${i}`;
  if (size === 8 && random.chance(0.6)) {
    const values = Array.from({ length: count }, (_, i) => [label(i), randomWide(random)] as const);
    return btf.enum64(name, values, { size, signed });
  }
  const values = Array.from({ length: count }, (_, i) => [label(i), randomNarrow(random)] as const);
  return btf.enum(name, values, { size, signed });
}

function randomNarrow(random: Random): number {
  return random.pick([0, 1, 2, -1, 0x7f, 0x80, 0xff, -0x80, 0x7fff, 0x8000, 0xffff, 0x7fffffff, -0x80000000]);
}

function randomWide(random: Random): bigint {
  return random.pick([
    0n,
    1n,
    -1n,
    0xffn,
    0x7fffffffn,
    0x80000000n,
    0xffffffffn,
    2n ** 53n + 1n,
    2n ** 63n - 1n,
    -(2n ** 63n),
  ]);
}
