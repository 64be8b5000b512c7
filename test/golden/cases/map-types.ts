import { LinuxKernel } from "../../../src/sys/linux.ts";
import { MAP_RECIPES, type MapRecipe, makeMap } from "../../helpers/map-recipes.ts";
import { registerStructOps } from "../../helpers/objects.ts";
import type { GoldenCase } from "../case.ts";

/** Every map type with a few entries, and empty where it can be; with BTF where the kernel takes it. */
export const MAP_TYPE_CASES: readonly GoldenCase[] = [...MAP_RECIPES.flatMap(casesOf), structOps()];

function casesOf(recipe: MapRecipe): GoldenCase[] {
  const base = `types/${recipe.name.replaceAll("_", "-").replaceAll(" ", "-")}`;
  const one = (name: string, count: number, btf: boolean): GoldenCase => ({
    name,
    covers: `${recipe.name}, ${count === 0 ? "empty" : `${count} put into it`}${btf ? ", with BTF" : ""}`,
    make: async (scratch, mapName) => [await makeMap(scratch, recipe, { count, btf, name: mapName })],
  });
  const always = recipe.btf === "always";
  const cases = [one(`${base}/${always ? "btf" : "plain"}`, 3, always)];
  if (recipe.btf === "maybe" && recipe.fill) cases.push(one(`${base}/btf`, 3, true));
  if (recipe.fill) cases.push(one(`${base}/empty`, 0, always));
  return cases;
}

/** The only type whose maps come out of an object alone: it is typed by the kernel's own BTF. */
function structOps(): GoldenCase {
  return {
    name: "types/struct-ops/btf",
    covers: "a TCP congestion control, with the ids of its programs",
    make: async (scratch) => [scratch.own(new LinuxKernel().openMap(await registerStructOps(scratch, "congestion")))],
  };
}
