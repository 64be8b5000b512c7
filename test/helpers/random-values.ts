import type { Random } from "./random.ts";

/** Numbers at which encoders go wrong, as little-endian words of 8 bytes. */
const EDGES: readonly bigint[] = [
  0n,
  1n,
  0x7fn,
  0x80n,
  0xffn,
  0x7fffn,
  0x8000n,
  0x7fff_ffffn,
  0x8000_0000n,
  0xffff_ffffn,
  2n ** 53n,
  2n ** 53n + 1n,
  0x7fff_ffff_ffff_ffffn,
  0x8000_0000_0000_0000n,
  0xffff_ffff_ffff_fffen,
  0xffff_ffff_ffff_ffffn,
];

/** Strings that fit, that end nowhere, and with bytes that are no text. */
const TEXTS: readonly string[] = [
  "eth0",
  "",
  'a"b',
  "back\\slash",
  "it's",
  "tab\there",
  "caf\xc3\xa9",
  "del\x7f",
  "/usr/bin/ls",
  "\xff\xfe",
];

/** `size` bytes, biased to what encoders get wrong: edge numbers, text with and without a NUL, all zeros, all ones. */
export function randomValue(random: Random, size: number): Uint8Array {
  const roll = random.below(12);
  if (roll === 0) return new Uint8Array(size);
  if (roll === 1) return new Uint8Array(size).fill(0xff);
  if (roll === 2) return new Uint8Array(size).fill(random.pick([0x80, 0x7f, 0x41, 0x22, 0x5c, 0x01]));
  const bytes = random.bytes(size);
  if (roll < 4) return bytes;
  for (let at = 0; at < size; at += random.pick([1, 2, 4, 8, 8, 16])) patch(random, bytes, at);
  return bytes;
}

function patch(random: Random, bytes: Uint8Array, at: number): void {
  const roll = random.below(6);
  if (roll === 0) return;
  const room = bytes.subarray(at);
  if (roll <= 3) room.set(edgeBytes(random).subarray(0, room.length));
  else room.set(Buffer.from(`${random.pick(TEXTS)}${roll === 4 ? "\0" : ""}`, "latin1").subarray(0, room.length));
}

function edgeBytes(random: Random): Uint8Array {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64LE(random.pick(EDGES));
  return bytes;
}
