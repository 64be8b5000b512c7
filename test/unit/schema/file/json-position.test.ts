import { expect, test } from "vitest";
import { faultPosition, placeInJson } from "../../../../src/schema/file/json-position.ts";

const TEXT = `{
  "a": [1, {"b": "x, {y}: \\"z\\""},
    {"c": null, "a.b": true}],
  "d": {}
}`;

test.each([
  ["", 1, 1],
  ["a", 2, 3],
  ["a[0]", 2, 9],
  ["a[1]", 2, 12],
  ["a[1].b", 2, 13],
  ["a[2].c", 3, 6],
  ["a[2].a.b", 3, 17],
  ["d", 4, 3],
  ["d.nothing", 4, 3],
  ["a[1].nothing", 2, 12],
  ["a[9]", 2, 3],
  ["ab", 1, 1],
])("%s is at line %i, column %i", (path, line, column) => {
  expect(placeInJson(TEXT, path)).toEqual({ line, column });
});

test.each([
  ['{"a": 1,\n "b" 2}', 2, 6],
  ['{"a": 1,\n', 2, 1],
  ["", 1, 1],
])("a fault in %j", (text, line, column) => {
  expect(faultPosition(text)).toEqual({ line, column });
});

test("lists in lists, as deep as JSON may go, don't exhaust the stack", () => {
  const depth = 20_000;
  const deep = "[".repeat(depth) + "]".repeat(depth);
  expect(placeInJson(deep, "[0][0]")).toEqual({ line: 1, column: 3 });
});
