import { expect, test } from "vitest";
import { queryError, queryLimit } from "../../../../src/query/fields/query-error.ts";

test.each<[string, string, number, number, string]>([
  ["the range", "value.pakets > 1", 6, 12, "  value.pakets > 1\n        ^^^^^^"],
  ["an empty range, which is one column", "a", 1, 1, "  a\n   ^"],
  ["a range behind the end", "ab", 5, 9, "  ab\n    ^"],
  ["an inverted range", "abc", 2, 1, "  abc\n    ^"],
  ["only its line", "one &&\n two\n&& three", 8, 11, "   two\n   ^^^"],
  ["the first line of a range that goes on", "one\ntwo", 1, 7, "  one\n   ^^"],
  ["tabs, which take one column", "\ta\tb", 3, 4, "   a b\n     ^"],
  ["characters of two UTF-16 units", '"😀" == x', 8, 9, '  "😀" == x\n         ^'],
])("carets under %s", (_, text, start, end, shown) => {
  const error = queryError({ option: "--where", text }, { start, end }, "no");
  expect(error.message).toBe(`--where: no\n${shown}`);
  expect(error.code).toBe("QUERY_INVALID");
  expect(error.details).toEqual({ option: "--where", text, start, end });
});

test("a line that is too long is not shown", () => {
  const text = `value == ${"1".repeat(5000)}`;
  const error = queryError({ option: "--where", text }, { start: 9, end: 20 }, "no");
  expect(error.message).toBe("--where: no (at character 10)");
  expect(error.details).toEqual({ option: "--where", start: 9, end: 20 });
});

test("a limit has no position", () => {
  const error = queryLimit("too much");
  expect([error.code, error.message, error.details]).toEqual(["QUERY_INVALID", "too much", {}]);
});
