import { describe, expect, test } from "vitest";
import { membersOf, wholeField } from "../../../../src/codec/access/field.ts";
import { AggregationBuilder, isNumeric } from "../../../../src/query/aggregate/cpu-aggregation.ts";
import type { Layout } from "../../../../src/schema/layout.ts";
import { layoutOf } from "../typed-rows.ts";

const SHAPE = { keySize: 4, valueSize: 8, cpus: 2, valueStride: 16 };

/** A layout in a line: types by name, records and arrays with what is in them. */
function shown(layout: Layout): string {
  switch (layout.kind) {
    case "struct":
      return `{ ${layout.fields.map(({ name, bitOffset, layout: type }) => `${name}@${bitOffset / 8} ${shown(type)}`).join(", ")} }`;
    case "array":
      return `${layout.counted ? "list of " : ""}${shown(layout.element)}[${layout.length}]`;
    default:
      return `${layout.typeName}${layout.rendering === undefined ? "" : ` as ${layout.rendering}`}`;
  }
}

function aggregate(
  type: string | Layout,
  otherwise: "sum" | "avg" | "min" | "max" = "sum",
  chosen: [string, "max"][] = [],
) {
  const builder = new AggregationBuilder(SHAPE, new Map(chosen));
  const layout = builder.field(wholeField("value", typeof type === "string" ? layoutOf(type) : type), otherwise);
  return { layout: shown(layout), size: builder.size, steps: builder.steps.length };
}

describe("the type of an aggregate", () => {
  test.each<[string, "sum" | "avg" | "min" | "max", string, number]>([
    // Sums have room for all CPUs.
    ["u8", "sum", "u64", 8],
    ["s32", "sum", "s64", 8],
    ["u64", "sum", "u128", 16],
    ["unsigned __int128", "sum", "u192", 24],
    ["double", "sum", "double", 8],
    ["float", "max", "double", 8],
    ["u64", "avg", "double", 8],
    ["u64", "min", "u64", 8],
    ["s16", "max", "s16", 2],
    // What has no sum is a list of the distinct values.
    ["enum e { A }", "sum", "list of enum e[2]", 12],
    ["char[4]", "sum", "list of char[4][2]", 12],
    ["_Bool", "max", "list of _Bool[2]", 6],
    ["void *", "sum", "list of void *[2]", 20],
    ["u32[3]", "sum", "u64[3]", 24],
    ["u32[0]", "sum", "u32[0]", 0],
    [
      "struct { u32 a; struct { u64 b; } in; char c[2]; }",
      "sum",
      "{ a@0 u64, in@8 { b@0 u128 }, c@24 list of char[2][2] }",
      32,
    ],
    ["struct { u8 low : 3; s8 high : 5; }", "min", "{ low@0 u64, high@8 s64 }", 16],
    ["union { u32 a; u32 b; }", "sum", "{ a@0 u64, b@8 u64 }", 16],
  ])("%s %s", (type, otherwise, layout, size) => {
    expect(aggregate(type, otherwise)).toMatchObject({ layout, size });
  });

  test("fields may have an aggregate of their own, with all that is in them", () => {
    const type = "struct { u64 a; struct { u64 b; u64 c; } in; }";
    expect(aggregate(type, "sum", [["value.in", "max"]]).layout).toBe("{ a@0 u128, in@16 { b@0 u64, c@8 u64 } }");
    expect(aggregate(type, "sum", [["value.in.c", "max"]]).layout).toBe("{ a@0 u128, in@16 { b@0 u128, c@16 u64 } }");
  });

  test("quantities stay quantities, other renderers make it a list", () => {
    const rendered = (rendering: string): Layout => ({ ...layoutOf("u64"), rendering });
    expect(aggregate(rendered("bytes")).layout).toBe("u128 as bytes");
    expect(aggregate(rendered("duration"), "max").layout).toBe("u64 as duration");
    expect(aggregate(rendered("ifindex")).layout).toBe("list of u64 as ifindex[2]");
    expect(aggregate({ ...layoutOf("u8[6]"), rendering: "mac" }).layout).toBe("list of u8[6][2]");
  });

  test("a step for each scalar, and an end to them", () => {
    expect(aggregate("struct { u32 a[10]; u8 b; }").steps).toBe(11);
    expect(() => aggregate("u8[65537]")).toThrow("--per-cpu: the value has more than 65536 parts to aggregate");
    expect(() => aggregate("u8[1000000]")).toThrow("--per-cpu: the value has more than 65536 parts to aggregate");
  });
});

test.each<[string, boolean]>([
  ["u32", true],
  ["struct { u32 a; }", false],
  ["double", true],
  ["float", true],
  ["_Bool", false],
  ["enum e { A }", false],
  ["void *", false],
  ["char[4]", false],
  ["u8[4]", false],
])("%s has a sum: %s", (type, expected) => {
  expect(isNumeric(wholeField("value", layoutOf(type)))).toBe(expected);
});

test("names of members come from the end of their path, whatever they are", () => {
  const record: Layout = {
    kind: "struct",
    size: 12,
    fields: ["a", "two words", 'q"]'].map((name, i) => ({
      name,
      bitOffset: i * 32,
      bitfieldBits: 0,
      layout: layoutOf("u32"),
    })),
    typeName: "struct s",
    tagged: false,
  };
  const builder = new AggregationBuilder(SHAPE, new Map());
  const layout = builder.field(wholeField("value", record), "sum");
  expect(membersOf(wholeField("value", layout)).map(({ path }) => path)).toEqual([
    "value.a",
    'value["two words"]',
    'value["q\\"]"]',
  ]);
});
