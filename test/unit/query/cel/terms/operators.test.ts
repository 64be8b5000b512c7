import { parse } from "@marcbachmann/cel-js";
import { describe, expect, test } from "vitest";
import { Random } from "../../../../helpers/random.ts";
import { keptValues, refusalOf } from "../../typed-rows.ts";

/**
 * The value of a constant integer expression, by asking which of all 64-bit fields equals it; the error, if it is one.
 */
async function constantValue(expression: string): Promise<bigint | string> {
  try {
    for (const [type, range] of [
      ["s64", -(2n ** 63n)],
      ["u64", 0n],
    ] as const) {
      // Found by halves: each question leaves one of two.
      let [low, high] = [range, range + 2n ** 64n - 1n];
      while (low < high) {
        const middle = (low + high) >> 1n;
        const isAbove =
          (
            await keptValues(`value > ${middle} && ${expression} > ${middle}`, type, [
              type === "s64" ? 2n ** 63n - 1n : 2n ** 64n - 1n,
            ])
          ).length > 0;
        if (isAbove) low = middle + 1n;
        else high = middle;
      }
      if ((await keptValues(`value == ${expression}`, type, [low])).length > 0) return low;
    }
    return "no 64-bit integer";
  } catch (error) {
    return error instanceof Error ? (error.message.split("\n")[0] ?? "") : String(error);
  }
}

describe("constants", () => {
  test.each<[string, bigint]>([
    ["1 + 2 * 3", 7n],
    ["(1 + 2) * 3", 9n],
    ["7 / 2", 3n],
    ["-7 / 2", -3n],
    ["-7 % 2", -1n],
    ["7 % -2", 1n],
    ["5 * 1000000000", 5_000_000_000n],
    ["0xff + 1", 256n],
    ["9223372036854775806 + 1", 2n ** 63n - 1n],
    ["-9223372036854775807 - 1", -(2n ** 63n)],
    ["-9223372036854775808", -(2n ** 63n)],
    ["9223372036854775807u + 1u", 2n ** 63n],
    ["18446744073709551614u + 1u", 2n ** 64n - 1n],
    ["18446744073709551615u / 2u", 2n ** 63n - 1n],
    ["4294967296u * 4294967295u", 2n ** 64n - 2n ** 32n],
    // Without a `u`, what no int can hold is a uint.
    ["18446744073709551615 - 1", 2n ** 64n - 2n],
    // int and uint go together, as fields of both sorts do.
    ["18446744073709551615u - 1", 2n ** 64n - 2n],
    ["1 - 2u", -1n],
    ["int(5u) - uint(5)", 0n],
  ])("%s", async (expression, expected) => {
    expect(await constantValue(expression)).toBe(expected);
  });

  const INT = "int (-9223372036854775808 to 9223372036854775807";
  const U = "; with a `u` behind the numbers they are uint)";
  test.each<[string, string, string]>([
    ["9223372036854775807 + 1", `integer overflow: 9223372036854775808 is no ${INT}${U}`, "9223372036854775807 + 1"],
    ["-9223372036854775807 - 2", `integer overflow: -9223372036854775809 is no ${INT})`, "-9223372036854775807 - 2"],
    ["9223372036854775807 * 2", `integer overflow: 18446744073709551614 is no ${INT}${U}`, "9223372036854775807 * 2"],
    [
      "-(-9223372036854775807 - 1)",
      `integer overflow: 9223372036854775808 is no ${INT}${U}`,
      "-(-9223372036854775807 - 1)",
    ],
    [
      "(-9223372036854775807 - 1) / -1",
      `integer overflow: 9223372036854775808 is no ${INT}${U}`,
      "(-9223372036854775807 - 1) / -1",
    ],
    [
      "18446744073709551615u + 1u",
      "integer overflow: 18446744073709551616 is no uint (0 to 18446744073709551615)",
      "18446744073709551615u + 1u",
    ],
    ["0u - 1u", "integer overflow: -1 is no uint (0 to 18446744073709551615)", "0u - 1u"],
    [
      "18446744073709551615u + 1",
      "integer overflow: 18446744073709551616 is no int (-9223372036854775808 to 18446744073709551615)",
      "18446744073709551615u + 1",
    ],
    [
      "1 + 9223372036854775807 * 3 - 5",
      `integer overflow: 27670116110564327421 is no ${INT}${U}`,
      "9223372036854775807 * 3",
    ],
    ["1 / 0", "division by zero", "1 / 0"],
    ["1 % (2 - 2)", "division by zero", "1 % (2 - 2)"],
    [
      "int(9223372036854775808)",
      "range error: 9223372036854775808 is no int (at most 9223372036854775807)",
      "int(9223372036854775808)",
    ],
    ["uint(-1)", "range error: -1 is no uint (0 at least)", "uint(-1)"],
  ])("%s overflows", (expression, message, marked) => {
    expect(refusalOf(`value == ${expression}`, "u64")).toEqual({ message, marked });
  });

  test("random expressions of ints give what CEL gives, its overflows included", async () => {
    const random = new Random(2024);
    const literal = (): string =>
      random.pick(["0", "1", "2", "7", "1000", "4294967296", "4611686018427387904", "9223372036854775807"]);
    const expression = (depth: number): string => {
      if (depth === 0 || random.chance(0.2)) return literal();
      if (random.chance(0.15)) return `-(${expression(depth - 1)})`;
      return `(${expression(depth - 1)} ${random.pick(["+", "-", "*", "/", "%"])} ${expression(depth - 1)})`;
    };
    let overflows = 0;
    for (let i = 0; i < 400; i++) {
      const text = expression(3);
      let expected: unknown;
      try {
        expected = parse(text)({});
      } catch {
        expected = undefined;
        overflows += 1;
      }
      const compiled = await keptValues(`value == 1 && ${text} == ${expected ?? 0}`, "u8", [1]).catch(() => undefined);
      expect([text, compiled]).toEqual([text, expected === undefined ? undefined : [1]]);
    }
    expect(overflows).toBeGreaterThan(40);
  });
});

describe("fields don't overflow", () => {
  const MOST = 2n ** 64n - 1n;
  test.each<[string, string, readonly (number | bigint)[], readonly (number | bigint)[]]>([
    ["value + 1 > value", "u64", [0n, MOST], [0n, MOST]],
    ["value + 1 == 18446744073709551616", "u64", [0n, MOST], [MOST]],
    ["value * value > 18446744073709551615", "u64", [2n ** 32n - 1n, 2n ** 32n], [2n ** 32n]],
    ["value - 1 < 0", "u32", [0, 1], [0]],
    ["-value == 128", "s8", [-128, 127], [-128]],
    ["value * 2 == -256", "s8", [-128, 127], [-128]],
    ["value / -1 == 9223372036854775808", "s64", [-(2n ** 63n), 1n], [-(2n ** 63n)]],
    ["value / 2 == -1", "s32", [-3, -2, -1], [-3, -2]],
    ["value % 3 == -1", "s32", [-4, -3, 2], [-4]],
    ["value % 10 == 5", "u64", [MOST, 5n, 6n], [MOST, 5n]],
    ["9007199254740993 / value == 9007199254740993", "u64", [1n, 2n], [1n]],
    ["value + 9007199254740993 == 9007199254740994", "u8", [0, 1], [1]],
    ["(value > 5 ? value : 9007199254740993) == 9007199254740993", "u8", [5, 6], [5]],
    ["(value > 5 ? 1 : -1) * value < 0", "u8", [0, 5, 6], [5]],
  ])("%s of %s", async (where, type, values, kept) => {
    expect(await keptValues(where, type, values)).toEqual(kept);
  });

  test("a division by zero matters where it decides", async () => {
    expect(await keptValues("value != 0 && 10 / value > 2", "u8", [0, 3, 5])).toEqual([3]);
    expect(await keptValues("10 % value == 1 && value != 0", "s64", [0n, 3n, -3n])).toEqual([3n, -3n]);
    await expect(keptValues("10 / value > 2", "u8", [3, 0])).rejects.toThrow("--where: division by zero in an entry");
  });
});
