import { expect, test } from "vitest";
import { watch } from "../../../../src/sdk/watch/watch.ts";
import { all, connectionsOf, readerOf } from "../sample-readers.ts";

test("an open reader is read as often as is asked for", async () => {
  using reader = readerOf(connectionsOf(2));
  const events = await all(watch(reader, { interval: 1, reads: 2 }));
  expect(events.map(({ type }) => type)).toEqual(["added", "added"]);
});

test.each<readonly [unknown, string]>([
  [{ interval: 0 }, "watch a map: interval: expected a whole number of at least 1, got 0"],
  [{ reads: 1.5 }, "watch a map: reads: expected a whole number of at least 1"],
  [{ where: () => true }, "watch a map: where: expected a condition as text"],
  [{ top: 3 }, "watch a map: top needs sort"],
  [{ maxGroups: 3 }, "watch a map: maxGroups needs groupBy"],
  [{ groupBy: "key.addr", select: "value.packets" }, "watch a map: select and groupBy exclude each other"],
  [{ perCpu: "each", agg: "value=max" }, 'watch a map: perCpu: "each" keeps the CPUs apart'],
  [{ types: { key: "u32" } }, "watch map id 7 (conns): types: an open reader has its own"],
  [{ every: 3 }, 'watch a map: there is no option "every"'],
])("%o is USAGE at once", (options, message) => {
  using reader = readerOf(connectionsOf(1));
  expect(() => watch(reader, options as never)).toThrow(message);
});

test("so is what names no map", () => {
  expect(() => watch({ path: "x" } as never)).toThrow(expect.objectContaining({ code: "USAGE" }));
});
