import { mkdirSync, opendirSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { EbpfMapError } from "../../../src/errors.ts";
import { Fd } from "../../../src/sys/fd.ts";
import type { Kernel, ObjectKind } from "../../../src/sys/kernel.ts";
import { filesBelow, findPins, orderPins } from "../../../src/sys/pins.ts";
import { Scratch } from "../../helpers/scratch.ts";

/** `n` pins of one map, found as 1, 2, 3… */
function pinsOf(mapId: number, n: number): { mapId: number; path: string }[] {
  return Array.from({ length: n }, (_, i) => ({ mapId, path: `${i + 1}` }));
}

// What bpftool 7.8 printed for n pins of one map; the table grows at the 4th, 7th, 13th and 25th.
test.each([
  [1, "1"],
  [3, "3 2 1"],
  [4, "4 1 2 3"],
  [6, "6 5 4 1 2 3"],
  [7, "7 3 2 1 4 5 6"],
  [13, "13 6 5 4 1 2 3 7 8 9 10 11 12"],
])("order of %d pins in libbpf's hash table", (n, order) => {
  expect(orderPins(pinsOf(7, n), "hash-table").get(7)?.join(" ")).toBe(order);
});

test("the hash table grows by the pins of all maps together", () => {
  const pins = [...pinsOf(1, 2), ...pinsOf(2, 2)];
  const order = orderPins(pins, "hash-table");
  expect(order.get(1)).toEqual(["1", "2"]);
  expect(order.get(2)).toEqual(["2", "1"]);
});

test("bpftool 5.10 prints the pin found last first", () => {
  expect(orderPins(pinsOf(7, 7), "last-first").get(7)?.join(" ")).toBe("7 6 5 4 3 2 1");
});

test("no pins, no maps", () => {
  expect(orderPins([], "hash-table").size).toBe(0);
});

test("files come depth first in the folder's own order, without links", () => {
  using scratch = new Scratch();
  const root = scratch.folder;
  for (const name of ["z", "a", "m"]) writeFileSync(join(root, name), "");
  mkdirSync(join(root, "sub"));
  writeFileSync(join(root, "sub", "inner"), "");
  symlinkSync(join(root, "a"), join(root, "link"));
  const names: string[] = [];
  using dir = closing(opendirSync(root));
  for (let entry = dir.handle.readSync(); entry; entry = dir.handle.readSync()) names.push(entry.name);
  const expected = names
    .filter((name) => name !== "link")
    .map((name) => join(root, name === "sub" ? "sub/inner" : name));
  expect(filesBelow(root)).toEqual(expected);
});

test("a folder that isn't there has no files", () => {
  expect(filesBelow("/nowhere/at/all")).toEqual([]);
});

test("pins are the maps among the files of bpf mounts, bytes of their names kept", () => {
  using scratch = new Scratch();
  const root = join(scratch.folder, "my maps");
  mkdirSync(root);
  writeFileSync(Buffer.concat([Buffer.from(`${root}/map-`), Buffer.of(0xff)]), "");
  for (const name of ["prog-a", "absent"]) writeFileSync(join(root, name), "");
  const mounts = join(scratch.folder, "mounts");
  const escaped = root.replace(" ", "\\040");
  writeFileSync(mounts, `none ${escaped} bpf rw 0 0\nnone ${escaped} tmpfs rw 0 0\nnone /nowhere bpf rw 0 0\n`);
  expect(findPins(kernelByName(), mounts)).toEqual([{ mapId: 42, path: `${root}/map-\udcff` }]);
});

/** A kernel in which a file is what its name starts with, and nothing else can be opened. */
function kernelByName(): Kernel {
  const kinds = new Map<Fd, ObjectKind>();
  const kernel: Partial<Kernel> = {
    openPinned(path) {
      const kind = path.replace(/^.*\//, "").replace(/-.*$/, "");
      if (kind === "absent") throw new EbpfMapError("NO_SUCH_MAP", `open pinned ${path}`);
      const fd = new Fd(1000 + kinds.size, () => {});
      kinds.set(fd, kind as ObjectKind);
      return fd;
    },
    objectKind: (fd) => kinds.get(fd) ?? "unknown",
    mapInfo: () => ({ id: 42 }) as ReturnType<Kernel["mapInfo"]>,
  };
  return kernel as Kernel;
}

function closing<T extends { closeSync(): void }>(handle: T): Disposable & { handle: T } {
  return { handle, [Symbol.dispose]: () => handle.closeSync() };
}
