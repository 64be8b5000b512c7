import { describe, expect, test } from "vitest";
import { DIALECT_VERSIONS, type Dialect, dialectOf, NEWEST_DIALECT } from "../../../../src/codec/bpftool/dialect.ts";

test("the newest version is the default", () => {
  expect(NEWEST_DIALECT.version).toBe("7.8");
  expect(DIALECT_VERSIONS.at(-1)).toBe("7.8");
});

describe("the versions differ in", () => {
  test.each<[trait: keyof Dialect, values: readonly unknown[]]>([
    ["escapesBackslash", [false, false, true, true]],
    ["quotesPointers", [false, false, true, true]],
    ["showsInnerMapId", [false, false, true, true]],
    ["unsupportedKind", ["(unsupported-kind", "(unsupported-kind", "(unsupported-kind", "(unsupported-kind)"]],
    ["exitsWithErrno", [false, true, true, true]],
    ["fourBitKinds", [true, false, false, false]],
    ["progTypeNames", [31, 32, 33, 33]],
    ["readsBinaryNumbers", [false, false, false, true]],
    ["pinOrder", ["last-first", "hash-table", "hash-table", "hash-table"]],
    ["pinnedLink", ["unknown", "link", "link", "invalid-argument"]],
  ])("%s", (trait, values) => {
    expect(DIALECT_VERSIONS.map((version) => dialectOf(version)[trait])).toEqual(values);
  });
});

test.each(["7.2", "7", "", "constructor", "__proto__", "7.8.0"])("%j is no version", (version) => {
  expect(() => dialectOf(version)).toThrow(
    expect.objectContaining({
      code: "USAGE",
      message: `--compat ${version}: not a version that is known (5.10, 7.1, 7.5, 7.8)`,
    }),
  );
});
