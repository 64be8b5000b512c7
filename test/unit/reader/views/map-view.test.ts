import { expect, test, vi } from "vitest";
import { LiveMap } from "../../../../src/reader/live-map.ts";
import type { MapTypes } from "../../../../src/reader/map-source.ts";
import { mapView, withTypes } from "../../../../src/reader/views/map-view.ts";
import { FakeKernel, fakeEntry, fakeMap } from "../../../helpers/fake-kernel.ts";
import { ORIGIN, sampleMap } from "../../snapshot/sample-maps.ts";

const TYPES = { state: "known", keyTypeId: 1, valueTypeId: 2 } as MapTypes & { state: "known" };

test("has what it is given in place of the map's own, and everything else of the map", async () => {
  const kernel = new FakeKernel([fakeMap(3, { memlock: () => "4711" })]);
  using live = new LiveMap(kernel, kernel.openMap(1));
  const entries = vi.fn(() => live.entries());
  using view = mapView(live, { entries }, "borrowed");
  expect(view).toMatchObject({ info: live.info, label: live.label, shape: live.shape, types: expect.any(Function) });
  expect(view.types()).toEqual({ state: "none" });
  expect(view.fdinfo.memlock).toBe("4711");
  expect(view).not.toHaveProperty("typesGiven");
  using source = view.entries({ onePass: true });
  expect(entries).toHaveBeenCalledWith({ onePass: true });
  expect(source.next()).toMatchObject({ count: 3 });
  const value = new Uint8Array(8);
  expect(view.lookup(fakeEntry(2).key, value)).toBe(0);
  expect(value[0]).toBe(6);
  const next = new Uint8Array(4);
  expect(view.nextKey(null, next)).toBe(0);
  expect(view.countFromMemlock?.()).toBeUndefined();
  await expect(view.ringUse?.()).rejects.toThrow();
});

test("reads neither fdinfo nor the number of CPUs before they are asked for", () => {
  const kernel = new FakeKernel([fakeMap(1, { memlock: () => kernel.refuse("asked") })]);
  using live = new LiveMap(kernel, kernel.openMap(1));
  using view = mapView(live, {}, "borrowed");
  expect(() => view.fdinfo).toThrow("asked");
});

test.each([
  ["owned", 1],
  ["borrowed", 0],
] as const)("of a map that is %s disposes of it %d times", (ownership, times) => {
  const dispose = vi.fn();
  mapView({ ...sampleMap(), [Symbol.dispose]: dispose }, {}, ownership)[Symbol.dispose]();
  expect(dispose).toHaveBeenCalledTimes(times);
});

test("of a snapshot has its origin, and no functions that ask a kernel", () => {
  const origin = { time: "2026-01-31T12:00:00.123Z", bootTimeOffsetNs: ORIGIN.bootTimeOffsetNs, arch: "x64" };
  const view = mapView({ ...sampleMap(), origin }, {}, "borrowed");
  expect(view.origin).toBe(origin);
  expect(view).not.toHaveProperty("countFromMemlock");
  expect(view).not.toHaveProperty("ringUse");
});

test("other types are the user's, and go with the map", () => {
  const dispose = vi.fn();
  const typed = withTypes({ ...sampleMap(), [Symbol.dispose]: dispose }, TYPES);
  expect({ types: typed.types(), typesGiven: typed.typesGiven }).toEqual({ types: TYPES, typesGiven: true });
  typed[Symbol.dispose]();
  expect(dispose).toHaveBeenCalledOnce();
});
