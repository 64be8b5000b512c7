import { describe, expect, test } from "vitest";
import { keptValues, refusalOf } from "../../typed-rows.ts";

describe("doubles and strings", () => {
  test.each<[string, string, readonly (number | string)[], readonly (number | string)[]]>([
    ["value + 0.5 == 1.0", "double", [0.5, 1], [0.5]],
    ["value - 1.5 < 0.0", "double", [1, 2], [1]],
    ["value * 2.0 == 3.0", "double", [1.5, 3], [1.5]],
    ["1.0 / value > 1e300", "double", [0, 1], [0]],
    ["-value == 1.5", "double", [-1.5, 1.5], [-1.5]],
    ["value > -(1.5)", "double", [-2, -1], [-1]],
    ["value == 1.5 + 1.5 * 2.0 - 1.0 / 2.0", "double", [4, 4.5], [4]],
    ["value == -0.0", "double", [0, 1], [0]],
    ["1.0 / -0.0 < value", "double", [0, 1], [0, 1]],
    ['value + "!" == "a!"', "char[4]", ["a", "b"], ["a"]],
    ['value == "a" + "b"', "char[4]", ["a", "ab"], ["ab"]],
    ['"a" + value + "c" == "abc"', "char[4]", ["b", "c"], ["b"]],
    ["(value > 1.0 ? value : 0.0) == 0.0", "double", [0.5, 2], [0.5]],
    ['(value == "a" ? "x" : value) == "x"', "char[4]", ["a", "b", "x"], ["a", "x"]],
    ['value == "a" ? true : value == "b"', "char[4]", ["a", "b", "c"], ["a", "b"]],
  ])("%s of %s", async (where, type, values, kept) => {
    expect(await keptValues(where, type, values)).toEqual(kept);
  });
});

test.each<[string, string, string]>([
  [
    "value + 1.5 > 2.0",
    "`+` does not go with an integer (`u32`) and a floating-point number (double(x) turns an integer into a floating-point number)",
    "value + 1.5",
  ],
  ["5.0 % 2.0 == 1.0", "`%` does not go with a floating-point number and a floating-point number", "5.0 % 2.0"],
  ["value % 2.0 == 1.0", "`%` does not go with an integer (`u32`) and a floating-point number", "value % 2.0"],
  ['value + "1" == 5', "`+` does not go with an integer (`u32`) and a string", 'value + "1"'],
  ['"a" - "b" == "c"', "`-` does not go with a string and a string", '"a" - "b"'],
  ["[1] + [2] == [3]", "`+` does not go with a list and a list", "[1] + [2]"],
  ["true + true == 2", "`+` does not go with true or false and true or false", "true + true"],
  ["-true", "- needs a number, and this is true or false", "-true"],
  ['-"a" == "b"', "- needs a number, and this is a string", '-"a"'],
  [
    "value > 1 ? 1 : 1.0",
    "both sides of ?: must be of one type, and these are an integer and a floating-point number",
    "value > 1 ? 1 : 1.0",
  ],
  [
    "value ? true : false",
    "true or false is needed here, and this is an integer (`u32`): compare it with something, as in x != 0",
    "value",
  ],
])("refuses %s", (where, message, marked) => {
  expect(refusalOf(where, "u32")).toEqual({ message, marked });
});
