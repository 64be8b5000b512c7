import { expect, test } from "vitest";
import {
  type AnyQuery,
  bounds,
  checkTogether,
  isQuery,
  QUERY_CHECKS,
} from "../../../../src/sdk/query/query-options.ts";

test.each<readonly [AnyQuery, string]>([
  [{ top: 3 }, "read: top needs sort"],
  [{ maxGroups: 3 }, "read: maxGroups needs groupBy"],
  [{ select: "key", groupBy: "key" }, "read: select and groupBy exclude each other"],
  [{ agg: "value=max", perCpu: "any" }, 'read: perCpu: "any" keeps the CPUs apart'],
  [{ where: () => true, perCpu: "each" }, "read: perCpu needs where as text"],
])("%o don't stand together", (query, message) => {
  expect(() => checkTogether("read", query)).toThrow(expect.objectContaining({ code: "USAGE" }));
  expect(() => checkTogether("read", query)).toThrow(message);
});

test.each<readonly [AnyQuery]>([
  [{}],
  [{ sort: "key", top: 3 }],
  [{ groupBy: "key", maxGroups: 3 }],
  [{ where: "true", perCpu: "each" }],
  [{ agg: "value=max", perCpu: "sum" }],
  [{ groupBy: "key", agg: "max(value)", perCpu: "each" }],
  [{ where: () => true, select: "key" }],
])("%o stand together", (query) => {
  expect(() => checkTogether("read", query)).not.toThrow();
});

test("a list of paths has at least one, and only texts", () => {
  const { select } = QUERY_CHECKS;
  expect([["a"], "a", ["a", "b"]].every((value) => select.accepts(value))).toBe(true);
  expect([[], [1], null, ["a", null]].some((value) => select.accepts(value))).toBe(false);
});

test("bounds and what is undefined make no query", () => {
  const { signal } = new AbortController();
  expect([{}, { timeout: 5, signal }, { where: undefined }, null, []].map(isQuery)).toEqual([
    false,
    false,
    false,
    false,
    false,
  ]);
  expect([{ where: "true" }, { limit: 0 }, { other: 1 }].map(isQuery)).toEqual([true, true, true]);
});

test("the bounds of a query are those of its read", () => {
  const { signal } = new AbortController();
  const query: AnyQuery = { timeout: 5, signal, where: "true" };
  expect(bounds(query)).toEqual({ timeout: 5, signal });
  expect(bounds({})).toEqual({});
});
