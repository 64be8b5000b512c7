import { expect, test } from "vitest";
import { Backoff } from "../../../src/stream/backoff.ts";

test.each<[limit: number, sleeps: number[]]>([
  [100, [10, 20, 40, 80, 100, 100]],
  [10, [10, 10]],
  [3, [3, 3]],
])("up to %i ms", (limit, sleeps) => {
  const backoff = new Backoff(limit);
  expect(sleeps.map(() => backoff.next())).toEqual(sleeps);
  backoff.reset();
  expect(backoff.next()).toBe(sleeps[0]);
});
