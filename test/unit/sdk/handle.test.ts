import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { checkHandle, isFileHandle, openFile, openLive, ownKernel, possibleCpuIds } from "../../../src/sdk/handle.ts";
import { saveSnapshot } from "../../../src/snapshot/write/save.ts";
import { readCpuIds } from "../../../src/sys/cpus.ts";
import { FakeKernel, fakeMap } from "../../helpers/fake-kernel.ts";
import { useScratch } from "../../helpers/use-scratch.ts";
import { ORIGIN, sampleMap } from "../snapshot/sample-maps.ts";

const scratch = useScratch();

function kernel(): FakeKernel {
  const map = (id: number, name: string): ReturnType<typeof fakeMap> => {
    const base = fakeMap(1);
    return { ...base, info: { ...base.info, id, name } };
  };
  return new FakeKernel([map(1, "one"), map(2, "two"), map(3, "two")]);
}

describe("a handle names one map of the kernel", () => {
  test.each([
    [{ id: 2 }, 2],
    [{ name: "one" }, 1],
  ])("%o", (handle, id) => {
    using map = openLive(handle, kernel());
    expect(map.info.id).toBe(id);
  });

  test("a name of two maps is refused with their ids, and neither stays open", () => {
    const from = kernel();
    expect(() => openLive({ name: "two" }, from)).toThrow(
      expect.objectContaining({ code: "AMBIGUOUS_MAP", details: { ids: [2, 3] } }),
    );
    expect(from.openCount).toBe(0);
  });

  test.each([{ id: 9 }, { name: "none" }])("%o is no map", (handle) => {
    expect(() => openLive(handle, kernel())).toThrow(expect.objectContaining({ code: "NO_SUCH_MAP" }));
  });
});

describe("a handle names a map of a file", () => {
  const saved = async (): Promise<string> => {
    const file = join(scratch.folder, "maps.ndjson");
    await saveSnapshot(file, [sampleMap(), sampleMap({ info: { id: 8, name: "jobs" } })], { ...ORIGIN, force: true });
    return file;
  };

  test("by its name", async () => {
    using map = await openFile({ file: await saved(), map: "jobs" });
    expect(map.info.id).toBe(8);
  });

  test("without one there must be only one", async () => {
    const file = await saved();
    await expect(openFile({ file })).rejects.toMatchObject({ code: "AMBIGUOUS_MAP", details: { ids: [7, 8] } });
    await expect(openFile({ file, map: "none" })).rejects.toMatchObject({
      code: "NO_SUCH_MAP",
      message: `open a map: none matches the name 'none' in snapshot ${file}`,
    });
  });
});

test("one kernel is for all readers, and its CPUs are those of /sys", () => {
  expect(ownKernel()).toBe(ownKernel());
  expect(possibleCpuIds()).toEqual(readCpuIds("possible"));
});

test.each([[{ id: 0 }], [{ fd: 3 }], [{ file: "x", map: "" }], [{ name: "", id: undefined }]])(
  "%o is a handle",
  (handle) => {
    expect(() => checkHandle(handle)).not.toThrow();
  },
);

test.each<[object, string]>([
  [{ id: 1, name: "x" }, "id and name exclude each other"],
  [{ pinned: "/x", map: "m" }, "map names one in a file"],
  [{ file: undefined }, "expected { id }"],
])("%o is no handle", (handle, message) => {
  expect(() => checkHandle(handle)).toThrow(
    expect.objectContaining({ code: "USAGE", message: expect.stringContaining(message) }),
  );
});

test("a way that is undefined isn't the one by which a map is named", () => {
  using map = openLive({ fd: undefined, pinned: undefined, id: 2 }, kernel());
  expect(map.info.id).toBe(2);
  expect([{ file: "x" }, { id: 1, file: undefined }].map((handle) => isFileHandle(handle))).toEqual([true, false]);
});
