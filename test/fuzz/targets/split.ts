import { cText } from "../../../src/btf/c/c-text.ts";
import { type BtfBase, loadBase, loadBtf } from "../../../src/btf/load.ts";
import { parseBtf } from "../../../src/btf/parse.ts";
import { sizeOf } from "../../../src/btf/resolve.ts";
import { layoutFromBtf } from "../../../src/schema/from-btf.ts";
import { hollowRecord } from "../../../src/schema/hollow-record.ts";
import { BtfBuilder } from "../../helpers/btf-builder.ts";
import { buildElf, elfWithBtf } from "../../helpers/elf-builder.ts";
import { Random } from "../../helpers/random.ts";
import { RandomTypes } from "../../helpers/random-types.ts";
import { answered } from "../answered.ts";
import { mutate } from "../mutate.ts";
import type { Target } from "../target.ts";

/** A kernel's types, and what a module adds to them. */
interface Pair {
  readonly base: Uint8Array;
  /** The same names and sizes without contents. */
  readonly distilled: Uint8Array;
  readonly onBase: Uint8Array;
  readonly onDistilled: Uint8Array;
  /** What bpftool -j btf dump prints of such a module. */
  readonly printed: Uint8Array;
}

const made = new Map<number, Pair>();

/** One of some hundred, each made once. */
function somePair(random: Random): Pair {
  const seed = random.below(512);
  const pair = made.get(seed) ?? randomPair(new Random(seed));
  made.set(seed, pair);
  return pair;
}

/** The base is the same in all pairs of a byte order, so that most inputs fit it. */
function randomPair(random: Random): Pair {
  const order = { littleEndian: random.chance(0.9) };
  const base = new BtfBuilder();
  const u64 = base.int("unsigned long", 8);
  const types = new RandomTypes(new Random(1), base, false);
  for (let i = 0; i < 4; i++) types.ofSize(24);
  const list = base.struct("list_head", 16, [
    { name: "next", type: u64, bitOffset: 0 },
    { name: "prev", type: u64, bitOffset: 64 },
  ]);
  const distilled = new BtfBuilder();
  const distilledU64 = distilled.int("unsigned long", 8);
  const distilledList = distilled.struct("list_head", random.chance(0.9) ? 16 : 24, []);
  return {
    base: base.build(order),
    distilled: distilled.build(order),
    onBase: moduleTypes(random, base, u64, list).build(order),
    onDistilled: moduleTypes(random, distilled, distilledU64, distilledList).build(order),
    printed: printedTypes(base.nextId, u64, list),
  };
}

function printedTypes(firstId: number, u64: number, list: number): Uint8Array {
  const members = [
    { name: "list", type_id: list, bits_offset: 0 },
    { name: "count", type_id: u64, bits_offset: 128 },
    { name: "next", type_id: firstId + 1, bits_offset: 192 },
  ];
  const types = [
    { id: firstId, kind: "STRUCT", name: "conn", size: 32, vlen: members.length, members },
    { id: firstId + 1, kind: "PTR", name: "(anon)", type_id: firstId },
  ];
  return Buffer.from(JSON.stringify({ types }));
}

function moduleTypes(random: Random, base: BtfBuilder, u64: number, list: number): BtfBuilder {
  const split = new BtfBuilder(base);
  const own = split.struct("conn", 32, [
    { name: "list", type: list, bitOffset: 0 },
    { name: "count", type: u64, bitOffset: 128 },
    { name: "next", type: split.ptr(split.nextId + 1), bitOffset: 192 },
  ]);
  split.declTag("tag", own, 0);
  const types = new RandomTypes(random, split, false);
  for (let i = random.below(3); i > 0; i--) types.ofSize(random.between(1, 24));
  return split;
}

/** Split BTF on a base, raw, in an object or as JSON, with a distilled base of its own or without. */
export const SPLIT_BTF: Target = {
  name: "split btf",
  input(random) {
    const { distilled, onBase, onDistilled, printed } = somePair(random);
    if (random.chance(0.2)) return random.chance(0.7) ? mutate(printed, random) : printed;
    const shape = { wide: random.chance(0.8), littleEndian: true };
    const isDistilled = random.chance(0.5);
    const whole = isDistilled
      ? buildElf(shape, [
          { name: ".BTF", bytes: spoiled(onDistilled, random) },
          { name: ".BTF.base", bytes: spoiled(distilled, random) },
        ])
      : random.chance(0.5)
        ? elfWithBtf(onBase, shape)
        : onBase;
    return random.chance(0.7) ? mutate(whole, random) : whole;
  },
  run(input, random) {
    const { base } = somePair(random);
    const btf = answered(() => loadBtf(input, { base: baseOf(spoiled(base, random), random) }));
    if (btf === undefined) return false;
    const ids = Array.from(btf.names(), ({ id }) => id).slice(-24);
    for (const id of [0, ...ids, btf.typeCount, btf.typeCount + 1]) {
      answered(() => btf.type(id));
      for (const question of [sizeOf, layoutFromBtf, hollowRecord]) answered(() => question(btf, id));
      answered(() => cText(btf, [{ id, name: "it" }]));
    }
    for (const name of ["conn", "list_head", "", "__proto__"]) answered(() => btf.idsByName(name));
    answered(() => Array.from(btf.declTags?.() ?? []));
    return true;
  },
};

function baseOf(bytes: Uint8Array, random: Random): BtfBase {
  const load = random.chance(0.8) ? () => loadBase(bytes, "base") : () => parseBtf(bytes);
  return { name: "base", btf: random.chance(0.9) ? load : () => undefined, isGiven: random.chance(0.5) };
}

function spoiled(bytes: Uint8Array, random: Random): Uint8Array {
  return random.chance(0.2) ? mutate(bytes, random) : bytes;
}
