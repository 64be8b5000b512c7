import { expect, test } from "vitest";
import { closestDialect } from "../../../src/doctor/installed-bpftool.ts";

test.each([
  ["5.4.19", "5.10"],
  ["5.10.223", "5.10"],
  ["7.0.0", "5.10"],
  ["7.1.0", "7.1"],
  ["7.4.0", "7.1"],
  ["7.5.0", "7.5"],
  ["7.8.0", "7.8"],
  ["7.10.0", "7.8"],
])("bpftool %s is closest to %s", (version, expected) => {
  expect(closestDialect(version)).toBe(expected);
});
