import { afterEach, describe, expect, it } from "vitest";
import { allMaps, findMaps } from "../../../src/reader/find.ts";
import type { MapSource } from "../../../src/reader/map-source.ts";
import { ENOENT, EPERM } from "../../../src/sys/errno.ts";
import { FakeKernel, type Fault, fakeMap } from "../../helpers/fake-kernel.ts";

let kernel: FakeKernel;
let found: MapSource[] = [];

afterEach(() => {
  for (const map of found) map[Symbol.dispose]();
  found = [];
  expect(kernel.openCount).toBe(0);
});

function kernelWith(names: readonly string[], fault?: Fault): FakeKernel {
  const { info } = fakeMap(0);
  kernel = new FakeKernel(
    names.map((name, i) => fakeMap(0, { info: { ...info, id: 10 + i, name } })),
    fault,
  );
  return kernel;
}

const ids = (maps: Iterable<MapSource>): number[] => {
  for (const map of maps) found.push(map);
  return found.map((map) => map.info.id);
};

describe("allMaps", () => {
  it("gives maps in the order of their ids", () => {
    expect(ids(allMaps(kernelWith(["b", "a", ""])))).toEqual([10, 11, 12]);
  });

  it("leaves out an id that vanished before it was opened", () => {
    const vanishes: Fault = (call, n) => (call === "openMap" && n === 1 ? ENOENT : undefined);
    expect(ids(allMaps(kernelWith(["a", "b", "c"], vanishes)))).toEqual([10, 12]);
  });

  it.each<[string, Fault]>([
    ["the next id can't be had", (call) => (call === "nextMapId" ? EPERM : undefined)],
    ["a map can't be opened", (call, n) => (call === "openMap" && n === 1 ? EPERM : undefined)],
  ])("is an error, and no empty list, where %s", (_name, fault) => {
    expect(() => ids(allMaps(kernelWith(["a", "b"], fault)))).toThrow(
      expect.objectContaining({ code: "NO_PERMISSION" }),
    );
  });
});

describe("findMaps", () => {
  it("gives all maps of a name, in the order of their ids, and closes the others", () => {
    expect(ids(findMaps(kernelWith(["twin", "other", "twin"]), { by: "name", name: "twin" }))).toEqual([10, 12]);
    expect(kernel.openCount).toBe(2);
  });

  it("finds maps without a name", () => {
    expect(ids(findMaps(kernelWith(["a", ""]), { by: "name", name: "" }))).toEqual([11]);
  });

  it("gives nothing for a name that no map has, and throws for an id", () => {
    expect(findMaps(kernelWith(["a"]), { by: "name", name: "A" })).toEqual([]);
    expect(() => findMaps(kernel, { by: "id", id: 7 })).toThrow(expect.objectContaining({ code: "NO_SUCH_MAP" }));
  });

  it("closes what it has opened where the search fails half-way", () => {
    const fails: Fault = (call, n) => (call === "nextMapId" && n === 2 ? EPERM : undefined);
    expect(() => findMaps(kernelWith(["twin", "twin", "twin"], fails), { by: "name", name: "twin" })).toThrow();
  });

  it("closes a map whose info can't be read", () => {
    const fails: Fault = (call) => (call === "mapInfo" ? EPERM : undefined);
    expect(() => findMaps(kernelWith(["a"], fails), { by: "id", id: 10 })).toThrow("read map info");
  });
});
