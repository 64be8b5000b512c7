import { expect, test } from "vitest";
import { checkFormatQuery, FORMAT_CHECKS } from "../../../../src/sdk/reader/stream-format.ts";

test("bpftool's formats have no place for a query, ours have", () => {
  expect(() => checkFormatQuery("map id 7", "bpftool-json", { where: "true" })).toThrow(
    expect.objectContaining({ code: "USAGE", details: { option: "format" } }),
  );
  expect(() => checkFormatQuery("map id 7", "bpftool-json", { timeout: 5 })).not.toThrow();
  expect(() => checkFormatQuery("map id 7", "ndjson", { where: "true" })).not.toThrow();
});

test("what a format and its options may be", () => {
  const { format, text, csvSafe } = FORMAT_CHECKS;
  expect(["bpftool", "ndjson", "csv", "hist"].every((word) => format.accepts(word))).toBe(true);
  expect(["xml", "", 1].some((word) => format.accepts(word))).toBe(false);
  expect([text.accepts("escape"), text.accepts("raw"), csvSafe.accepts(true), csvSafe.accepts("yes")]).toEqual([
    true,
    false,
    true,
    false,
  ]);
});
