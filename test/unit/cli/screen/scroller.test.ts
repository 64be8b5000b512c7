import { expect, test } from "vitest";
import { Scroller } from "../../../../src/cli/screen/scroller.ts";

function scrolled(rows: number, room: number, ...keys: readonly string[]): readonly [row: number, first: number] {
  const scroller = new Scroller();
  scroller.fit(rows, room);
  for (const key of keys) scroller.key(key);
  return [scroller.row, scroller.first];
}

test.each([
  { keys: ["down"], at: [1, 0] },
  { keys: ["up"], at: [0, 0] },
  { keys: ["page-down"], at: [10, 1] },
  { keys: ["G"], at: [99, 90] },
  { keys: ["G", "up"], at: [98, 90] },
  { keys: ["G", "page-up"], at: [89, 89] },
  { keys: ["end", "g"], at: [0, 0] },
  { keys: ["wheel-down", "wheel-down", "wheel-up"], at: [3, 0] },
])("$keys", ({ keys, at }) => {
  expect(scrolled(100, 10, ...keys)).toEqual(at);
});

test("no rows, and fewer than there is room for", () => {
  expect(scrolled(0, 10, "down", "G", "up")).toEqual([0, 0]);
  expect(scrolled(3, 10, "G")).toEqual([2, 0]);
});

test("another key means something else, and rows that go take the selection along", () => {
  const scroller = new Scroller();
  scroller.fit(100, 10);
  expect(scroller.key("x")).toBe(false);
  scroller.key("G");
  scroller.fit(5, 10);
  expect([scroller.row, scroller.first]).toEqual([4, 0]);
});
