import { expect, test } from "vitest";
import { growthOf, type Sample } from "./samples.ts";

function samples(resident: readonly number[], descriptors: readonly number[]): Sample[] {
  return resident.map((kib, minute) => ({ minute, resident: kib, descriptors: descriptors[minute] ?? 0 }));
}

test.each<[string, readonly number[], readonly number[], string | undefined]>([
  ["nothing", [50, 100, 100, 101, 100], [9, 9, 9, 9, 9], undefined],
  ["a read under way", [50, 100, 100, 100, 100], [9, 9, 9, 9, 10], undefined],
  ["the start", [10, 100, 100, 100, 100], [1, 9, 9, 9, 9], undefined],
  ["a descriptor that isn't closed", [50, 100, 100, 100, 100], [9, 9, 10, 11, 12], "descriptors: 9, then 11"],
  ["memory", [50, 100, 105, 115, 120], [9, 9, 9, 9, 9], "memory: 105 KiB, then 120 KiB"],
  ["one sample", [50], [9], undefined],
])("growth by %s", (_what, resident, descriptors, expected) => {
  expect(growthOf(samples(resident, descriptors))).toBe(expected);
});
