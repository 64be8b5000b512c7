import { expect, test } from "vitest";
import { commentText, FileNames, literal, propertyName, RESERVED } from "../../../src/codegen/identifiers.ts";
import { OWN_NAMES, RUNTIME_FUNCTIONS, RUNTIME_TYPES } from "../../../src/codegen/runtime-names.ts";

test.each([
  ["struct conn_key", "ConnKey"],
  ["enum state", "State"],
  ["Stat<u64>", "StatU64"],
  ["main.Val", "MainVal"],
  ["4tuple", "T4tuple"],
  ["é", "Type"],
  ["struct record", "Record2"],
  ["struct field", "Field2"],
  ["struct file_handle", "FileHandle2"],
  ["struct key", "Key2"],
  ["struct ".concat("x".repeat(200)), `X${"x".repeat(79)}`],
])("the type of %s is %s", (name, expected) => {
  expect(new FileNames().type(name)).toBe(expected);
});

test("a name is handed out once, whatever it is for", () => {
  const names = new FileNames();
  expect([names.type("a_b"), names.type("aB"), names.type("AB")]).toEqual(["AB", "AB2", "AB3"]);
  expect(["conns", "conns", "generated", "!"].map((name) => names.onlyMap(name).open)).toEqual([
    "openConns",
    "openConns2",
    "openGenerated2",
    "openMap",
  ]);
});

test("no name of a type, of its decoder, its writer or its table is one that the file uses", () => {
  const used = new Set([...RESERVED, ...RUNTIME_FUNCTIONS, ...RUNTIME_TYPES, ...OWN_NAMES]);
  for (const word of used) {
    const name = new FileNames().type(word.replace(/^(decode|put|names)/, ""));
    for (const derived of [name, `decode${name}`, `put${name}`, `names${name}`]) expect(used.has(derived)).toBe(false);
  }
});

test.each([
  ["saddr", "saddr"],
  ["class", "class"],
  ["a b", '"a b"'],
  ["0", '"0"'],
  ["", '""'],
  ["__proto__", '["__proto__"]'],
  ["`$`\u2028", '"`$`\\u2028"'],
])("the property %j is %s", (name, expected) => {
  expect(propertyName(name)).toBe(expected);
});

test("literals and comments hold anything", () => {
  expect(literal('"\\\n\u202e\udcff')).toBe('"\\"\\\\\\n\\u202e\\udcff"');
  expect(commentText("*/ x\n\u2028é")).toBe("* / x???");
});
