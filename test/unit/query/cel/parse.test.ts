import { describe, expect, test } from "vitest";
import type { QueryInput } from "../../../../src/query/query.ts";
import { inputOfLayouts, keptValues, layoutOf, refusalOf } from "../typed-rows.ts";

/** Members named like every word that CEL or the C family has a use for. */
const RESERVED = [
  ...["as", "break", "const", "continue", "else", "for", "function", "if", "import", "let", "loop", "package"],
  ...["namespace", "return", "var", "void", "while"],
];
const KEYWORDS = ["in", "true", "false", "null"];

/** A map without keys whose values have one member of that name. */
function mapWith(name: string): QueryInput {
  const field = { name, bitOffset: 0, bitfieldBits: 0, layout: layoutOf("u32") };
  return inputOfLayouts(undefined, { kind: "struct", size: 4, fields: [field], typeName: "struct s", tagged: false });
}

/** A value of such a map, without the setter that a name like `__proto__` has in a literal. */
function member(name: string, value: number): { [name: string]: number } {
  return JSON.parse(`{${JSON.stringify(name)}:${value}}`) as { [name: string]: number };
}

describe("words of CEL as names of fields", () => {
  test.each(KEYWORDS)("value.%s is an error that names the way to write it", (word) => {
    const type = "struct { u32 a; struct { u32 b; } inner; u32 list[2]; }";
    const message = (path: string): string =>
      `\`${word}\` is a word of CEL: a field of that name is written ${path}["${word}"]`;
    expect(refusalOf(`value.${word} == 0`, type)).toEqual({ message: message("value"), marked: word });
    expect(refusalOf(`value.a == 1 && value.inner.${word} == 0`, type)).toEqual({
      message: message("value.inner"),
      marked: word,
    });
    expect(refusalOf(`value.list.exists(x, x.${word} > 0)`, type)).toEqual({ message: message("x"), marked: word });
    expect(refusalOf(`value["inner"].${word}.x > 0`, type)).toEqual({
      message: message('value["inner"]'),
      marked: word,
    });
    expect(refusalOf(`has(value . ${word})`, type)).toEqual({ message: message("value"), marked: word });
  });

  test.each([...KEYWORDS, "if", "__proto__", "constructor", "two words", 'a"b', "a\\b"])(
    "brackets take any name: %j",
    async (name) => {
      const [five, six] = [member(name, 5), member(name, 6)];
      const path = `value[${JSON.stringify(name)}]`;
      expect(await keptValues(`${path} == 5`, mapWith(name), [five, six])).toEqual([five]);
      expect(await keptValues(`has(${path}) && ${path} in [6]`, mapWith(name), [five, six])).toEqual([six]);
    },
  );

  test.each([...RESERVED, "__proto__", "prototype"])("value.%s is read like any other field", async (word) => {
    const [one, two] = [member(word, 1), member(word, 2)];
    expect(await keptValues(`value.${word} == 1`, mapWith(word), [one, two])).toEqual([one]);
    expect(refusalOf(`${word} == 1`, mapWith(word))).toEqual({
      message: `\`${word}\` is a reserved word of CEL (a field of that name: value.${word})`,
      marked: word,
    });
  });

  test("`in` without key or value", () => {
    expect(refusalOf("in == 1", "u32")).toEqual({
      message: '`in` does not belong here (a field of that name is written value["in"])',
      marked: "in",
    });
  });

  test("CEL's newer way to quote", () => {
    expect(refusalOf("value.`in` == 1", "u32")).toEqual({
      message: 'a field\'s name is written value["in"]',
      marked: "`",
    });
  });
});

describe("expressions that don't parse", () => {
  test.each<[string, string, string]>([
    ["", "the expression is empty", ""],
    [" \n\t", "the expression is empty", ""],
    ["value ==", "something is missing at the end", ""],
    ["value == 1)", "`)` does not belong here", ")"],
    ["(value == 1", "`)` is missing before the end", ""],
    ["value = 1", "`=` is no operator (did you mean `==`?)", "="],
    ["value & 1", "`&` is no operator (did you mean `&&`?)", "&"],
    ["value | 1", "`|` is no operator (did you mean `||`?)", "|"],
    ["value == 1 or value == 2", "`or` is written `||`", "or"],
    ["not value", "`not` is written `!`", "value"],
    ["value == 'a", "the string does not end", "'a"],
    ["value == 1 # 2", "`#` does not belong here", "#"],
    ["value == 0b1", "`b1` does not belong here", "b1"],
    ["value.-x", "a name is missing before `-`", "-"],
    ["value.0 == 1", "a name is missing before a number", "0"],
    ["value == 18446744073709551616u", "invalid integer: 18446744073709551616", "18446744073709551616u"],
    ["value.x(", "something is missing at the end", ""],
  ])("%s", (where, message, marked) => {
    expect(refusalOf(where, "u64")).toEqual({ message, marked });
  });
});
