import { expect, test } from "vitest";
import { addExactly } from "../../../../src/server/series/exact-sum.ts";

test.each([
  [1, 2, 3],
  [2 ** 53 - 1, 2, 2n ** 53n + 1n],
  [2n ** 64n - 1n, 1, 2n ** 64n],
  [-5, 2n ** 60n, 2n ** 60n - 5n],
  [0.5, 1, 1.5],
  [0.5, 2n, 2.5],
  [2 ** 53, 0.5, 2 ** 53 + 0.5],
])("%s + %s", (a, b, expected) => {
  expect(addExactly(a, b)).toBe(expected);
  expect(addExactly(b, a)).toBe(expected);
});

test("what is no number stays none", () => {
  expect(addExactly(Number.NaN, 1n)).toBeNaN();
  expect(addExactly(Number.POSITIVE_INFINITY, 1)).toBe(Number.POSITIVE_INFINITY);
});
