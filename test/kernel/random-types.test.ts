import { afterAll, expect, test } from "vitest";
import type { Fd } from "../../src/sys/fd.ts";
import { LinuxKernel } from "../../src/sys/linux.ts";
import { createMap, loadBtf, updateElement } from "../helpers/bpf.ts";
import { BtfBuilder } from "../helpers/btf-builder.ts";
import { differences } from "../helpers/compare.ts";
import { valueBytes } from "../helpers/map-recipes.ts";
import { Random } from "../helpers/random.ts";
import { RandomTypes, randomSize } from "../helpers/random-types.ts";
import { randomValue } from "../helpers/random-values.ts";
import { liveSuite } from "../helpers/requirements.ts";
import { Scratch } from "../helpers/scratch.ts";

const kernel = new LinuxKernel();

/** Each map has a type for its key and one for its value. */
const MAPS = Number(process.env.EBPF_MAP_RANDOM_MAPS ?? 160);
const MAPS_A_TEST = 10;
/** The same types in each run, so that a red one is due to a change; EBPF_MAP_RANDOM_SEED=$RANDOM looks for others. */
const SEED = Number(process.env.EBPF_MAP_RANDOM_SEED ?? 724_154);

interface RandomMap {
  readonly id: number;
  readonly seed: number;
  readonly refused: number;
}

liveSuite("maps of random types", ["kernel", "bpftools"], () => {
  let types = 0;
  let refused = 0;

  afterAll(() => {
    process.stdout.write(`random types: ${types} compared, ${refused} refused by the kernel, first seed ${SEED}\n`);
  });

  const seeds = Array.from({ length: MAPS / MAPS_A_TEST }, (_, i) => SEED + 1000 * i);

  test.for(seeds)("seed %i", async (seed) => {
    using scratch = new Scratch();
    let next = seed;
    for (let i = 0; i < MAPS_A_TEST; i++) {
      const map = randomMap(scratch, next);
      next = map.seed + 1;
      types += 2;
      refused += 2 * map.refused;
      expect(await differences(["map", "dump", "id", String(map.id)]), `map of seed ${map.seed}`).toEqual([]);
    }
  });
});

/** A map from a seed; where the kernel refuses its types, from the next seed that it accepts. */
function randomMap(scratch: Scratch, firstSeed: number): RandomMap {
  for (let refused = 0; refused < 50; refused++) {
    const seed = firstSeed + refused;
    const random = new Random(seed);
    const btf = new BtfBuilder();
    const types = new RandomTypes(random, btf, random.chance(0.15));
    const [keySize, valueSize] = [randomSize(random, 64), randomSize(random, 4096)];
    const [key, value] = [types.ofSize(keySize), types.ofSize(valueSize)];
    const fd = loadOrRefuse(scratch, btf);
    if (fd === undefined) continue;
    const type = random.chance(0.15) ? "percpu_hash" : "hash";
    const spec = { type, keySize, valueSize, maxEntries: 4, name: `random_${seed}`, btf: { fd, key, value } } as const;
    const map = scratch.own(createMap(spec));
    for (let i = random.between(1, 3); i > 0; i--) {
      updateElement(map, randomValue(random, keySize), randomValue(random, valueBytes(spec)));
    }
    return { id: kernel.mapInfo(map).id, seed, refused };
  }
  throw new Error(`the kernel refuses all types from seed ${firstSeed} on`);
}

function loadOrRefuse(scratch: Scratch, btf: BtfBuilder): Fd | undefined {
  try {
    return scratch.own(loadBtf(btf.build()));
  } catch {
    return undefined;
  }
}
