import { createReadStream, readFileSync } from "node:fs";
import { join } from "node:path";
import { Readable } from "node:stream";
import { describe, expect, test } from "vitest";
import { openSnapshot } from "../../../../src/sdk/snapshots/open-snapshot.ts";
import { saveSnapshot } from "../../../../src/snapshot/write/save.ts";
import { useScratch } from "../../../helpers/use-scratch.ts";
import { numbered, ORIGIN, sampleMap } from "../../snapshot/sample-maps.ts";
import { connectionsOf, errorOf } from "../sample-readers.ts";

const scratch = useScratch();

/** A snapshot of `conns` (id 7) and `jobs` (id 8), or of the former alone. */
async function saved(isOne = false): Promise<string> {
  const file = join(scratch.folder, "maps.ndjson.gz");
  const jobs = sampleMap({ info: { id: 8, name: "jobs", type: 2 }, entries: numbered(2) });
  await saveSnapshot(file, isOne ? [connectionsOf(3)] : [connectionsOf(3), jobs], { ...ORIGIN, force: true });
  return file;
}

test("the maps of a snapshot, in the order of the file", async () => {
  using snapshot = await openSnapshot(await saved());
  expect(snapshot.maps.map(({ id, name, type, tool, time }) => [id, name, type, tool, time.toISOString()])).toEqual([
    [7, "conns", "hash", "ebpf-map 0.1.0", "2026-01-31T12:00:00.123Z"],
    [8, "jobs", "array", "ebpf-map 0.1.0", "2026-01-31T12:00:00.123Z"],
  ]);
});

describe("a reader of one of them", () => {
  test("by its place", async () => {
    using snapshot = await openSnapshot(await saved());
    using jobs = snapshot.open(snapshot.maps[1]);
    expect([jobs.info.id, await jobs.count()]).toEqual([8, 2]);
    using conns = snapshot.open(snapshot.maps[0], { enums: "number" });
    expect((await conns.toArray()).at(1)?.value).toMatchObject({ state: 1 });
  });

  test("the only one needs no name, one of several does", async () => {
    using one = await openSnapshot(await saved(true));
    using reader = one.open();
    expect(await reader.count()).toBe(3);
    using several = await openSnapshot(await saved());
    expect(() => several.open()).toThrow(expect.objectContaining({ code: "AMBIGUOUS_MAP", details: { ids: [7, 8] } }));
    expect(() => several.open(one.maps[0])).toThrow(expect.objectContaining({ code: "NO_SUCH_MAP" }));
  });

  test("not when the snapshot is closed", async () => {
    const snapshot = await openSnapshot(await saved(true));
    snapshot.close();
    snapshot.close();
    expect(() => snapshot.open()).toThrow(expect.objectContaining({ code: "CLOSED" }));
  });
});

describe("from a stream", () => {
  test.each([
    ["of Node", (file: string) => createReadStream(file)],
    ["of the web", (file: string) => new Blob([readFileSync(file)]).stream() as ReadableStream<Uint8Array>],
  ])("%s", async (_, streamOf) => {
    await using snapshot = await openSnapshot(streamOf(await saved(true)));
    using reader = snapshot.open();
    expect(await reader.toArray()).toHaveLength(3);
  });

  test("of objects is USAGE, of something else SNAPSHOT_INVALID", async () => {
    const objects = Readable.from([{ a: 1 }]);
    expect(await errorOf(() => openSnapshot(objects))).toMatchObject({
      code: "USAGE",
      message: "open a snapshot: the stream gives objects, not bytes",
    });
    expect(await errorOf(() => openSnapshot(Readable.from(["hello"])))).toMatchObject({
      code: "SNAPSHOT_INVALID",
      message: "read snapshot -: it is not an ebpf-map snapshot",
    });
  });

  test("that fails gives the error of the stream", async () => {
    const gone = new Error("gone");
    const failing = new Readable({ read: () => failing.destroy(gone) });
    expect(await errorOf(() => openSnapshot(failing))).toBe(gone);
  });
});

test("a path that is none is USAGE, a file that isn't there FILE", async () => {
  expect(await errorOf(() => openSnapshot(""))).toMatchObject({ code: "USAGE" });
  expect(await errorOf(() => openSnapshot(join(scratch.folder, "none")))).toMatchObject({ code: "FILE" });
});
