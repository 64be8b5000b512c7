import { expect, test } from "vitest";
import { splitParts, trimmed } from "../../../../src/query/fields/parts.ts";

function split(text: string): string[] {
  return splitParts({ option: "--select", text }).map(({ start, end }) => text.slice(start, end));
}

test.each<[string, string[]]>([
  ["a", ["a"]],
  ["a,b", ["a", "b"]],
  [" a , b\t,\nc ", ["a", "b", "c"]],
  ["sum(a,b),c", ["sum(a,b)", "c"]],
  ["a[1,2],b", ["a[1,2]", "b"]],
  ['value["a,b"],c', ['value["a,b"]', "c"]],
  ['value["a\\",b"],c', ['value["a\\",b"]', "c"]],
  ['value["]"],c', ['value["]"]', "c"]],
  ["a)b,c", ["a)b", "c"]],
  ["((a,b),(c)),d", ["((a,b),(c))", "d"]],
])("%s", (text, parts) => {
  expect(split(text)).toEqual(parts);
});

test.each<[string, string]>([
  ["", "something is missing here\n  \n  ^"],
  ["a,,b", "something is missing here\n  a,,b\n    ^"],
  ["a,", "something is missing here\n  a,\n    ^"],
  [",a", "something is missing here\n  ,a\n  ^"],
  ["a, ,b", "something is missing here\n  a, ,b\n    ^"],
  ["sum(a", "`)` is missing\n  sum(a\n       ^"],
  ["a[1,b", "`]` is missing\n  a[1,b\n       ^"],
  ["a([)", "`]` is missing\n  a([)\n      ^"],
  ['value["a', 'the string does not end\n  value["a\n        ^^'],
])("refuses %j", (text, message) => {
  expect(() => split(text)).toThrow(`--select: ${message}`);
});

test("blanks at the ends of a range are left out of it", () => {
  const source = { option: "--sort", text: "a:  b :desc" };
  expect(trimmed(source, { start: 2, end: 6 })).toEqual({ start: 4, end: 5 });
  expect(() => trimmed(source, { start: 2, end: 4 })).toThrow("--sort: something is missing here");
});
