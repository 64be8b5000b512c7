import fc from "fast-check";
import { expect, test } from "vitest";
import { LastFirstHeap } from "../../../../src/query/rows/heap.ts";

/** The items from the last to the first. */
function drained(heap: LastFirstHeap, values: number[]): number[] {
  const last: number[] = [];
  for (let i = 0; i < heap.size; i++) {
    const item = heap.last;
    last.push(values[item] as number);
    values[item] = Number.NEGATIVE_INFINITY;
    heap.moved(item);
  }
  return last;
}

test("the last is on top, whatever is added, replaced and moved", () => {
  const numbers = fc.array(fc.integer({ min: 0, max: 20 }), { minLength: 1, maxLength: 40 });
  fc.assert(
    fc.property(numbers, numbers, fc.nat(), (first, more, seed) => {
      const values = [...first];
      const heap = new LastFirstHeap((a, b) => (values[a] as number) - (values[b] as number), [...first.keys()]);
      for (const value of more) heap.add(values.push(value) - 1);
      expect(values[heap.last]).toBe(Math.max(...values));
      const moved = seed % values.length;
      values[moved] = (seed % 31) - 5;
      heap.moved(moved);
      expect(values[heap.last]).toBe(Math.max(...values));
      const replaced = heap.last;
      heap.replaceLast(values.push(7) - 1);
      const left = values.filter((_, i) => i !== replaced).sort((a, b) => b - a);
      expect(drained(heap, values)).toEqual(left);
    }),
  );
});
