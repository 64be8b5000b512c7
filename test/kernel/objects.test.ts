import { expect, test } from "vitest";
import { differences } from "../helpers/compare.ts";
import { fillAtRandom, loadObject } from "../helpers/objects.ts";
import { Random } from "../helpers/random.ts";
import { liveSuite } from "../helpers/requirements.ts";
import { useScratch } from "../helpers/use-scratch.ts";

const SEED = Number(process.env.EBPF_MAP_RANDOM_SEED ?? Date.now() % 1_000_000);

/** Objects as clang makes them, loaded by the real bpftool; what their maps hold, they or their programs say. */
const OBJECTS: readonly { readonly name: string; readonly maps: number }[] = [
  { name: "connections", maps: 11 },
  { name: "globals", maps: 4 },
];

liveSuite("maps of compiled objects", ["kernel", "bpftools", "clang", "libbpf"], () => {
  const scratch = useScratch();

  test.for(OBJECTS)("$name, as loaded", async ({ name, maps }) => {
    const paths = await loadObject(scratch, name);
    expect(paths).toHaveLength(maps);
    for (const path of paths) expect(await differences(["map", "dump", "pinned", path])).toEqual([]);
  });

  test.for(OBJECTS)(`$name, filled at random, seed ${SEED}`, async ({ name }) => {
    const random = new Random(SEED);
    for (const path of await loadObject(scratch, name)) {
      fillAtRandom(path, random);
      for (const command of ["dump", "show"]) expect(await differences(["map", command, "pinned", path])).toEqual([]);
    }
  });
});
