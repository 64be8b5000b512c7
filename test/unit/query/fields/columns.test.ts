import { describe, expect, test } from "vitest";
import { leafColumns, selectColumns, specialColumn } from "../../../../src/query/fields/columns.ts";
import type { EntryTypes } from "../../../../src/query/fields/path.ts";
import { layoutOf } from "../typed-rows.ts";

const TYPES: EntryTypes = {
  key: layoutOf("struct { u32 addr; u16 port; }"),
  value: layoutOf(
    "struct { u64 n; struct { u8 a; u8 b; } at; u32 slots[3]; char comm[8]; struct { } none; union { u8 x; u16 y; }; }",
  ),
  untyped: undefined,
};

function selected(text: string, { cpu = false, entryTypes = TYPES } = {}): string[] {
  return selectColumns({ option: "--select", text }, { entryTypes, cpu }).map(({ name }) => name);
}

describe("selected columns", () => {
  test.each<[string, string[]]>([
    ["key", ["key"]],
    ["value.n,key.addr", ["value.n", "key.addr"]],
    ["value.n,value.n", ["value.n", "value.n"]],
    ["value.at.*", ["value.at.a", "value.at.b"]],
    ["value.slots[*]", ["value.slots[0]", "value.slots[1]", "value.slots[2]"]],
    ["value.slots[1]", ["value.slots[1]"]],
    ["value.x,value.y", ["value.x", "value.y"]],
    ["entry.index", ["entry.index"]],
    [
      "*",
      ["key.addr", "key.port", "value.n", "value.at", "value.slots", "value.comm", "value.none", "value.x", "value.y"],
    ],
    ['value["at"].a', ["value.at.a"]],
  ])("%s", (text, columns) => {
    expect(selected(text)).toEqual(columns);
  });

  test("* of a map without a key, and of values that are no records", () => {
    expect(selected("*", { entryTypes: { key: undefined, value: layoutOf("u32"), untyped: undefined } })).toEqual([
      "value",
    ]);
    expect(selected("*", { entryTypes: { ...TYPES, value: layoutOf("u32[2]") } })).toEqual([
      "key.addr",
      "key.port",
      "value",
    ]);
  });

  test.each<[string, string]>([
    ["", "something is missing here"],
    ["value.n,", "something is missing here"],
    ["value.m", "no field `m` in `anonymous struct`; did you mean `n`?"],
    ["value.slots[3]", "`value.slots` has 3 elements: 0 to 2"],
    ["value.n.*", "`value.n` has no parts that * could stand for"],
    ["value.none.*", "`value.none` has no parts that * could stand for"],
    ["cpu", "`cpu` is known only of a per-CPU map, with --per-cpu each"],
    ["entry", "a path begins with key or value"],
  ])("refuses %j", (text, message) => {
    expect(() => selected(text)).toThrow(`--select: ${message}`);
  });

  test("a row has 4096 columns at most", () => {
    const entryTypes = {
      key: undefined,
      value: layoutOf("struct { u8 a[4096]; u8 b[4097]; u8 c[64][65]; }"),
      untyped: undefined,
    };
    expect(selected("value.a[*]", { entryTypes })).toHaveLength(4096);
    expect(() => selected("value.b[*]", { entryTypes })).toThrow("4097 elements are too many columns");
    expect(() => selected("value.c[*][*]", { entryTypes })).toThrow("more than 4096 columns");
    expect(() => selected("value.a[*],value.a[0]", { entryTypes })).toThrow("4097 columns are more than 4096");
  });
});

describe("cpu and entry.index", () => {
  const special = (text: string, cpu: boolean) =>
    specialColumn(
      { option: "--sort", text: `x,${text}` },
      { entryTypes: TYPES, cpu },
      { start: 2, end: 2 + text.length },
    );

  test("are columns of their own", () => {
    expect(special("cpu", true)).toEqual({ name: "cpu", source: { kind: "cpu" } });
    expect(special("entry.index", false)).toEqual({ name: "entry.index", source: { kind: "index" } });
    expect(special("value.cpu", true)).toBeUndefined();
  });

  test("cpu is an error where a row is no CPU", () => {
    expect(() => special("cpu", false)).toThrow(
      "--sort: `cpu` is known only of a per-CPU map, with --per-cpu each\n  x,cpu\n    ^^^",
    );
  });
});

describe("all leaves", () => {
  const leaves = (elements: number, cpu = false, isWhole?: () => boolean): string[] =>
    leafColumns({ entryTypes: TYPES, cpu }, { elements, ...(isWhole && { isWhole }) }).map(({ name }) => name);

  test("records at any depth, arrays up to a length", () => {
    const value = ["value.n", "value.at.a", "value.at.b"];
    const rest = ["value.comm", "value.none", "value.x", "value.y"];
    expect(leaves(0)).toEqual(["key.addr", "key.port", ...value, "value.slots", ...rest]);
    expect(leaves(3)).toEqual([
      "key.addr",
      "key.port",
      ...value,
      "value.slots[0]",
      "value.slots[1]",
      "value.slots[2]",
      ...rest,
    ]);
    expect(leaves(2, true)).toEqual(["key.addr", "key.port", "cpu", ...value, "value.slots", ...rest]);
    expect(leaves(3, false, () => true)).toEqual(["key", "value"]);
  });

  test("rendered types, per-CPU lists and empty arrays stay whole", () => {
    const shown = { ...layoutOf("struct { u8 a; u8 b; }"), rendering: "hex" };
    const list = { ...layoutOf("u32[2]"), counted: true } as EntryTypes["value"];
    for (const value of [shown, list, layoutOf("u8[0]")]) {
      const columns = leafColumns(
        { entryTypes: { key: undefined, value, untyped: undefined }, cpu: false },
        { elements: 9 },
      );
      expect(columns.map(({ name }) => name)).toEqual(["value"]);
    }
  });

  test("past 4096 the rest stays together", () => {
    const value = layoutOf("struct { u8 a[4000]; u8 b[200]; u8 c; }");
    const columns = leafColumns(
      { entryTypes: { key: undefined, value, untyped: undefined }, cpu: false },
      { elements: 5000 },
    );
    expect(columns.map(({ name }) => name).slice(-3)).toEqual(["value.a[3999]", "value.b", "value.c"]);
    expect(columns).toHaveLength(4002);
  });
});
