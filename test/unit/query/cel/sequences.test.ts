import { describe, expect, test } from "vitest";
import { type KeyValue, keptValues, refusalOf } from "../typed-rows.ts";

const TYPE = "struct { u32 slots[3]; char names[2][8]; struct { u8 id; s16 n; } parts[2]; u64 limit; }";
const at = (id: number, n: number): KeyValue => ({ id, n });
const A = { slots: [0, 0, 0], names: ["", ""], parts: [at(0, 0), at(0, 0)], limit: 0 };
const B = { slots: [1, 2, 2 ** 32 - 1], names: ["eth0", "lo"], parts: [at(7, -5), at(8, 5)], limit: 2n ** 53n + 1n };
const C = { slots: [2, 2, 2], names: ["lo", "lo"], parts: [at(7, 1), at(7, 2)], limit: 2 };

/** Which of the three values a condition keeps. */
async function kept(where: string): Promise<string> {
  const values = [A, B, C];
  const found = await keptValues<KeyValue>(where, TYPE, values);
  return values.flatMap((value, i) => (found.includes(value) ? ["ABC"[i]] : [])).join("");
}

describe("macros", () => {
  test.each<[string, string]>([
    ["value.slots.exists(x, x == 4294967295)", "B"],
    ["value.slots.exists(x, x > 4294967295)", ""],
    ["value.slots.all(x, x == 0)", "A"],
    ["value.slots.all(x, x == value.slots[0])", "AC"],
    ["value.slots.exists_one(x, x == 2)", "B"],
    ["!value.slots.exists(x, x == 2)", "A"],
    // Names hide others of their name, and only inside.
    ["value.slots.exists(value, value == 1)", "B"],
    ["value.slots.exists(x, value.slots.exists(x, x == 1)) && value.limit > 5", "B"],
    ["value.slots.exists(entry, entry == 1)", "B"],
    // Elements of all sorts.
    ['value.names.exists(n, n == "lo")', "BC"],
    ['value.names.all(n, n.startsWith("l"))', "C"],
    ["value.parts.exists(e, e.id == 7 && e.n < 0)", "B"],
    ["value.parts.all(e, e.id == 7)", "C"],
    ["value.parts.exists_one(e, e.n > 0)", "B"],
    ["value.names.exists(n, size(n) == 4)", "B"],
    ["value.names[0].exists(c, c == 0x65)", "B"],
    // Of what filter and map make.
    ["size(value.slots.filter(x, x > 1)) == 2", "B"],
    ["value.slots.filter(x, x > 1).exists(x, x > 2)", "B"],
    ["value.parts.filter(e, e.n > 0).all(e, e.id == 7)", "AC"],
    ["value.slots.map(x, x * 2).exists(y, y == 8589934590)", "B"],
    ["value.slots.map(x, x + value.limit).exists(y, y == 9007199254740995)", "B"],
    ["value.slots.map(x, x > 1, x).all(y, y == 2)", "AC"],
    ["value.parts.map(e, e.id).exists(i, i == 8)", "B"],
    ["value.parts.map(e, e).exists(e, e.id == 8)", "B"],
    ['value.names.map(n, n + "!").exists(n, n == "lo!")', "BC"],
    ["value.slots.map(x, double(x)).exists(y, y > 4.0e9)", "B"],
    ["value.slots.map(x, x == 2).all(b, b)", "C"],
    ["value.slots.map(x, 2).exists(y, y == value.limit)", "C"],
    ["value.slots.map(x, 9007199254740993).exists(y, y == value.limit)", "B"],
    ["value.slots.map(x, value.limit).exists(y, y == 9007199254740993)", "B"],
    ["value.slots.map(x, value.limit + 1).exists(y, y == 9007199254740994)", "B"],
    // in
    ["2 in value.slots", "BC"],
    ['"lo" in value.names', "BC"],
    ["value.limit in value.slots", "AC"],
    ["7 in value.parts.map(e, e.id)", "BC"],
    // Lists that are written out.
    ["[1, 2].exists(x, x in value.slots)", "BC"],
    ["[1, 2].all(x, x in value.slots)", "B"],
    ["[0, 1, 2].exists_one(x, x in value.slots)", "AC"],
    ['["lo", "eth0"].all(n, n in value.names)', "B"],
    ["[value.limit, 5].exists(x, x == 2)", "C"],
    ["[].all(x, x == 1)", "ABC"],
    ["[[1, 2], [3]].exists(l, size(l) == 1)", "ABC"],
  ])("%s", async (where, values) => {
    expect(await kept(where)).toBe(values);
  });

  test("an element that fails matters only where no other decides", async () => {
    expect(await kept("value.slots.exists(x, 10 / (x - 1) > 1)")).toBe("BC");
    await expect(kept("value.slots.all(x, 10 / (x - 2) < 0)")).rejects.toThrow("--where: division by zero in an entry");
  });

  test.each<[string, string, string]>([
    [
      "value.limit.exists(x, true)",
      "`exists` is for arrays, and this is an integer (`u64`)",
      "value.limit.exists(x, true)",
    ],
    [
      "value.parts[0].all(x, true)",
      "`all` is for arrays, and this is `anonymous struct`",
      "value.parts[0].all(x, true)",
    ],
    ["value.slots.exists(1, true)", "`exists` takes a name first, as in value.slots.exists(x, …)", "1"],
    [
      "value.slots.exists(x)",
      "`exists` takes a name and a condition: value.slots.exists(x, x > 0)",
      "value.slots.exists(x)",
    ],
    [
      "value.slots.exists(x, x)",
      "true or false is needed here, and this is an integer (`u32`): compare it with something, as in x != 0",
      "x",
    ],
    ["value.slots.map(x, [x]).size() == 1", "`map` makes numbers, strings, true or false, and this is a list", "[x]"],
    ["[1].map(x, x).size() == 1", "`map` is for arrays, and this is a list", "[1].map(x, x)"],
    [
      "value.slots.map(x, x)[0] == 1",
      "a list has no elements that an index names (exists, all, exists_one and size() look into it)",
      "value.slots.map(x, x)",
    ],
    [
      "value.slots.exists(x, y == 1)",
      "nothing is called `y` (known are key, value, entry.index, and the enumerators of their types)",
      "y",
    ],
    ["value.slots.exists(x, x.y == 1)", "`value.slots` is no struct but `u32`: it has no fields", "y"],
  ])("refuses %s", (where, message, marked) => {
    expect(refusalOf(where, TYPE)).toEqual({ message, marked });
  });
});
