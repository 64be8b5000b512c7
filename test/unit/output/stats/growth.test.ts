import { describe, expect, test } from "vitest";
import { GrowthMeter } from "../../../../src/output/stats/growth.ts";
import type { Growth, MeasuredMap } from "../../../../src/output/stats/stats.ts";
import type { WhenFull } from "../../../../src/sys/map-types.ts";
import { fakeMap } from "../../../helpers/fake-kernel.ts";

function stats(entries: number | undefined, whenFull: WhenFull = "refuses", id = 1): MeasuredMap {
  const occupancy = { entries, whenFull, preallocated: true, mode: "batch", report: undefined } as const;
  return { info: { ...fakeMap(0).info, id, maxEntries: 100 }, memlock: undefined, occupancy };
}

/** The growth after measurements of so many entries, a second apart. */
function growth(entries: readonly (number | undefined)[], whenFull?: WhenFull): Growth | undefined {
  const meter = new GrowthMeter();
  let last: MeasuredMap | undefined;
  for (const [i, count] of entries.entries()) [last] = meter.add(i * 1000, [stats(count, whenFull)]);
  return last?.growth;
}

describe("growth", () => {
  test.each<[string, (number | undefined)[], WhenFull, Growth | undefined]>([
    ["of one measurement isn't known", [5], "refuses", undefined],
    ["leads to a full map", [10, 12], "refuses", { perSecond: 2, fullIn: 44 }],
    ["is that of several measurements", [0, 10, 10, 10], "refuses", { perSecond: 10 / 3, fullIn: 27 }],
    ["of a map that empties", [12, 10], "refuses", { perSecond: -2, fullIn: undefined }],
    ["of a full map", [98, 100], "refuses", { perSecond: 2, fullIn: undefined }],
    ["of an LRU map means no end", [10, 12], "evicts", { perSecond: 2, fullIn: undefined }],
    ["of an array is none", [100, 100], "fixed", { perSecond: 0, fullIn: undefined }],
    ["of what can't be counted isn't known", [undefined, undefined], "refuses", undefined],
  ])("%s", (_, entries, whenFull, expected) => {
    const found = growth(entries, whenFull);
    const close = (value: number | undefined): unknown => (value === undefined ? undefined : expect.closeTo(value));
    expect(found).toEqual(expected && { perSecond: close(expected.perSecond), fullIn: close(expected.fullIn) });
  });

  test("old measurements don't count", () => {
    expect(growth([0, ...Array.from({ length: 12 }, () => 50)])?.perSecond).toBe(0);
  });

  test("a map that was gone begins again", () => {
    const meter = new GrowthMeter();
    meter.add(0, [stats(1)]);
    meter.add(1000, []);
    expect(meter.add(2000, [stats(9)])[0]?.growth).toBeUndefined();
  });
});
