import { describe, expect, test } from "vitest";
import {
  enumeratorValue,
  findEnumerators,
  flagsValue,
  knownEnums,
} from "../../../../../src/query/cel/terms/enumerators.ts";
import type { EnumLayout, Layout } from "../../../../../src/schema/layout.ts";
import { layoutOf } from "../../typed-rows.ts";

function enumOf(type: string): EnumLayout {
  const layout = layoutOf(type);
  if (layout.kind !== "enum") throw new Error(`${type} is no enum`);
  return layout;
}

const FLAGS = enumOf("enum flags { NONE = 0, READ = 1, WRITE = 2, BOTH = 3, HIGH = 0x80000000 }");

describe("all enumerators of a map", () => {
  const types = (value: string, key?: string): { key: Layout | undefined; value: Layout; untyped: undefined } => ({
    key: key === undefined ? undefined : layoutOf(key),
    value: layoutOf(value),
    untyped: undefined,
  });

  test("by name, wherever they are", () => {
    const known = knownEnums(
      types(
        "enum a { X, Y = 5 }; struct { enum a one; enum a more[2]; struct { enum b { Z = -1 } in; } s; }",
        "enum c { X = 9 }",
      ),
    );
    expect([...known].map(([name, found]) => [name, found.map(({ value }) => value)])).toEqual([
      ["X", [0n, 9n]],
      ["Y", [5n]],
      ["Z", [-1n]],
    ]);
  });

  test("none", () => {
    expect(knownEnums(types("u32")).size).toBe(0);
  });

  test("those of an expected enum alone", () => {
    const known = knownEnums(types("enum a { X, Y = 5 }", "enum c { X = 9 }"));
    expect(findEnumerators(known, "X", undefined).map(({ value }) => value)).toEqual([0n, 9n]);
    expect(findEnumerators(known, "X", enumOf("enum c { X = 9 }")).map(({ value }) => value)).toEqual([9n]);
    expect(findEnumerators(known, "Y", enumOf("enum c { X = 9 }"))).toEqual([]);
    expect(findEnumerators(known, "toString", undefined)).toEqual([]);
  });

  test("thousands of one name in linear time", () => {
    const values = Array.from({ length: 20_000 }, () => ({ name: "SAME", value: 1n }));
    const layout: EnumLayout = {
      kind: "enum",
      size: 4,
      wide: false,
      signed: false,
      values,
      typeName: "enum e",
      tagged: false,
    };
    expect(knownEnums({ key: undefined, value: layout, untyped: undefined }).get("SAME")).toHaveLength(20_000);
  });
});

test("the first of several enumerators of a name", () => {
  const values = [{ name: "A", value: 1n }, { name: "A", value: 2n }]; // biome-ignore format: one line
  expect(enumeratorValue({ ...FLAGS, values }, "A")).toBe(1n);
  expect(enumeratorValue(FLAGS, "a")).toBeUndefined();
});

test.each<[string, bigint | undefined]>([
  ["READ", 1n],
  ["READ|WRITE", 3n],
  ["READ|0x8", 9n],
  ["0x10", 16n],
  ["HIGH|READ", 0x80000001n],
  ["READ|READ", 1n],
  ["NONE", 0n],
  ["0xffffffffffffffff", 2n ** 64n - 1n],
  ["READ|", undefined],
  ["", undefined],
  ["READ|4", undefined],
  ["READ|0xfffffffffffffffff", undefined],
  ["READ | WRITE", undefined],
  ["0X1", undefined],
])("flags %j", (text, expected) => {
  expect(flagsValue(FLAGS, text)).toBe(expected);
});
