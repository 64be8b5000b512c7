import { describe, expect, test } from "vitest";
import { readCpuIds } from "../../../src/sys/cpus.ts";
import { LinuxKernel, parseFdinfo } from "../../../src/sys/linux.ts";

const TEXT = "pos:\t0\nmap_type:\t11\nmemlock:\t920\nfrozen:\t0\n";

test.each<[text: string, key: string, value: string | undefined]>([
  [TEXT, "pos", "0"],
  [TEXT, "memlock", "920"],
  [TEXT, "frozen", "0"],
  [TEXT, "lock", undefined],
  [TEXT, "owner_jited", undefined],
  ["memlock:\t920", "memlock", "920"],
  ["memlock:\n", "memlock", ""],
  ["", "memlock", undefined],
])("%j: %s is %j", (text, key, value) => {
  expect(parseFdinfo(text).get(key)).toBe(value);
});

describe.runIf(process.platform === "linux")("the number of CPUs", () => {
  const kernel = new LinuxKernel();

  test("has an upper limit that comes from no file", () => {
    expect(kernel.mostCpus()).toBeGreaterThanOrEqual(kernel.possibleCpus());
    expect(kernel.mostCpus() % 64).toBe(0);
  });

  test("is read once", () => {
    expect(kernel.possibleCpus()).toBe(readCpuIds("possible").length);
  });
});
