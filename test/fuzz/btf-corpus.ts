import { BtfBuilder } from "../helpers/btf-builder.ts";
import { Random } from "../helpers/random.ts";
import { RandomTypes, randomSize } from "../helpers/random-types.ts";
import { mutate } from "./mutate.ts";

/** Names that programs have stumbled over. */
const NAMES: readonly string[] = [
  "",
  "__proto__",
  "constructor",
  "toString",
  "`$" + "{process.exit()}`",
  "*/ throw 1 /*",
  "'\"\\",
  "a\nb\u2028c",
  "\u001b]0;x\u0007",
  "\u202egnp.exe",
  "\udcff\udc80",
  "x".repeat(65536),
];

const made = new Map<number, Uint8Array>();

/** One of some thousand, each made once, since making one takes longer than reading it. */
export function someBtf(random: Random): Uint8Array {
  const seed = random.below(4096);
  const bytes = made.get(seed) ?? randomBtf(new Random(seed));
  made.set(seed, bytes);
  return bytes;
}

/** Sound BTF of a few random types, now and then with names that no compiler makes. */
function randomBtf(random: Random): Uint8Array {
  const btf = new BtfBuilder();
  const types = new RandomTypes(random, btf, random.chance(0.3));
  const ids = Array.from({ length: random.between(1, 3) }, () => types.ofSize(randomSize(random, 128)));
  if (random.chance(0.3)) hostileTypes(random, btf, ids);
  return btf.build({ littleEndian: random.chance(0.95) });
}

/** The same with bytes changed, most of the time. */
export function hostileBtf(random: Random): Uint8Array {
  const bytes = someBtf(random);
  return random.chance(0.8) ? mutate(bytes, random) : bytes;
}

/** Types that the builder puts together from any ids, also such as come later or not at all. */
function hostileTypes(random: Random, btf: BtfBuilder, ids: readonly number[]): void {
  const name = (): string => random.pick(NAMES);
  const any = (): number => (random.chance(0.5) ? random.pick(ids) : random.below(btf.nextId + 4));
  const members = (): { name: string; type: number; bitOffset: number; bitfieldSize?: number }[] =>
    Array.from({ length: random.below(5) }, () => ({
      name: name(),
      type: any(),
      bitOffset: random.chance(0.7) ? 0 : random.below(300),
      ...(random.chance(0.2) ? { bitfieldSize: random.below(140) } : {}),
    }));
  for (let n = random.between(1, 24); n > 0; n--) {
    random.pick([
      () => btf.struct(name(), random.below(600), members()),
      () => btf.union(name(), random.below(600), members()),
      () =>
        btf.union("", 128, [
          { name: "", type: btf.nextId - 1, bitOffset: 0 },
          { name: "", type: btf.nextId - 1, bitOffset: 0 },
        ]),
      () => btf.array(any(), random.pick([0, 1, 2, 65536, 0xffffffff, random.u32()])),
      () => btf.array(btf.nextId - 1, random.pick([2, 3, 65536])),
      () => btf.typedef(name(), any()),
      () => btf.const(btf.nextId - 1),
      () => btf.enum(name(), [[name(), random.u32() | 0]], { size: random.pick([1, 2, 4, 8]) }),
      () => btf.datasec(name(), 64, [{ type: btf.var(name(), any()), offset: random.below(80), size: 8 }]),
      () =>
        btf.int(name(), random.below(20), {
          bits: random.below(140),
          offset: random.below(20),
          encoding: random.below(6),
        }),
    ])();
  }
}
