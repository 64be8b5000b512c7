import { expect, test } from "vitest";
import { TokenBucket } from "../../../../src/server/access/token-bucket.ts";

test("so many at once, and then one in each interval, of which no more are saved up", () => {
  let now = 0;
  const bucket = new TokenBucket({ milliseconds: 100, burst: 2 }, () => now);
  const takes = (): boolean[] => [bucket.take(), bucket.take(), bucket.take()];
  expect(takes()).toEqual([true, true, false]);
  now = 99;
  expect(bucket.take()).toBe(false);
  now = 100;
  expect(takes()).toEqual([true, false, false]);
  now = 1_000_000;
  expect(takes()).toEqual([true, true, false]);
});
