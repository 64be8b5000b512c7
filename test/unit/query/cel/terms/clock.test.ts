import { expect, test } from "vitest";
import { CLOCK_NAMES, timeOf } from "../../../../../src/query/cel/terms/clock.ts";

test("each clock by its name", () => {
  const clock = { monotonicNs: () => 1n, bootNs: () => 2n, realtimeNs: () => 3n };
  expect(CLOCK_NAMES.map((name) => [name, timeOf(clock, name)])).toEqual([
    ["monotonic", 1n],
    ["boot", 2n],
    ["realtime", 3n],
  ]);
});
