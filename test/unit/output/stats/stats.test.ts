import { describe, expect, test } from "vitest";
import { EbpfMapError } from "../../../../src/errors.ts";
import { errorName, mapTypeText, ratioOf, rounded } from "../../../../src/output/stats/stats.ts";
import type { Occupancy } from "../../../../src/reader/occupancy.ts";
import type { MapInfo } from "../../../../src/sys/info.ts";
import { HALF_RING, statsOf } from "./make-stats.ts";

test.each<[string, Partial<Occupancy>, Partial<MapInfo>, ratio: number | undefined]>([
  ["some entries", {}, {}, 0.25],
  ["all entries", { entries: 100 }, {}, 1],
  ["no entries", { entries: 0 }, {}, 0],
  ["entries that can't be counted", { entries: undefined }, {}, undefined],
  ["no limit", { whenFull: "none" }, {}, undefined],
  ["no room", {}, { maxEntries: 0 }, undefined],
  ["a ring buffer", { entries: undefined, ring: HALF_RING }, {}, 0.5],
])("the share of %s", (_name, occupancy, info, ratio) => {
  expect(ratioOf(statsOf(occupancy, info))).toBe(ratio);
});

test.each([
  [1, "hash"],
  [27, "ringbuf"],
  [250, "type 250"],
])("type %i is called %s", (type, name) => {
  expect(mapTypeText(statsOf({}, { type }).info)).toBe(name);
});

describe("the error of a measurement", () => {
  const report = { complete: true, mode: "batch", entries: 0, restarts: 0, duplicates: 0, skipped: 0 } as const;
  const rest = { retries: 0, bytes: 0 };
  const failed = (details: EbpfMapError["details"]): EbpfMapError => new EbpfMapError("NO_PERMISSION", "map", details);

  test.each<[string, Partial<Occupancy>, name: string | undefined]>([
    ["none", {}, undefined],
    ["none of a read", { report: { ...report, ...rest, errno: 0 } }, undefined],
    ["that of a read", { report: { ...report, ...rest, errno: 524 } }, "ENOTSUPP"],
    ["that of a call", { error: failed({ errnoName: "EPERM" }) }, "EPERM"],
    ["one without an errno", { error: failed({}) }, "NO_PERMISSION"],
  ])("%s", (_name, occupancy, name) => {
    expect(errorName(statsOf(occupancy).occupancy)).toBe(name);
  });
});

test.each([
  [1.005, 1],
  [1.239, 1.24],
  [-0.126, -0.13],
  [3, 3],
])("%d is rounded to %d", (value, expected) => {
  expect(rounded(value)).toBe(expected);
});
