import { describe, expect, test } from "vitest";
import { inputOf, inputOfLayouts, keptBy, keptValues, layoutOf, refusalOf } from "../typed-rows.ts";

const STATE = "enum state { ST_NEW, ST_SYN, ST_ESTABLISHED, ST_CLOSED = 7 }";
const BITS = "enum bits { NONE = 0, READ = 1, WRITE = 2, EXEC = 4 }";

describe("enumerators as strings, as they are printed", () => {
  const states = [0, 1, 2, 7, 9];
  test.each<[string, readonly number[]]>([
    ['value == "ST_ESTABLISHED"', [2]],
    ["value == ST_ESTABLISHED", [2]],
    ['"ST_ESTABLISHED" == value', [2]],
    ['value != "ST_ESTABLISHED"', [0, 1, 7, 9]],
    ['value in ["ST_NEW", "ST_CLOSED"]', [0, 7]],
    ['value in ["ST_NEW", ST_SYN, 9]', [0, 1, 9]],
    ['value in ["ST_NEW", "ST_SYN", "ST_ESTABLISHED", "ST_CLOSED"]', [0, 1, 2, 7]],
    ['!(value in ["ST_NEW", "ST_SYN", "ST_ESTABLISHED", "ST_CLOSED"])', [9]],
    // Order is that of the numbers, as without quotes.
    ['value >= "ST_ESTABLISHED"', [2, 7, 9]],
    ['"ST_SYN" > value', [0]],
    ['value == "ST_" + "SYN"', [1]],
    ['["ST_NEW", "ST_SYN"].exists(s, value == s)', [0, 1]],
    ['value == 0 ? true : value == "ST_CLOSED"', [0, 7]],
    // Numbers without a name are printed as numbers.
    ["value == 9", [9]],
    ["value == 0x9", [9]],
    ['"ST_SYN" == ST_SYN', [0, 1, 2, 7, 9]],
  ])("%s", async (where, kept) => {
    expect(await keptValues(where, STATE, states)).toEqual(kept);
  });

  test.each<[string, string, readonly number[]]>([
    ["a signed enum", "enum e { LOW = -5, HIGH = 5 }", [-5]],
    ["an enum of one byte", "enum e { LOW = 3, HIGH = 5 } __attribute__((packed))", [3]],
  ])("%s", async (_, type, kept) => {
    const values = [...kept, 5];
    expect(await keptValues('value == "LOW"', type, values)).toEqual(kept);
    expect(await keptValues('value != "LOW"', type, values)).toEqual([5]);
  });

  test("64 bits, and a value that no double holds", async () => {
    const values = [{ name: "HUGE", value: 2n ** 64n - 1n }, { name: "ODD", value: 2n ** 53n + 1n }]; // biome-ignore format: one line
    const wide = {
      kind: "enum",
      size: 8,
      wide: true,
      signed: false,
      values,
      typeName: "enum huge",
      tagged: false,
    } as const;
    const input = inputOfLayouts(undefined, wide);
    const all = [2n ** 64n - 1n, 2n ** 64n - 2n, 2n ** 53n, 2n ** 53n + 1n];
    expect(await keptValues('value == "HUGE"', input, all)).toEqual([2n ** 64n - 1n]);
    expect(await keptValues('value == "ODD"', input, all)).toEqual([2n ** 53n + 1n]);
    expect(await keptValues('value in ["ODD", "HUGE"]', input, all)).toEqual([2n ** 64n - 1n, 2n ** 53n + 1n]);
  });

  test("a bit-field of an enum, and the elements of an array", async () => {
    const type = `${STATE}; struct { enum state st : 4; enum state all[2]; }`;
    const values = [
      { st: 2, all: [0, 1] },
      { st: 1, all: [2, 7] },
    ];
    expect(await keptValues('value.st == "ST_ESTABLISHED"', type, values)).toEqual([values[0]]);
    expect(await keptValues('"ST_CLOSED" in value.all', type, values)).toEqual([values[1]]);
    expect(await keptValues('value.all.exists(x, x == "ST_SYN")', type, values)).toEqual([values[0]]);
    expect(await keptValues('value.all[0] == "ST_ESTABLISHED"', type, values)).toEqual([values[1]]);
  });

  test("what CPUs differ in", async () => {
    const input = inputOf({ key: "u32", value: `${STATE}; struct { enum state st; }`, cpus: 2 });
    const entries = [[1, { st: 2 }, { st: 2 }], [2, { st: 2 }, { st: 1 }]] as const; // biome-ignore format: one line
    expect(await keptBy('value.st == "ST_ESTABLISHED" && cpu == 1', input, entries)).toEqual([0]);
  });

  test("a combination of bits, as the renderer prints it", async () => {
    const values = [0, 1, 3, 8, 11];
    expect(await keptValues('value == "READ|WRITE"', BITS, values)).toEqual([3]);
    expect(await keptValues('value == "READ|WRITE|0x8"', BITS, values)).toEqual([11]);
    expect(await keptValues('value in ["NONE", "0x8"]', BITS, values)).toEqual([0, 8]);
    expect(refusalOf('value == "READ|WRIT"', BITS).message).toBe(
      "no `READ|WRIT` in `enum bits` (it has `NONE`, `READ`, `WRITE`, `EXEC`)",
    );
  });

  test.each<[string, string, string]>([
    [
      'value == "ST_ESTABLISHD"',
      "no `ST_ESTABLISHD` in `enum state`; did you mean `ST_ESTABLISHED`?",
      '"ST_ESTABLISHD"',
    ],
    ['value != "st_new"', "no `st_new` in `enum state`; did you mean `ST_NEW`?", '"st_new"'],
    ['value in ["ST_NEW", "ST_SIN"]', "no `ST_SIN` in `enum state`; did you mean `ST_SYN`?", '"ST_SIN"'],
    [
      '"CLOSED" == value',
      "no `CLOSED` in `enum state` (it has `ST_NEW`, `ST_SYN`, `ST_ESTABLISHED`, `ST_CLOSED`)",
      '"CLOSED"',
    ],
    ['value == ""', "no `` in `enum state` (it has `ST_NEW`, `ST_SYN`, `ST_ESTABLISHED`, `ST_CLOSED`)", '""'],
    ['value == "9"', "a number stands without quotes: 9", '"9"'],
    ['value == {"name": "ST_NEW", "value": 0}', "a map in braces is not supported", '{"name": "ST_NEW", "value": 0}'],
    ["value == b'ST_NEW'", "`==` does not compare an integer (`enum state`) with bytes", "value == b'ST_NEW'"],
    ["value == ST_NEU", "no `ST_NEU` in `enum state`; did you mean `ST_NEW`?", "ST_NEU"],
  ])("refuses %s", (where, message, marked) => {
    expect(refusalOf(where, STATE)).toEqual({ message, marked });
  });

  test("enumerators of another enum are none of this one", () => {
    const type = `${STATE}; ${BITS}; struct { enum state st; enum bits bits; }`;
    expect(refusalOf('value.st == "READ"', type).message).toContain("no `READ` in `enum state`");
    expect(refusalOf("value.st == READ", type).message).toContain("no `READ` in `enum state`");
    expect(refusalOf("READ == ST_NEW", type).message).toBe(
      "`==` does not compare an enumerator of `enum bits` with an enumerator of `enum state`",
    );
    expect(refusalOf("READ in [ST_NEW, ST_SYN, ST_ESTABLISHED, ST_CLOSED]", type).message).toContain(
      "does not compare an enumerator of `enum bits`",
    );
    expect(refusalOf('value.st == value.bits && READ == "ST_NEW"', type).message).toContain(
      "no `ST_NEW` in `enum bits`",
    );
  });
});

describe("constants are compared beforehand", () => {
  test.each<[string, boolean]>([
    ["1 == 1", true],
    ["1 == 1u", true],
    ["1 == 1.0", true],
    ["9007199254740993 == 9007199254740992.0", false],
    ["9007199254740993 > 9007199254740992.0", true],
    ["1 < 1.5 && 1.5 < 2", true],
    ["0.0 / 0.0 == 0.0 / 0.0", false],
    ["0.0 / 0.0 != 0.0 / 0.0", true],
    ["0.0 / 0.0 < 1.0", false],
    ["0.0 == -0.0", true],
    ['"a" < "b"', true],
    ['"a" == "a" && "a" != "b" && "b" >= "b"', true],
    // By code points, not by UTF-16.
    ['"\\U0001F600" > "\\uFFFD"', true],
    ["18446744073709551615u > 9223372036854775807", true],
    ["-1 < 0u", true],
  ])("%s", async (where, expected) => {
    expect(await keptValues(where, "u8", [1])).toEqual(expected ? [1] : []);
  });
});

describe("integers compare exactly, whatever their types", () => {
  const edges = [
    0n,
    1n,
    2n ** 31n,
    2n ** 32n - 1n,
    2n ** 53n,
    2n ** 53n + 1n,
    2n ** 63n - 1n,
    2n ** 63n,
    2n ** 64n - 1n,
  ];
  const constants = [-1n, ...edges, 2n ** 64n];
  const OPS: Readonly<Record<string, (a: bigint, b: bigint) => boolean>> = {
    "==": (a, b) => a === b,
    "!=": (a, b) => a !== b,
    "<": (a, b) => a < b,
    "<=": (a, b) => a <= b,
    ">": (a, b) => a > b,
    ">=": (a, b) => a >= b,
  };

  test.each(Object.keys(OPS))("u64 %s", async (op) => {
    const test = OPS[op] as (a: bigint, b: bigint) => boolean;
    for (const constant of constants) {
      expect(await keptValues(`value ${op} ${constant}`, "u64", edges)).toEqual(
        edges.filter((one) => test(one, constant)),
      );
      expect(await keptValues(`${constant} ${op} value`, "u64", edges)).toEqual(
        edges.filter((one) => test(constant, one)),
      );
      expect(await keptValues(`value + 1 ${op} ${constant}`, "u64", edges)).toEqual(
        edges.filter((one) => test(one + 1n, constant)),
      );
      expect(await keptValues(`1 - value ${op} ${constant}`, "u64", edges)).toEqual(
        edges.filter((one) => test(1n - one, constant)),
      );
    }
  });

  const signed = [-(2n ** 63n), -(2n ** 53n) - 1n, -(2n ** 32n), -1n, 0n, 1n, 2n ** 53n + 1n, 2n ** 63n - 1n];
  test.each(Object.keys(OPS))("s64 %s", async (op) => {
    const test = OPS[op] as (a: bigint, b: bigint) => boolean;
    for (const constant of signed) {
      expect(await keptValues(`value ${op} ${constant}`, "s64", signed)).toEqual(
        signed.filter((one) => test(one, constant)),
      );
      expect(await keptValues(`value - 1 ${op} ${constant}`, "s64", signed)).toEqual(
        signed.filter((one) => test(one - 1n, constant)),
      );
    }
  });

  test("128 bits", async () => {
    const values = [0n, 2n ** 64n, 2n ** 127n, 2n ** 128n - 1n];
    expect(await keptValues("value > 18446744073709551615u", "unsigned __int128", values)).toEqual(values.slice(1));
  });
});

describe("values that don't go together", () => {
  test.each<[string, string, string]>([
    [
      'value == "10.0.0.1"',
      "u32",
      '`==` does not compare an integer (`u32`) with a string (as an address: ip("10.0.0.1"))',
    ],
    [
      'value == "443"',
      "u16",
      "`==` does not compare an integer (`u16`) with a string (a number stands without quotes: 443)",
    ],
    [
      'value == "18446744073709551615"',
      "u64",
      "`==` does not compare an integer (`u64`) with a string (a number stands without quotes: 18446744073709551615)",
    ],
    ['value < "1.5"', "double", "`<` does not compare a floating-point number with a string"],
    [
      'value == "x"',
      "u8[4]",
      "`==` does not compare `u8[4]` with a string (str(x) reads bytes as text, hex(x) as digits)",
    ],
    [
      "value == ip('::1')",
      "u32",
      "`==` does not compare an integer (`u32`) with an address (the address has 16 bytes)",
    ],
    ["value == 1", "char[4]", "`==` does not compare a string with an integer"],
    ["value == null", "u32", "`==` does not compare an integer (`u32`) with null (nothing is null here)"],
    ["value == [1]", "u32", "`==` does not compare an integer (`u32`) with a list"],
    ["value < true", "_Bool", "`<` does not compare true or false with true or false"],
  ])("%s of %s", (where, type, message) => {
    expect(refusalOf(where, type).message).toBe(message);
  });

  test("text in bytes", async () => {
    expect(await keptValues('str(value) == "ab"', "u8[4]", [[97, 98, 0, 1], [97, 98, 99, 0]])).toEqual([[97, 98, 0, 1]]); // biome-ignore format: one line
    expect(layoutOf("u8[4]").size).toBe(4);
  });
});
