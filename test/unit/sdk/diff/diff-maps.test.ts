import { expect, test } from "vitest";
import { diff } from "../../../../src/sdk/diff/diff-maps.ts";
import { all, connectionsOf, readerOf } from "../sample-readers.ts";

test("two maps are compared when the loop begins", async () => {
  using a = readerOf(connectionsOf(1));
  using b = readerOf(connectionsOf(2));
  expect((await all(diff(a, b))).map(({ type }) => type)).toEqual(["added"]);
  expect((await all(diff(b, a))).map(({ type }) => type)).toEqual(["removed"]);
  expect(await all(diff(a, a))).toEqual([]);
});

test("wrong words are USAGE at once, and a closed reader is CLOSED", () => {
  using a = readerOf(connectionsOf(1));
  const closed = readerOf(connectionsOf(1));
  closed.close();
  expect(() => diff(a, { path: "x" } as never)).toThrow(expect.objectContaining({ code: "USAGE" }));
  expect(() => diff(a, a, { perCpu: "most" } as never)).toThrow(expect.objectContaining({ code: "USAGE" }));
  expect(() => diff(a, a, { top: 1 } as never)).toThrow(
    expect.objectContaining({ message: "compare maps: top needs sort" }),
  );
  expect(() => diff(closed, a)).toThrow(expect.objectContaining({ code: "CLOSED" }));
});

test("a signal ends a comparison also after both maps have been read", async () => {
  using a = readerOf(connectionsOf(3000));
  using b = readerOf(connectionsOf(0));
  const controller = new AbortController();
  let removed = 0;
  const reading = (async () => {
    for await (const { type } of diff(a, b, { signal: controller.signal })) {
      if (type === "removed") removed += 1;
      controller.abort();
    }
  })();
  await expect(reading).rejects.toMatchObject({ code: "ABORTED" });
  expect(removed).toBeLessThan(3000);
});
