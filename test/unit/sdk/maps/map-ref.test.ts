import { join } from "node:path";
import { expect, test } from "vitest";
import { EbpfMapError } from "../../../../src/errors.ts";
import { checkRef, isGone, isRef, openRef } from "../../../../src/sdk/maps/map-ref.ts";
import { useScratch } from "../../../helpers/use-scratch.ts";
import { saveConnections } from "../../snapshot/sample-maps.ts";
import { connectionsOf, readerOf } from "../sample-readers.ts";

const scratch = useScratch();

test("a handle or an open reader stands for a map, a list doesn't", () => {
  using reader = readerOf(connectionsOf(1));
  expect([{ id: 1 }, reader].map(isRef)).toEqual([true, true]);
  async function* none(): AsyncGenerator<never> {}
  expect([[], new Set(), none()].map(isRef)).toEqual([false, false, false]);
});

test("a closed reader and what names no map are refused", () => {
  const reader = readerOf(connectionsOf(1));
  expect(() => checkRef(reader)).not.toThrow();
  reader.close();
  expect(() => checkRef(reader)).toThrow(expect.objectContaining({ code: "CLOSED" }));
  expect(() => checkRef({ path: "x" })).toThrow(expect.objectContaining({ code: "USAGE" }));
});

test("the map of a reader stays open when its view is disposed of", async () => {
  using reader = readerOf(connectionsOf(2));
  {
    using map = await openRef(reader);
    expect(map.info.name).toBe("conns");
  }
  expect(await reader.toArray()).toHaveLength(2);
});

test("a file is opened, with types where they are given", async () => {
  const file = join(scratch.folder, "conns.ndjson");
  await saveConnections(file);
  using map = await openRef({ file }, { types: { value: "u64[4]" } });
  expect(map.typesGiven).toBe(true);
  await expect(openRef({ file }, { types: { value: "struct nothing" } })).rejects.toBeInstanceOf(EbpfMapError);
});

test.each([
  [new EbpfMapError("NO_SUCH_MAP", "x"), true],
  [new EbpfMapError("KERNEL", "x", { errnoName: "ENOENT" }), true],
  [new EbpfMapError("KERNEL", "x", { errnoName: "EPERM" }), false],
  [new Error("ENOENT"), false],
])("%o: gone is %s", (error, expected) => {
  expect(isGone(error)).toBe(expected);
});
