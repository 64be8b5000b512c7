import { describe, expect, test } from "vitest";
import { CelCompiler, type FieldReader } from "../../../../src/query/cel/compiler.ts";
import { parseExpression } from "../../../../src/query/cel/parse.ts";
import { knownEnums } from "../../../../src/query/cel/terms/enumerators.ts";
import { inputOf, keptBy, keptValues, refusalOf } from "../typed-rows.ts";

const MAP = {
  key: "struct { u32 addr; u16 port; }",
  value: "struct { u64 n; enum state { NEW, OLD } st; u8 in_use; }",
};

function compiled(text: string, cpu = false): CelCompiler {
  const source = { option: "--where", text };
  const { entryTypes } = inputOf(MAP);
  const compiler = new CelCompiler(source, { entryTypes, cpu }, knownEnums(entryTypes));
  compiler.condition(parseExpression(source));
  return compiler;
}

describe("what an expression reads", () => {
  test.each<[string, boolean, FieldReader[]]>([
    ["true", false, []],
    ["key.port == 1", false, ["key"]],
    ["value.n == 1", false, ["value"]],
    ["key.port == 1 && value.n == 1", false, ["key", "value"]],
    ["entry.index == 1", false, ["index"]],
    ["cpu == 1", true, ["cpu", "value"]],
    ["OLD == 1", false, []],
  ])("%s", (text, cpu, reads) => {
    expect([...compiled(text, cpu).reads].sort()).toEqual([...reads].sort());
  });
});

test("only numbers and fixed words get into the source", () => {
  const hostile = '"); process.exit(1); ("';
  const compiler = compiled(
    `value["n"] == 1 || ${JSON.stringify(hostile)} == "x" || ${JSON.stringify(hostile)}.contains(string(value.n))`,
  );
  expect(compiler.tables).toContain(hostile);
  expect(compiler.prologue).toEqual([]);
});

test("what is the same for all entries is computed once", () => {
  const compiler = compiled("value.n > 9223372036854775808u || value.n < 9223372036854775808u || value.n + 1 == 5");
  expect(compiler.prologue).toHaveLength(2);
  expect(compiler.prologue[0]).toContain("9223372036854775808n");
});

describe("names", () => {
  const ENUMS = "enum a { X = 1, Y = 2 }; struct { enum a one; enum b { X = 5, Z = 6 } two; }";
  const values = [{ one: 1, two: 5 }, { one: 2, two: 1 }]; // biome-ignore format: one line

  test.each<[string, number[]]>([
    // The enum of the field that it is compared with decides.
    ["value.one == X", [0]],
    ["value.two == X", [0]],
    ["X == value.two", [0]],
    ["value.two in [X, Z]", [0]],
    ["value.one == Y", [1]],
    ["value.one == Y && value.two < Z", [1]],
    ["(value.one == X ? Z : Y) == 6", [0]],
  ])("%s", async (where, kept) => {
    expect((await keptValues(where, ENUMS, values)).map((one) => values.indexOf(one))).toEqual(kept);
  });

  test.each<[string, string, string]>([
    ["X == 1", "`X` is in `enum a` and `enum b` with different values: compare it with a field of one of them", "X"],
    ["value.one == Z", "no `Z` in `enum a`; did you mean `X`?", "Z"],
    ["one == 1", "nothing is called `one`; did you mean `value.one`?", "one"],
    ["W == 1", "nothing is called `W`; did you mean `X`?", "W"],
    ["cpu == 1", "`cpu` is known only of a per-CPU map, with --per-cpu each", "cpu"],
    ["key == 1", "this map has no key to look at", "key"],
    ["entry == 1", "`entry` has one field: entry.index", "entry"],
    ["entry.key == 1", "`entry` has one field: entry.index", "entry.key"],
    ["entry[0] == 1", "`entry` has one field: entry.index", "entry"],
    ["value.one.x == 1", "`value.one` is no struct but `enum a`: it has no fields", "x"],
    ["(value.one + 1).x == 1", "an integer has no fields", "value.one + 1"],
    ["value[value.one] == 1", "an index must be a known number (to search: value.slots.exists(x, x > 0))", "value.one"],
    ["value.?one == 1", "a name is missing before `?`", "?"],
    ["{'a': 1} == value", "a map in braces is not supported", "{'a': 1}"],
  ])("refuses %s", (where, message, marked) => {
    expect(refusalOf(where, ENUMS)).toEqual({ message, marked });
  });
});

test("the index of an entry in the whole read", async () => {
  const entries = [[1, 5], [2, 5], [3, 5]] as const; // biome-ignore format: one line
  expect(
    await keptBy("entry.index == 1 || entry.index > 1 && key == 3", { key: "u32", value: "u32" }, entries),
  ).toEqual([1, 2]);
});

test("lists of lists are written out only so far", () => {
  const list = `[${Array.from({ length: 200 }, (_, i) => i)}]`;
  const nested = `${list}.exists(a, ${list}.exists(b, ${list}.exists(c, a + b + c == value)))`;
  expect(refusalOf(nested, "u32").message).toBe("the expression nests too deep, or is too large");
});
