import { expect, test } from "vitest";
import { layoutFingerprint } from "../../../src/schema/fingerprint.ts";
import { declared } from "../../helpers/generated-layouts.ts";

const print = (key: string | undefined, value: string): string =>
  layoutFingerprint(key === undefined ? undefined : declared(key), declared(value));

test("equal layouts have one fingerprint", () => {
  expect(print("u32", "struct a { u32 x; }")).toMatch(/^[0-9a-f]{16}$/);
  expect(print("u32", "struct a { u32 x; }")).toBe(print("u32", "struct a { u32 x; }"));
});

test.each([
  [undefined, "struct a { u32 x; }"],
  ["u64", "struct a { u32 x; }"],
  ["s32", "struct a { u32 x; }"],
  ["u32", "struct b { u32 x; }"],
  ["u32", "struct a { u32 y; }"],
  ["u32", "struct a { u32 x : 3; }"],
  ["u32", "struct a { u32 x[1]; }"],
])("%s and %s have another", (key, value) => {
  expect(print(key, value)).not.toBe(print("u32", "struct a { u32 x; }"));
});
