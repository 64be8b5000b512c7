import { expect, test } from "vitest";
import { LinuxKernel } from "../../src/sys/linux.ts";
import { differences } from "../helpers/compare.ts";
import { keyOf, MAP_RECIPES, makeMap } from "../helpers/map-recipes.ts";
import { liveSuite } from "../helpers/requirements.ts";
import { useScratch } from "../helpers/use-scratch.ts";

const kernel = new LinuxKernel();

/**
 * A lookup in a bloom filter asks whether it holds a value, and bpftool asks for what is in memory it never wrote to.
 */
const RECIPES = MAP_RECIPES.filter(({ type }) => type !== "bloom_filter");

const CASES = RECIPES.flatMap((recipe) => {
  const withBtf = recipe.btf === "maybe" ? [false, true] : [recipe.btf === "always"];
  return withBtf.map((btf) => ({ recipe, btf, title: `${recipe.name}${btf ? " with BTF" : ""}` }));
});

liveSuite("lookup, getnext and peek of each map type", ["kernel", "bpftools"], () => {
  const scratch = useScratch();

  test.for(CASES)("$title", async ({ recipe, btf }) => {
    const map = await makeMap(scratch, recipe, { count: 3, btf, name: "look" });
    const words = ["id", String(kernel.mapInfo(map).id)];
    const key = (i: number): string[] => [...keyOf(i, recipe)].map(String);
    // The keys of a storage map are descriptors of the process that asks: such as neither has.
    const keys = recipe.btf === "always" ? [1000] : [0, 9];
    const withKeys = keys.flatMap((i) => [
      ["lookup", ...words, "key", ...key(i)],
      ["getnext", ...words, "key", ...key(i)],
    ]);
    const withoutKey = ["lookup", "getnext", "peek"].map((command) => [command, ...words]);
    for (const args of [...withoutKey, ...(recipe.keySize === 0 ? [] : withKeys)]) {
      const found = await differences(["map", ...args], { versions: ["5.10", "7.8"], shapes: ["plain", "json"] });
      expect(found).toEqual([]);
    }
  });
});
