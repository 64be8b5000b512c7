import { describe, expect, test } from "vitest";
import { wholeField } from "../../../../../src/codec/access/field.ts";
import {
  bigCode,
  constantDouble,
  constantInteger,
  constantText,
  isOfCpus,
  isSafe,
  startOf,
  type Term,
  termTypeText,
} from "../../../../../src/query/cel/terms/terms.ts";
import type { EnumLayout, Layout } from "../../../../../src/schema/layout.ts";
import { layoutOf } from "../../typed-rows.ts";

const range = { start: 0, end: 0 };
const OPERAND = { bytes: "x", view: "d", base: "a", offset: 0 };

describe("constants as code", () => {
  test.each<[bigint, string, string]>([
    [0n, "0", "0n"],
    [5n, "5", "5n"],
    [-5n, "(-5)", "(-5n)"],
    [2n ** 53n - 1n, "9007199254740991", "9007199254740991n"],
    [2n ** 53n, "9007199254740992n", "9007199254740992n"],
    [-(2n ** 53n), "(-9007199254740992n)", "(-9007199254740992n)"],
    [2n ** 64n, "18446744073709551616n", "18446744073709551616n"],
  ])("%s", (value, code, big) => {
    const term = constantInteger(value);
    expect([term.code, bigCode(term), term.constant, term.uniform]).toEqual([code, big, value, true]);
    expect(BigInt(new Function(`return ${code};`)())).toBe(value);
    expect(new Function(`return ${big};`)()).toBe(value);
  });

  test("uints are those with a u, and those that no int can hold", () => {
    const unsigned = [
      constantInteger(1n),
      constantInteger(1n, true),
      constantInteger(2n ** 63n - 1n),
      constantInteger(2n ** 63n),
    ];
    expect(unsigned.map((term) => term.unsigned ?? false)).toEqual([false, true, false, true]);
  });

  test.each([0.5, -0.5, 0, -0, 1e300, -1e-300, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, Number.NaN])(
    "%d",
    (value) => {
      const term = constantDouble(value);
      expect(Object.is(new Function(`return 1 * ${term.code};`)(), value)).toBe(true);
      expect(Object.is(new Function(`return -${term.code};`)(), -value)).toBe(true);
    },
  );

  test("text stands in a table, whatever it is", () => {
    const tables: unknown[] = ["other"];
    const term = constantText({ table: (value) => tables.push(value) - 1 }, '"; process.exit(); "');
    expect([term.code, tables[1]]).toEqual(["t[1]", '"; process.exit(); "']);
  });
});

test("an integer is a number as long as all of its values are exact", () => {
  const most = 2n ** 53n - 1n;
  expect([
    isSafe({ min: -most, max: most }),
    isSafe({ min: -most - 1n, max: 0n }),
    isSafe({ min: 0n, max: most + 1n }),
  ]).toEqual([true, false, false]);
  expect(bigCode({ type: "integer", code: "v", min: 0n, max: 5n })).toBe("BigInt(v)");
  expect(bigCode({ type: "integer", code: "v", min: 0n, max: 2n ** 60n })).toBe("v");
});

test("the position of a field", () => {
  const field = { ...wholeField("value", layoutOf("u32")), bitOffset: 24 };
  expect([
    startOf({ field, operand: OPERAND }),
    startOf({ field: { ...field, bitOffset: 0 }, operand: OPERAND }),
  ]).toEqual(["a + 3", "a"]);
});

describe("in messages", () => {
  const located = (layout: Layout) => ({ field: wholeField("value", layout), operand: OPERAND });
  const list = { ...layoutOf("u32[2]"), counted: true } as Layout;
  const integer = { type: "integer", code: "v", min: 0n, max: 1n, range } as const;

  test.each<[Term, string]>([
    [{ type: "bool", code: "true", range }, "true or false"],
    [{ ...constantInteger(5n), range }, "an integer"],
    [{ ...integer, located: located(layoutOf("u32")) }, "an integer (`u32`)"],
    [{ ...integer, located: located(layoutOf("u32")), swapped: true }, "an integer"],
    [{ ...integer, enumerator: layoutOf("enum e { A }") as EnumLayout }, "an enumerator of `enum e`"],
    [{ type: "double", code: "1.5", range }, "a floating-point number"],
    [{ type: "text", code: "t[0]", range }, "a string"],
    [{ type: "bytes", constant: new Uint8Array(0), range }, "bytes"],
    [{ type: "address", constant: new Uint8Array(4), range }, "an address"],
    [{ type: "list", elements: [], range }, "a list"],
    [{ type: "null", range }, "null"],
    [{ type: "field", located: located(layoutOf("struct s { u32 a; }")), range }, "`struct s`"],
    [{ type: "field", located: located(layoutOf("u32[4]")), range }, "`u32[4]`"],
    [{ type: "field", located: located(list), range }, "`u32[2]`, which may differ between CPUs"],
  ])("%#: %s", (term, text) => {
    expect(termTypeText(term)).toBe(text);
    expect(isOfCpus(term)).toBe(text.endsWith("between CPUs"));
  });
});
