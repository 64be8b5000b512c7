import { describe, expect, test } from "vitest";
import { codePoints, EXPRESSION_HELPERS } from "../../../../../src/query/cel/terms/helpers.ts";

const { and, or, bytesAre, compareText, count, divide, hex, lower, modulo, swap, text, textIs, upper } =
  EXPRESSION_HELPERS;
const FAIL = new Error("division by zero");
const yes = (): boolean => true;
const no = (): boolean => false;
const fail = (): boolean => {
  throw FAIL;
};

describe("text in bytes", () => {
  const bytes = Buffer.from("\0abc\0xyz\xe9", "latin1");
  test("up to its NUL or its end", () => {
    expect([text(bytes, 1, 4), text(bytes, 1, 3), text(bytes, 0, 4), text(bytes, 8, 1)]).toEqual([
      "abc",
      "abc",
      "",
      "\udce9",
    ]);
  });

  test.each<[number, number, string, boolean]>([
    [1, 4, "abc", true],
    [1, 3, "abc", true],
    [1, 4, "ab", false],
    [1, 2, "abc", false],
    [1, 4, "abd", false],
    [0, 4, "", true],
    [1, 4, "", false],
    [5, 0, "", true],
  ])("at %i, room for %i: %j", (at, room, wanted, expected) => {
    expect(textIs(bytes, at, room, Buffer.from(wanted))).toBe(expected);
  });

  test("bytes and digits", () => {
    expect([bytesAre(bytes, 1, Buffer.from("ab")), bytesAre(bytes, 1, Buffer.from("ac"))]).toEqual([true, false]);
    expect(hex(bytes.subarray(1), 0, 3)).toBe("616263");
  });
});

describe("strings", () => {
  test("by code points", () => {
    expect(["a", "b"].map((one) => Math.sign(compareText(one, "b")))).toEqual([-1, 0]);
    expect(compareText("\u{1f600}", "\uffff")).toBeGreaterThan(0);
    expect(compareText("a", "ab")).toBeLessThan(0);
    expect([codePoints(""), codePoints("é\u{1f600}")]).toEqual([0, 2]);
  });

  test("only ASCII changes its case", () => {
    expect([lower("ÀZ"), upper("ßz"), lower("İ")]).toEqual(["Àz", "ßZ", "İ"]);
  });
});

describe("&& and || where a side fails", () => {
  test.each<[string, () => boolean, boolean | "fails"]>([
    ["true && true", () => and(yes, yes), true],
    ["true && false", () => and(yes, no), false],
    ["fails && false", () => and(fail, no), false],
    ["false && fails", () => and(no, fail), false],
    ["fails && true", () => and(fail, yes), "fails"],
    ["true && fails", () => and(yes, fail), "fails"],
    ["fails && fails", () => and(fail, fail), "fails"],
    ["fails || true", () => or(fail, yes), true],
    ["true || fails", () => or(yes, fail), true],
    ["fails || false", () => or(fail, no), "fails"],
    ["false || fails", () => or(no, fail), "fails"],
    ["false || false", () => or(no, no), false],
  ])("%s", (_, run, expected) => {
    if (expected === "fails") expect(run).toThrow(FAIL);
    else expect(run()).toBe(expected);
  });
});

test.each<[number | bigint, number | bigint, number | bigint, number | bigint]>([
  [7, 2, 3, 1],
  [-7, 2, -3, -1],
  [7, -2, -3, 1],
  [-(2n ** 63n), -1n, 2n ** 63n, 0n],
  [2n ** 64n - 1n, 10n, 1844674407370955161n, 5n],
])("%s / %s truncates", (a, b, quotient, remainder) => {
  expect([divide(a, b, FAIL), modulo(a, b, FAIL)]).toEqual([quotient, remainder]);
});

test("a division by zero throws what it is given", () => {
  for (const run of [() => divide(1, 0, FAIL), () => modulo(1n, 0n, FAIL)]) expect(run).toThrow(FAIL);
});

test.each<[number | bigint, number, number | bigint]>([
  [443, 2, 47873],
  [0, 2, 0],
  [0x0a000001, 4, 0x0100000a],
  [0xffffffff, 4, 0xffffffff],
  [1n, 8, 2n ** 56n],
  [2n ** 64n - 2n, 8, 0xfeff_ffff_ffff_ffffn],
])("%s in the other order, %i bytes", (value, bytes, expected) => {
  expect(swap(value, bytes)).toBe(expected);
});

describe("counting elements", () => {
  const seen: number[] = [];
  const test3 = (at: number): boolean => {
    seen.push(at);
    if (at === 30) throw FAIL;
    return at >= 20;
  };

  test("ends where enough do, and fails where one that fails could decide", () => {
    expect(count(0, 10, 3, 1, test3)).toBe(1);
    expect(seen).toEqual([0, 10, 20]);
    expect(count(20, 10, 3, 2, test3)).toBe(2);
    expect(() => count(20, 10, 3, 3, test3)).toThrow(FAIL);
    expect(count(0, 10, 0, 1, test3)).toBe(0);
  });
});
