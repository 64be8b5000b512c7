import { expect, it } from "vitest";
import { countCpus } from "../../../src/sys/cpus.ts";

it.each([
  ["0", 1],
  ["0\n", 1],
  ["0-3", 4],
  ["0-3,8", 5],
  ["0,2,4-5,64-127", 68],
  ["7", 1],
  ["0-8191", 8192],
])("counts the CPUs of %j", (list, count) => {
  expect(countCpus(list)).toBe(count);
});

it.each(["", "0-", "-3", "3-1", "0-3,2", "0-3,3", "a", "0,,1", "0 1", "0-99999999", "1e3"])("refuses %j", (list) => {
  expect(() => countCpus(list)).toThrow(expect.objectContaining({ code: "KERNEL" }));
});
