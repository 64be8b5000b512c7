import { describe, expect, test } from "vitest";
import { DEFAULT_MAX_GROUPS, parseGrouping } from "../../../../src/query/aggregate/group.ts";
import { inputOf, layoutOf } from "../typed-rows.ts";

const { entryTypes } = inputOf({
  key: "u32",
  value:
    "struct v { u64 n; double load; char comm[4]; u8 mac[6]; u32 words[2]; struct { u8 a; } in; void *p; enum e { A } st; }",
});
const LIMIT = { maxGroups: DEFAULT_MAX_GROUPS, whenFull: "refuse" } as const;

function grouping(by: string, aggregates?: string, cpu = false): { keys: string[]; aggregates: string[] } {
  const source = aggregates === undefined ? undefined : { option: "--agg", text: aggregates };
  const parsed = parseGrouping({ option: "--group-by", text: by }, source, { entryTypes, cpu }, LIMIT);
  return { keys: parsed.keys.map(({ name }) => name), aggregates: parsed.aggregates.map(({ name }) => name) };
}

describe("groupings", () => {
  test.each<[string, string | undefined, string[], string[]]>([
    ["value.comm", undefined, ["value.comm"], ["count()"]],
    ["value.mac,key", "sum(value.n)", ["value.mac", "key"], ["sum(value.n)"]],
    ["value.words[*]", " avg( value.n ) , count( )", ["value.words[0]", "value.words[1]"], ["avg(value.n)", "count()"]],
    ["value.st", "min(value.load),max(value.st)", ["value.st"], ["min(value.load)", "max(value.st)"]],
    ["value.p", "sum(value.words[1])", ["value.p"], ["sum(value.words[1])"]],
  ])("by %s of %s", (by, aggregates, keys, names) => {
    expect(grouping(by, aggregates)).toEqual({ keys, aggregates: names });
  });

  test("by CPU", () => {
    expect(grouping("cpu,value.st", undefined, true).keys).toEqual(["cpu", "value.st"]);
  });

  test.each<[string, string | undefined, string]>([
    ["value.in", undefined, "--group-by: `value.in` is `anonymous struct`, and groups need fields with a single value"],
    ["value.words", undefined, "--group-by: `value.words` is `u32[2]`, and groups need fields with a single value"],
    ["value", undefined, "--group-by: `value` is `struct v`, and groups need fields with a single value"],
    ["", undefined, "--group-by: something is missing here"],
    ["cpu", undefined, "--group-by: `cpu` is known only of a per-CPU map, with --per-cpu each"],
    ["key", "", "--agg: something is missing here"],
    ["key", "value.n", "--agg: an aggregate is sum(PATH), avg(PATH), min(PATH), max(PATH) or count()"],
    ["key", "sum(value.n", "--agg: `)` is missing"],
    ["key", "sum value.n)", "--agg: an aggregate is sum(PATH)"],
    ["key", "total(value.n)", "--agg: `total` is none of sum, avg, min, max, count"],
    ["key", "count(value.n)", "--agg: count() takes nothing: it counts rows"],
    ["key", "sum()", "--agg: a path is missing (such as key.saddr)"],
    ["key", "sum(value.comm)", "--agg: sum() needs a number, and `value.comm` is `char[4]`"],
    ["key", "max(value.p)", "--agg: max() needs a number, and `value.p` is `void *`"],
    ["key", "max(value.m)", "--agg: no field `m` in `struct v`; did you mean `n`?"],
  ])("refuses --group-by %s --agg %s", (by, aggregates, message) => {
    expect(() => grouping(by, aggregates)).toThrow(message);
  });

  test("what CPUs differ in", () => {
    const list = { ...layoutOf("u32[2]"), counted: true } as typeof entryTypes.value;
    const scope = { entryTypes: { ...entryTypes, value: list }, cpu: false };
    expect(() => parseGrouping({ option: "--group-by", text: "value" }, undefined, scope, LIMIT)).toThrow(
      "--group-by: `value` may differ between CPUs, and groups need fields with a single value",
    );
  });
});
