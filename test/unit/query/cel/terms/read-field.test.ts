import { describe, expect, test } from "vitest";
import { viewOf } from "../../../../../src/bytes.ts";
import { membersOf, wholeField } from "../../../../../src/codec/access/field.ts";
import type { Operand } from "../../../../../src/codec/access/operand.ts";
import { EXPRESSION_HELPERS } from "../../../../../src/query/cel/terms/helpers.ts";
import { readField, textAt } from "../../../../../src/query/cel/terms/read-field.ts";
import type { Term } from "../../../../../src/query/cel/terms/terms.ts";
import { bytesOf, type KeyValue, layoutOf } from "../../typed-rows.ts";

const OPERAND: Operand = { bytes: "x", view: "d", base: "a", offset: 2 };
const RANGE = { start: 0, end: 0 };

/** The term of the last member of a type, and the value of a piece of its code over some bytes. */
function read(type: string, value: KeyValue): { term: Term; run: (code: string) => unknown } {
  const layout = layoutOf(type);
  const whole = wholeField("value", layout);
  const term = readField({ field: membersOf(whole).at(-1) ?? whole, operand: OPERAND }, RANGE);
  const bytes = Buffer.concat([Buffer.alloc(5, 0xee), bytesOf(layout, value)]);
  const helpers = EXPRESSION_HELPERS;
  const run = (code: string): unknown =>
    new Function("h", "x", "d", "a", "t", `const { ${Object.keys(helpers).join(", ")} } = h; return ${code};`)(
      helpers,
      bytes,
      viewOf(bytes),
      3,
      [Buffer.from("ab")],
    );
  return { term, run };
}

describe("integers", () => {
  test.each<[string, KeyValue, bigint, bigint, number | bigint]>([
    ["struct { u8 pad; u8 n; }", { pad: 1, n: 255 }, 0n, 255n, 255],
    ["struct { u8 pad; s8 n; }", { pad: 1, n: -128 }, -128n, 127n, -128],
    ["struct { u8 pad; u32 n; }", { pad: 1, n: 2 ** 32 - 1 }, 0n, 2n ** 32n - 1n, 2 ** 32 - 1],
    ["u64", 2n ** 64n - 1n, 0n, 2n ** 64n - 1n, 2n ** 64n - 1n],
    ["s64", -(2n ** 63n), -(2n ** 63n), 2n ** 63n - 1n, -(2n ** 63n)],
    ["struct { u8 low : 3; u8 n : 5; }", { low: 7, n: 9 }, 0n, 31n, 9],
    ["struct { s32 low : 3; s32 n : 5; }", { low: 3, n: -16 }, -16n, 15n, -16],
    ["enum e { A = -1, B }", -1, -(2n ** 31n), 2n ** 31n - 1n, -1],
    ["void *", 2n ** 63n, 0n, 2n ** 64n - 1n, 2n ** 63n],
    ["__int128", -(2n ** 127n), -(2n ** 127n), 2n ** 127n - 1n, -(2n ** 127n)],
  ])("%s %s", (type, value, min, max, expected) => {
    const { term, run } = read(type, value);
    if (term.type !== "integer") throw new Error("it is an integer");
    expect([term.min, term.max, run(term.code)]).toEqual([min, max, expected]);
  });

  test.each<[string, bigint, number, number]>([
    ["u64", 2n ** 64n - 1n, 0xffff_ffff, 0xffff_ffff],
    ["u64", 2n ** 32n, 1, 0],
    ["s64", -1n, -1, 0xffff_ffff],
    ["s64", -(2n ** 63n), -(2 ** 31), 0],
  ])("the halves of a %s: %s", (type, value, high, low) => {
    const { term, run } = read(`struct { u64 pad; ${type} n; }`, { pad: 5, n: value });
    if (term.type !== "integer" || term.words === undefined) throw new Error("it has halves");
    expect([run(term.words.high), run(term.words.low)]).toEqual([high, low]);
    expect(run(term.nearest ?? "")).toBe(Number(value));
  });

  test("only those of 64 whole bits have halves", () => {
    for (const type of ["u32", "struct { u64 low : 60; u64 n : 4; }", "unsigned __int128"]) {
      const layout = layoutOf(type);
      const whole = wholeField("value", layout);
      const term = readField({ field: membersOf(whole).at(-1) ?? whole, operand: OPERAND }, RANGE);
      expect(term.type === "integer" && (term.words ?? term.nearest)).toBeUndefined();
    }
  });
});

test.each<[string, KeyValue, Term["type"], unknown]>([
  ["_Bool", true, "bool", true],
  ["struct { u8 pad; _Bool n; }", { pad: 0, n: false }, "bool", false],
  ["double", 0.5, "double", 0.5],
  ["float", -1.5, "double", -1.5],
  ["char[4]", "ab", "text", "ab"],
  ["struct { u8 pad; char n[2]; }", { pad: 0, n: "ab" }, "text", "ab"],
])("%s %j", (type, value, kind, expected) => {
  const { term, run } = read(type, value);
  expect(term.type).toBe(kind);
  expect("code" in term && run(term.code)).toBe(expected);
});

test.each(["struct { struct { u8 a; } n; }", "u32[4]", "u8[4]", "union { u8 a; } "])("%s stays a field", (type) => {
  const layout = layoutOf(type);
  expect(readField({ field: wholeField("value", layout), operand: OPERAND }, RANGE).type).toBe("field");
});

test("text can be tested without making a string of it", () => {
  const { run } = read("char[4]", "ab");
  const { code, equals } = textAt(OPERAND, 0, 4);
  expect([run(code), run(equals?.(0) ?? ""), run(textAt(OPERAND, 1, 3).code)]).toEqual(["ab", true, "b"]);
});
