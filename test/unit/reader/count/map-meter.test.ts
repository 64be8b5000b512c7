import { describe, expect, test } from "vitest";
import { levelOf, MapMeter } from "../../../../src/reader/count/map-meter.ts";
import { LiveMap } from "../../../../src/reader/live-map.ts";
import { FakeKernel, fakeMap } from "../../../helpers/fake-kernel.ts";

test.each([
  { costs: [], budget: 50, level: 50 },
  { costs: [1, 2, 3], budget: 50, level: 50 },
  { costs: [1, 100, 100], budget: 51, level: 25 },
  { costs: [100, 100, 1], budget: 51, level: 25 },
  { costs: [100, 100], budget: 10, level: 5 },
])("what small maps leave goes to large ones: $costs within $budget", ({ costs, budget, level }) => {
  expect(levelOf(costs, budget)).toBe(level);
});

describe("rounds", () => {
  /** Measures all maps of a kernel once. */
  async function round(meter: MapMeter, kernel: FakeKernel, ids: readonly number[]) {
    meter.begin();
    const all = [];
    for (const id of ids) {
      using map = new LiveMap(kernel, kernel.openMap(id));
      all.push(await meter.measure(map));
    }
    return all;
  }

  const ids = [1, 2, 3, 4];
  const kernel = new FakeKernel(
    ids.map((id) => {
      const map = fakeMap(100 * id);
      return { ...map, info: { ...map.info, id, maxEntries: 1000 } };
    }),
  );

  test("within the time all are counted", async () => {
    const meter = new MapMeter(kernel, () => 0, 50);
    await round(meter, kernel, ids);
    const second = await round(meter, kernel, ids);
    expect(second.map(({ occupancy }) => occupancy.entries)).toEqual([100, 200, 300, 400]);
    expect(second.every(({ age }) => age === undefined)).toBe(true);
  });

  test("without the time for all each has its turn, and the others say how old they are", async () => {
    let now = 0;
    const meter = new MapMeter(kernel, () => now, 0.01);
    expect((await round(meter, kernel, ids)).every(({ age }) => age === undefined)).toBe(true);
    const counted: number[] = [];
    for (let i = 0; i < 4; i++) {
      now += 1000;
      const all = await round(meter, kernel, ids);
      counted.push(...all.filter(({ age }) => age === undefined).map(({ info }) => info.id));
      for (const { age = 1000 } of all) expect(age % 1000).toBe(0);
    }
    expect(counted.toSorted()).toEqual(ids);
  });

  test("one map exactly, on demand", async () => {
    const meter = new MapMeter(kernel, () => 0, 0.01);
    await round(meter, kernel, ids);
    await round(meter, kernel, ids);
    using map = new LiveMap(kernel, kernel.openMap(4));
    expect(await meter.measure(map, true)).toMatchObject({ occupancy: { entries: 400, mode: "batch" } });
  });
});
