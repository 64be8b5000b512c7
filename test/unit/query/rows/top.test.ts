import { describe, expect, test } from "vitest";
import { compileOrder, sortKeys } from "../../../../src/query/rows/order.ts";
import { OrderedRows } from "../../../../src/query/rows/top.ts";
import { Random } from "../../../helpers/random.ts";
import { inputOf, runOf } from "../typed-rows.ts";

const INPUT = inputOf({ key: "u32", value: "u32" });

/** Values in order, of which `most` are kept, fed in runs of so many. */
function ordered(values: readonly number[], most: number | undefined, sort = "value", size = 7): number[] {
  const keys = sortKeys({ option: "--sort", text: sort }, { ...INPUT, cpu: false }, () => undefined);
  const rows = new OrderedRows(compileOrder(keys, 4), INPUT.shape, 4, most);
  for (let from = 0; from < values.length; from += size) {
    rows.add({
      ...runOf(
        INPUT,
        values.slice(from, from + size).map((value, i) => [from + i, value] as const),
      ),
      index: from,
    });
  }
  const found: number[] = [];
  for (const { batch, count } of rows.runs(false)) {
    const view = new DataView(batch.values.buffer);
    for (let row = 0; row < count; row++) found.push(view.getUint32(4 * row, true));
  }
  return found;
}

describe("the first of an order", () => {
  const values = [5, 3, 9, 3, 0, 2 ** 32 - 1, 7];
  test.each<[number | undefined, string, number[]]>([
    [undefined, "value", [0, 3, 3, 5, 7, 9, 2 ** 32 - 1]],
    [3, "value", [0, 3, 3]],
    [3, "value:desc", [2 ** 32 - 1, 9, 7]],
    [1, "value", [0]],
    [0, "value", []],
    [99, "value:desc", [2 ** 32 - 1, 9, 7, 5, 3, 3, 0]],
  ])("%s by %s", (most, sort, expected) => {
    expect(ordered(values, most, sort)).toEqual(expected);
  });

  test("of nothing", () => {
    expect([ordered([], undefined), ordered([], 5)]).toEqual([[], []]);
  });

  test("of equal rows, those that were read first", () => {
    const rows = new OrderedRows(
      compileOrder(
        sortKeys({ option: "--sort", text: "value" }, { ...INPUT, cpu: false }, () => undefined),
        4,
      ),
      INPUT.shape,
      4,
      2,
    );
    rows.add(runOf(INPUT, [[1, 5], [2, 5], [3, 5], [4, 5]])); // biome-ignore format: one line
    const keys = [...rows.runs(false)].flatMap(({ batch, count }) => [...new Uint32Array(batch.keys.buffer, 0, count)]);
    expect(keys).toEqual([1, 2]);
  });

  test("random rows, in runs of any size", () => {
    const random = new Random(11);
    for (let round = 0; round < 20; round++) {
      const numbers = Array.from({ length: random.below(300) }, () => random.below(50));
      const most = random.below(40);
      const expected = [...numbers].sort((a, b) => a - b);
      expect(ordered(numbers, most, "value", random.between(1, 64))).toEqual(expected.slice(0, most));
      expect(ordered(numbers, undefined, "value", random.between(1, 64))).toEqual(expected);
    }
  });
});
