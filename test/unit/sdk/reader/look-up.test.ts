import { expect, test } from "vitest";
import { lookUp, lookUpSync } from "../../../../src/sdk/reader/look-up.ts";
import { Holdings } from "../../../../src/sdk/reader/read.ts";
import { sampleMap } from "../../snapshot/sample-maps.ts";

/** A map that answers every lookup with an errno. */
function answering(errno: number): Holdings {
  return new Holdings({ ...sampleMap(), lookup: () => errno });
}

test("the bytes of a value, as many as all CPUs have", async () => {
  const map = new Holdings(sampleMap({ peek: Uint8Array.of(1, 2, 3), cpus: 2 }));
  for (const value of [await lookUp(map, null, {}), lookUpSync(map, null)]) {
    expect(value).toHaveLength(16);
    expect([...(value ?? [])].slice(0, 4)).toEqual([1, 2, 3, 0]);
  }
});

test("no such key is undefined, any other errno is thrown", async () => {
  expect([await lookUp(answering(2), Uint8Array.of(1), {}), lookUpSync(answering(2), null)]).toEqual([
    undefined,
    undefined,
  ]);
  const refused = expect.objectContaining({ code: "NO_PERMISSION", details: expect.objectContaining({ errno: 1 }) });
  expect(() => lookUpSync(answering(1), null)).toThrow(refused);
  await expect(lookUp(answering(1), null, {})).rejects.toEqual(refused);
});
