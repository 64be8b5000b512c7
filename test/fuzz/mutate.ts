import type { Random } from "../helpers/random.ts";

/** Numbers at which formats have their edges, as 32 bits. */
const EDGES: readonly number[] = [0, 1, 2, 0x7f, 0x80, 0xff, 0x100, 0x7fff, 0xffff, 0x7fffffff, 0x80000000, 0xffffffff];

/**
 * A copy with one to eight changes: bytes and words replaced, bits turned, parts cut out, doubled, moved or taken away.
 */
export function mutate(bytes: Uint8Array, random: Random): Uint8Array {
  let changed: Uint8Array = bytes.slice();
  for (let n = random.between(1, random.chance(0.8) ? 3 : 8); n > 0 && changed.length > 0; n--) {
    changed = random.pick(CHANGES)(changed, random);
  }
  return changed;
}

const CHANGES: readonly ((bytes: Uint8Array, random: Random) => Uint8Array)[] = [
  (bytes, random) => put(bytes, random.below(bytes.length), random.below(256)),
  // Small values give other ids and kinds, large ones impossible ones.
  (bytes, random) => put(bytes, random.below(bytes.length), random.below(24)),
  (bytes, random) => {
    const at = random.below(bytes.length);
    return put(bytes, at, (bytes[at] ?? 0) ^ (1 << random.below(8)));
  },
  (bytes, random) => word(bytes, random, random.pick(EDGES)),
  (bytes, random) => word(bytes, random, random.below(64)),
  (bytes, random) => word(bytes, random, bytes.length + random.between(-8, 8)),
  (bytes, random) => bytes.slice(0, random.below(bytes.length)),
  (bytes, random) => {
    const [from, length] = [random.below(bytes.length), random.between(1, 16)];
    return joined(bytes.subarray(0, from), bytes.subarray(from + length));
  },
  (bytes, random) => {
    const [from, length] = [random.below(bytes.length), random.between(1, 64)];
    return joined(bytes.subarray(0, from + length), bytes.subarray(from));
  },
  (bytes, random) =>
    bytes.copyWithin(random.below(bytes.length), random.below(bytes.length), random.below(bytes.length)),
];

function put(bytes: Uint8Array, at: number, byte: number): Uint8Array {
  bytes[at] = byte;
  return bytes;
}

function word(bytes: Uint8Array, random: Random, value: number): Uint8Array {
  if (bytes.length < 4) return bytes;
  const at = 4 * random.below(Math.floor(bytes.length / 4));
  new DataView(bytes.buffer).setUint32(at, value >>> 0, random.chance(0.9));
  return bytes;
}

function joined(a: Uint8Array, b: Uint8Array): Uint8Array {
  const all = new Uint8Array(a.length + b.length);
  all.set(a);
  all.set(b, a.length);
  return all;
}
