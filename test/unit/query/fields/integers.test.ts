import { describe, expect, test } from "vitest";
import { viewOf } from "../../../../src/bytes.ts";
import { compileInteger } from "../../../../src/codec/access/accessor.ts";
import { wholeField } from "../../../../src/codec/access/field.ts";
import { exactSum, greatest, least, writeInteger } from "../../../../src/query/fields/integers.ts";
import { layoutOf } from "../typed-rows.ts";

describe("sums are exact", () => {
  test.each<[string, readonly bigint[], bigint]>([
    ["u64", [], 0n],
    ["u64", [2n ** 53n, 1n, 1n], 2n ** 53n + 2n],
    ["u64", [2n ** 64n - 1n, 2n ** 64n - 1n, 2n ** 64n - 1n], 3n * (2n ** 64n - 1n)],
    ["s64", [-(2n ** 63n), -(2n ** 63n)], -(2n ** 64n)],
    ["s64", [2n ** 63n - 1n, -(2n ** 63n)], -1n],
    ["s32", [-1n, -1n, 2n], 0n],
  ])("%s %s", (type, values, expected) => {
    const layout = layoutOf(type);
    const stride = layout.size + 3;
    const bytes = new Uint8Array(5 + values.length * stride);
    for (const [i, value] of values.entries()) writeInteger(viewOf(bytes), 5 + i * stride, layout.size, value);
    const read = compileInteger(wholeField("value", layout));
    if (read === undefined) throw new Error("an integer has an accessor");
    expect(exactSum(read, bytes, viewOf(bytes), 5, stride, values.length)).toBe(expected);
  });

  test("numbers that add up past 2^53 in either direction", () => {
    const big = Number.MAX_SAFE_INTEGER;
    const sum = (values: readonly (number | bigint)[]): bigint =>
      exactSum((_, __, at) => values[at] ?? 0, new Uint8Array(0), viewOf(new Uint8Array(0)), 0, 1, values.length);
    expect(sum([big, big, big])).toBe(3n * BigInt(big));
    expect(sum([-big, -big])).toBe(-2n * BigInt(big));
    expect(sum([big, 1, -big, 2n ** 70n, -1])).toBe(2n ** 70n);
  });
});

describe("two's complement of any size", () => {
  test.each<[number, number | bigint, string]>([
    [1, 255, "ff"],
    [1, -1, "ff"],
    [1, 256, "00"],
    [2, 0x1234, "3412"],
    [3, -2, "feffff"],
    [4, 2 ** 32 - 1, "ffffffff"],
    [8, 2n ** 53n + 1n, "0100000000002000"],
    [8, -(2n ** 63n), "0000000000000080"],
    [16, -1n, "f".repeat(32)],
    [16, 2n ** 64n, "00000000000000000100000000000000"],
    [24, 2n ** 128n + 5n, `05${"00".repeat(15)}01${"00".repeat(7)}`],
    [12, -(2n ** 64n), `${"00".repeat(8)}ffffffff`],
    [0, 5, ""],
  ])("%i bytes of %s", (size, value, hex) => {
    const bytes = new Uint8Array(size + 2).fill(0xaa);
    writeInteger(viewOf(bytes), 1, size, value);
    expect(Buffer.from(bytes).toString("hex")).toBe(`aa${hex}aa`);
  });
});

test("least and greatest", () => {
  expect([least([]), greatest([])]).toEqual([0n, 0n]);
  expect([least([5n]), greatest([-5n])]).toEqual([5n, -5n]);
  expect([least([1n, -(2n ** 64n), 3n]), greatest([1n, 2n ** 64n, -3n])]).toEqual([-(2n ** 64n), 2n ** 64n]);
});
