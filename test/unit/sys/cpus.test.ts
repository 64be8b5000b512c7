import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it, test } from "vitest";
import { cpuIds, readCpuIds } from "../../../src/sys/cpus.ts";
import { useScratch } from "../../helpers/use-scratch.ts";

describe("a list of CPUs", () => {
  it.each([
    ["0", 1],
    ["0\n", 1],
    ["0-3", 4],
    ["0-3,8", 5],
    ["0,2,4-5,64-127", 68],
    ["7", 1],
    ["0-8191", 8192],
  ])("%j names as many", (list, count) => {
    expect(cpuIds(list, "possible")).toHaveLength(count);
  });

  it("is in the order of the slots, with gaps left out", () => {
    expect(cpuIds("1,4-6\n", "possible")).toEqual([1, 4, 5, 6]);
  });

  it.each(["", "0-", "-3", "3-1", "0-3,2", "0-3,3", "a", "0,,1", "0 1", "0-99999999", "1e3"])("refuses %j", (list) => {
    expect(() => cpuIds(list, "possible")).toThrow(expect.objectContaining({ code: "KERNEL" }));
  });
});

describe("the kernel's lists", () => {
  const scratch = useScratch();

  test("are read by their names", () => {
    mkdirSync(join(scratch.folder, "cpu"), { recursive: true });
    writeFileSync(join(scratch.folder, "cpu", "possible"), "0-3\n");
    writeFileSync(join(scratch.folder, "cpu", "online"), "0,2\n");
    expect(readCpuIds("possible", join(scratch.folder, "cpu"))).toEqual([0, 1, 2, 3]);
    expect(readCpuIds("online", join(scratch.folder, "cpu"))).toEqual([0, 2]);
  });

  test("that aren't there are an error with a reason", () => {
    expect(() => readCpuIds("possible", "/nowhere")).toThrow(
      "read the list of possible CPUs in /nowhere/possible: no such file or directory (is /nowhere mounted?)",
    );
  });
});
