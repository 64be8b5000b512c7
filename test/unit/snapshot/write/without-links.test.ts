import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test, vi } from "vitest";
import { saveSnapshot } from "../../../../src/snapshot/write/save.ts";
import { useScratch } from "../../../helpers/use-scratch.ts";
import { digest, numbered, ORIGIN, readSnapshot, sampleMap } from "../sample-maps.ts";

const EPERM = 1;

/** The folder is on a file system without hard links, such as vfat. */
vi.mock(import("node:fs/promises"), async (original) => ({
  ...(await original()),
  link: async () => {
    throw Object.assign(new Error("EPERM: operation not permitted, link"), { errno: -EPERM });
  },
}));

const scratch = useScratch();

test("a new file gets its name all the same", async () => {
  const path = join(scratch.folder, "map");
  await saveSnapshot(path, [sampleMap({ entries: numbered(3) })], ORIGIN);
  expect(await readSnapshot(path)).toMatchObject([{ entries: digest(numbered(3)) }]);
  expect(readdirSync(scratch.folder)).toEqual(["map"]);
});

test("a file that comes while the map is read is not overwritten", async () => {
  const path = join(scratch.folder, "map");
  const map = sampleMap({ beforeBatch: () => writeFileSync(path, "mine") });
  await expect(saveSnapshot(path, [map], ORIGIN)).rejects.toMatchObject({ code: "FILE" });
  expect(readFileSync(path, "utf8")).toBe("mine");
  expect(readdirSync(scratch.folder)).toEqual(["map"]);
});
