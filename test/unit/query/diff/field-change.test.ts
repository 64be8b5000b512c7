import { expect, test } from "vitest";
import { viewOf } from "../../../../src/bytes.ts";
import { memberOf, wholeField } from "../../../../src/codec/access/field.ts";
import type { RowLocation } from "../../../../src/query/diff/comparisons.ts";
import { compileChange, type FieldChange } from "../../../../src/query/diff/field-change.ts";
import { bytesOf, layoutOf } from "../typed-rows.ts";

/** A row whose value is this. */
function at(type: string, n: number | bigint): RowLocation {
  const values = bytesOf(layoutOf(type), { n });
  const keys = new Uint8Array(0);
  return { keys, keysView: viewOf(keys), k: 0, values, valuesView: viewOf(values), v: 0, cpu: 0 };
}

function changeOf(a: string, b: string, name = "n"): FieldChange | undefined {
  const fieldOf = (type: string) => memberOf(wholeField("value", layoutOf(type)), "n");
  const [before, now] = [fieldOf(a), fieldOf(b)];
  if (before === undefined || now === undefined) throw new Error("both have n");
  return compileChange({ name, a: before, b: now });
}

const [U32, U64, S32] = ["struct { u32 n; }", "struct { u64 n; }", "struct { s32 n; }"];

test.each<[string, number | bigint, string, number | bigint, number | bigint]>([
  [U32, 7, U32, 9, 2],
  [U32, 9, U32, 7, -2],
  [U32, 0, U32, 2 ** 32 - 1, 2 ** 32 - 1],
  [S32, -(2 ** 31), S32, 2 ** 31 - 1, 2 ** 32 - 1],
  [U64, 2n ** 63n, U64, 2n ** 64n - 1n, 2n ** 63n - 1n],
  [U64, 2n ** 64n - 1n, U64, 0n, 1n - 2n ** 64n],
  // A field that has become wider.
  [U32, 7, U64, 2n ** 40n, 2n ** 40n - 7n],
])("from %s %s to %s %s: %s", (typeA, before, typeB, now, expected) => {
  expect(changeOf(typeA, typeB)?.(at(typeA, before), at(typeB, now))).toBe(expected);
});

test.each([
  ["struct { double n; }", "n"],
  ["struct { enum e { A } n; }", "n"],
  ["struct { char n; }", "n"],
  ["struct { void *n; }", "n"],
  [U64, "last_seen"],
])("%s called %s has none", (type, name) => {
  expect(changeOf(type, type, name)).toBeUndefined();
});
