import { expect, test } from "vitest";
import { resolvedOnce } from "../../../../src/sdk/types/resolved.ts";

/** A key of this file, and how often it was resolved. */
function counted(key: string): { readonly times: () => number; readonly get: () => number } {
  let times = 0;
  return { times: () => times, get: () => resolvedOnce(["resolved.test", key], () => (times += 1)) };
}

test("what a key stands for is found once, as long as it isn't among the least used", () => {
  const one = counted("one");
  expect([one.get(), one.get(), one.times()]).toEqual([1, 1, 1]);
  for (let i = 0; i < 10; i++) counted(`other ${i}`).get();
  expect([one.get(), one.times()]).toEqual([1, 1]);
  for (let i = 0; i < 16; i++) counted(`more ${i}`).get();
  expect([one.get(), one.times()]).toEqual([2, 2]);
});

test("what gives nothing, or throws, is tried again", () => {
  const results: (number | undefined)[] = [undefined, 5];
  const resolve = (): number | undefined => results.shift();
  expect([resolvedOnce(["resolved.test", "none"], resolve), resolvedOnce(["resolved.test", "none"], resolve)]).toEqual([
    undefined,
    5,
  ]);
  const fail = (): never => {
    throw new Error("no");
  };
  expect(() => resolvedOnce(["resolved.test", "fails"], fail)).toThrow("no");
  expect(resolvedOnce(["resolved.test", "fails"], () => 1)).toBe(1);
});
