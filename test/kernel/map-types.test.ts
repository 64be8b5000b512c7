import { expect, type TestContext, test } from "vitest";
import { EbpfMapError } from "../../src/errors.ts";
import { EINVAL } from "../../src/sys/errno.ts";
import type { Fd } from "../../src/sys/fd.ts";
import { LinuxKernel } from "../../src/sys/linux.ts";
import { differences } from "../helpers/compare.ts";
import { MAP_RECIPES, type MapRecipe, makeMap } from "../helpers/map-recipes.ts";
import { liveSuite, skip } from "../helpers/requirements.ts";
import { useScratch } from "../helpers/use-scratch.ts";

const kernel = new LinuxKernel();

const CASES = MAP_RECIPES.flatMap((recipe) =>
  (recipe.btf === "maybe" ? [false, true] : [recipe.btf === "always"]).flatMap((btf) =>
    (recipe.fill ? [0, 1, 5] : [1]).map((count) => ({ recipe, btf, count })),
  ),
);

liveSuite("dump of each map type", ["kernel", "bpftools"], () => {
  const scratch = useScratch();

  test.for(
    CASES.map((entry) => ({
      ...entry,
      title: `${entry.recipe.name}, ${entry.count} in it${entry.btf ? ", BTF" : ""}`,
    })),
  )("$title", async ({ recipe, btf, count }, context) => {
    const map = await makeOrSkip(recipe, count, btf, context);
    expect(await differences(["map", "dump", "id", String(kernel.mapInfo(map).id)])).toEqual([]);
  });

  async function makeOrSkip(recipe: MapRecipe, count: number, btf: boolean, context: TestContext): Promise<Fd> {
    try {
      return await makeMap(scratch, recipe, { count, btf, name: recipe.type.slice(0, 15) });
    } catch (error) {
      if (isRefused(error)) skip(context, recipe.name, `a kernel with ${recipe.type}`);
      throw error;
    }
  }
});

/** A kernel that doesn't know the type says EINVAL. */
function isRefused(error: unknown): boolean {
  if (!(error instanceof EbpfMapError)) return false;
  return error.details.errno === EINVAL && error.message.startsWith("create a map");
}
