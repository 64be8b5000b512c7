import { describe, expect, test } from "vitest";
import { type KeyValue, keptValues, refusalOf } from "../typed-rows.ts";

const TYPE = "struct { u32 n; char comm[8]; u32 slots[3]; }";

describe("size and has", () => {
  test.each<[string, string, readonly KeyValue[], readonly KeyValue[]]>([
    ["size(value) == 2", "char[8]", ["", "ab", "éa"], ["ab", "éa"]],
    ["value.size() == 2", "char[8]", ["", "ab"], ["ab"]],
    ["size(value) == 3", "u32[3]", [[1, 2, 3]], [[1, 2, 3]]],
    ["size([1, 2, 3]) == value", "u8", [2, 3], [3]],
    ["size([]) == value", "u8", [0, 1], [0]],
    ['size("naïve") == value', "u8", [5, 6], [5]],
    [
      "value.filter(x, x > 1).size() == 2",
      "u32[3]",
      [
        [1, 2, 3],
        [0, 1, 2],
      ],
      [[1, 2, 3]],
    ],
  ])("%s of %s", async (where, type, values, kept) => {
    expect(await keptValues(where, type, values)).toEqual(kept);
  });

  test.each(["has(value.n)", 'has(value["n"])', "has(value.slots)", "has(value.n) || value.n == 5"])(
    "%s",
    async (where) => {
      const values = [{ n: 1, comm: "", slots: [0, 0, 0] }];
      expect(await keptValues(where, TYPE, values)).toEqual(values);
    },
  );
});

describe("calls that can't be", () => {
  test.each<[string, string, string]>([
    ["nothing(1)", "there is no function `nothing`", "nothing(1)"],
    ["contains(value.comm, 'x')", "there is no function `contains`", "contains(value.comm, 'x')"],
    ["sizeof(value.n) == 1", "there is no function `sizeof`; did you mean `size`?", "sizeof(value.n)"],
    ["toString() == ''", "there is no function `toString`", "toString()"],
    ["hasOwnProperty('x')", "there is no function `hasOwnProperty`", "hasOwnProperty('x')"],
    ["type(value.n) == int", "`type()` is not supported: the types of all fields are known", "type(value.n)"],
    [
      "bool(value.n)",
      "`bool()` is not supported: a field is true or false, or compared with a number as in value.flag != 0",
      "bool(value.n)",
    ],
    ["size() == 1", "`size` takes 1 argument: size(value.comm)", "size()"],
    ["size(value.comm, 1) == 1", "`size` takes 1 argument: size(value.comm)", "size(value.comm, 1)"],
    ["inCidr(value.n)", '`inCidr` takes 2 arguments: inCidr(key.saddr, "10.0.0.0/8")', "inCidr(value.n)"],
    ["size(value.n) == 1", "size() is for strings and arrays, and this is an integer (`u32`)", "size(value.n)"],
    ["has(value)", "has() takes a field, as in has(value.packets)", "has(value)"],
    ["has(value.slots[0])", "has() takes a field, as in has(value.packets)", "has(value.slots[0])"],
    ["has(1)", "has() takes a field, as in has(value.packets)", "has(1)"],
    ["has(value.m)", "no field `m` in `anonymous struct`; did you mean `n`?", "m"],
    ["value.comm.trim() == ''", "the method `trim` is not supported", "value.comm.trim()"],
    ["value.comm.constructor() == ''", "the method `constructor` is not supported", "value.comm.constructor()"],
    [
      "value.comm.contain('x')",
      "the method `contain` is not supported; did you mean `contains`?",
      "value.comm.contain('x')",
    ],
    ["value.comm.size(1) == 1", "the method `size` is not supported; did you mean `size`?", "value.comm.size(1)"],
  ])("%s", (where, message, marked) => {
    const refusal = refusalOf(where, TYPE);
    expect(refusal.message.startsWith(message)).toBe(true);
    expect(refusal.marked).toBe(marked);
  });
});
