import { expect, test } from "vitest";
import { BtfBuilder } from "../../../helpers/btf-builder.ts";
import { columnsAsJson } from "../../../helpers/columns-as-json.ts";
import { Random } from "../../../helpers/random.ts";
import { RandomTypes, randomSize } from "../../../helpers/random-types.ts";
import { randomValue } from "../../../helpers/random-values.ts";
import { TypedKernel } from "../../../helpers/typed-kernel.ts";
import { useScratch } from "../../../helpers/use-scratch.ts";

const scratch = useScratch();
const SEEDS = 30;

/** A map of random types with edge numbers, texts and random bytes in it. */
function randomMap(seed: number): TypedKernel {
  const random = new Random(seed);
  const btf = new BtfBuilder();
  const types = new RandomTypes(random, btf, true);
  const [keySize, valueSize] = [randomSize(random, 64), randomSize(random, 512)];
  const [key, value] = [types.ofSize(keySize), types.ofSize(valueSize)];
  const hex = (size: number): string => Buffer.from(randomValue(random, size)).toString("hex");
  const entries = Array.from({ length: random.between(0, 40) }, () => [hex(keySize), hex(valueSize)] as const);
  return new TypedKernel(btf, [{ key, value, entries }]);
}

test.for(Array.from({ length: SEEDS }, (_, i) => i + 1))("all readers agree on random types, seed %i", async (seed) => {
  const compared = await columnsAsJson(["dump", "id", "1", "--no-render"], scratch.folder, randomMap(seed));
  expect(compared.different.slice(0, 3)).toEqual([]);
  expect(new Set(compared.statuses)).toEqual(new Set([0]));
});
