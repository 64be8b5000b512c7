import { expect, test } from "vitest";
import { kernelRange } from "../../../../src/schema/file/kernel-range.ts";

test.each([
  [">=4.18 <5.10", { "4.17.99": false, "4.18": true, "5.9.16": true, "5.10": false, "5.10.7-1-amd64": false }],
  [">=5.10", { "5.9": false, "5.10.0-1": true, "6.1": true }],
  [">5.10", { "5.10.7": false, "5.11": true }],
  ["<=5.10", { "5.10.7": true, "5.11": false }],
  ["=6.1.2", { "6.1.2": true, "6.1.20": false, "6.1": false }],
  ["6", { "6.18.44": true, "5.19": false }],
  [">=0.1", { nonsense: false, "0.1": true }],
])("%s", (range, releases) => {
  const isWithin = kernelRange(range, "kernel");
  for (const [release, expected] of Object.entries(releases))
    expect(`${release} ${isWithin(release)}`).toBe(`${release} ${expected}`);
});

test.each(["", "x", ">= 4", "5.10.1.2", "~5", ">=999999"])("'%s' is no range", (range) => {
  expect(() => kernelRange(range, "layouts[0].kernel")).toThrow(
    /layouts\[0\].kernel: '.*' is no range of kernel versions/,
  );
});
