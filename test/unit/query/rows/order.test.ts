import { describe, expect, test } from "vitest";
import type { QueryInput } from "../../../../src/query/query.ts";
import { compileOrder, sortKeys } from "../../../../src/query/rows/order.ts";
import { RowStore } from "../../../../src/query/rows/rows.ts";
import {
  batchOf,
  type Entry,
  inputOf,
  inputOfLayouts,
  type KeyValue,
  layoutOf,
  queryOf,
  sourceOf,
} from "../typed-rows.ts";

/** Values of one type, sorted. */
async function sorted<Value extends KeyValue>(
  type: string | QueryInput,
  values: readonly Value[],
  sort = "value",
): Promise<Value[]> {
  const input = typeof type === "string" ? inputOf({ value: type }) : type;
  const order: Value[] = [];
  const batch = batchOf(
    input,
    values.map((value): Entry => [null, value]),
  );
  for await (const { index, count } of queryOf(input, { sort }).run(sourceOf(batch))) {
    for (let row = 0; row < count; row++)
      order.push(values[typeof index === "number" ? row : (index[row] as number)] as Value);
  }
  return order;
}

describe("values in order", () => {
  test.each<[string, KeyValue[]]>([
    ["u8", [0, 1, 127, 128, 255]],
    ["s8", [-128, -1, 0, 1, 127]],
    ["u32", [0, 2 ** 31, 2 ** 32 - 1]],
    ["s32", [-(2 ** 31), -1, 0, 2 ** 31 - 1]],
    ["u64", [0n, 2n ** 53n, 2n ** 53n + 1n, 2n ** 63n, 2n ** 64n - 1n]],
    ["s64", [-(2n ** 63n), -(2n ** 53n) - 1n, -1n, 0n, 2n ** 63n - 1n]],
    ["unsigned __int128", [0n, 2n ** 64n, 2n ** 128n - 1n]],
    ["_Bool", [false, true]],
    ["double", ["-Infinity", -1.5, 0, 5e-324, 1, "Infinity", "NaN"]],
    ["float", ["-Infinity", -1.5, 0, 1, "Infinity", "NaN"]],
    ["char[8]", ["", "A", "Z", "a", "ab", "abc", "b", "é", "😀"]],
    ["enum e { B = -1, A, C } ", [-1, 0, 1]],
    [
      "u8[3]",
      [
        [0, 0, 0],
        [0, 0, 1],
        [0, 255, 0],
        [1, 0, 0],
      ],
    ],
  ])("%s", async (type, values) => {
    const shuffled = [...values.slice(1), ...values.slice(0, 1)].reverse();
    expect(await sorted(type, shuffled)).toEqual(values);
    // NaN is last in either direction.
    const numbers = values.filter((one) => one !== "NaN");
    expect(await sorted(type, shuffled, "value:desc")).toEqual([
      ...numbers.toReversed(),
      ...values.slice(numbers.length),
    ]);
  });

  test("text is compared up to its NUL alone", async () => {
    const input = inputOfLayouts(undefined, layoutOf("char[4]"));
    const store = new RowStore(0, 4);
    const [a, b] = [Uint8Array.of(97, 0, 9, 9), Uint8Array.of(97, 0, 1, 1)];
    const compare = compileOrder(
      sortKeys({ option: "--sort", text: "value" }, { ...input, cpu: false }, () => undefined),
      0,
    );
    for (const values of [a, b]) {
      const batch = { count: 1, keys: new Uint8Array(0), values, errnos: undefined };
      store.add(
        { batch, count: 1, entries: Int32Array.of(0), cpus: undefined, cpuStride: 0, index: 0 },
        0,
        input.shape,
      );
    }
    // They are equal, so they stay as they came.
    expect(compare(store, 0, 1)).toBeLessThan(0);
    expect(compare(store, 1, 0)).toBeGreaterThan(0);
  });
});

describe("several keys", () => {
  const values = [
    { a: 1, b: 1, low: 3 },
    { a: 1, b: 2, low: 1 },
    { a: 0, b: 9, low: 2 },
    { a: 1, b: 1, low: 0 },
  ];
  const TYPE = "struct { u32 a; s16 b; u8 low : 3; u8 high : 5; }";

  test.each<[string, number[]]>([
    ["value.a", [2, 0, 1, 3]],
    ["value.a:asc", [2, 0, 1, 3]],
    ["value.a:desc", [0, 1, 3, 2]],
    ["value.a,value.b:desc", [2, 1, 0, 3]],
    ["value.b, value.low", [3, 0, 1, 2]],
    ["value.low:desc", [0, 2, 1, 3]],
    ["entry.index:desc", [3, 2, 1, 0]],
    ["value.a:desc,entry.index:desc", [3, 1, 0, 2]],
  ])("%s", async (sort, order) => {
    expect(
      await sorted(
        TYPE,
        values.map((one) => ({ ...one, high: 31 })),
        sort,
      ),
    ).toEqual(order.map((i) => ({ ...values[i], high: 31 })));
  });

  test.each<[string, string]>([
    ["value.a:up", "an order is :asc or :desc"],
    ["value.a:", "an order is :asc or :desc"],
    ["value", "`value` is `anonymous struct`, which has no order (name one of its fields)"],
    [":desc", "something is missing here"],
    ["cpu", "`cpu` is known only of a per-CPU map, with --per-cpu each"],
  ])("refuses %s", (sort, message) => {
    expect(() => queryOf({ value: TYPE }, { sort })).toThrow(`--sort: ${message}`);
  });

  test("names that aren't paths come first", () => {
    const source = { kind: "index" } as const;
    const scope = { ...inputOf({ value: TYPE }), cpu: false };
    const keys = sortKeys({ option: "--sort", text: "count():desc,value.a" }, scope, (name) =>
      name === "count()" ? source : undefined,
    );
    expect(keys.map((key) => [key.source.kind, key.descending])).toEqual([
      ["index", true],
      ["field", false],
    ]);
  });
});

test("CPUs in order, and as a key", async () => {
  const input = inputOf({ key: "u32", value: "u32", cpus: 2 });
  const batch = batchOf(input, [[1, 5, 9], [2, 7, 5]]); // biome-ignore format: one line
  const orderOf = async (sort: string): Promise<number[][]> => {
    const rows: number[][] = [];
    for await (const {
      batch: { values },
      cpus,
      count,
    } of queryOf(input, { sort }).run(sourceOf(batch))) {
      for (let row = 0; row < count; row++)
        rows.push([new DataView(values.buffer).getUint32(8 * row, true), cpus?.[row] ?? -1]);
    }
    return rows;
  };
  expect(await orderOf("value:desc")).toEqual([[9, 1], [7, 0], [5, 0], [5, 1]]); // biome-ignore format: one line
  expect(await orderOf("cpu:desc,value")).toEqual([[5, 1], [9, 1], [5, 0], [7, 0]]); // biome-ignore format: one line
});
