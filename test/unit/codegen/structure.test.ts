import { expect, test } from "vitest";
import { Structures } from "../../../src/codegen/structure.ts";
import { declared } from "../../helpers/generated-layouts.ts";

const SAME = "struct s { u32 a; char b[4]; enum e { X } c; u8 d : 3; }";

test("two layouts of one structure have one number", () => {
  const structures = new Structures();
  expect(structures.numberOf(declared(SAME))).toBe(structures.numberOf(declared(SAME)));
});

test.each([
  "struct t { u32 a; char b[4]; enum e { X } c; u8 d : 3; }",
  "struct s { u32 z; char b[4]; enum e { X } c; u8 d : 3; }",
  "struct s { s32 a; char b[4]; enum e { X } c; u8 d : 3; }",
  "struct s { u32 a; u8 b[4]; enum e { X } c; u8 d : 3; }",
  "struct s { u32 a; char b[5]; enum e { X } c; u8 d : 3; }",
  "struct s { u32 a; char b[4]; enum e { Y } c; u8 d : 3; }",
  "struct s { u32 a; char b[4]; enum e { X = 1 } c; u8 d : 3; }",
  "struct s { u32 a; char b[4]; enum e { X } c; u8 d : 4; }",
  "union s { u32 a; char b[4]; enum e { X } c; u8 d; }",
])("%s has another", (text) => {
  const structures = new Structures();
  expect(structures.numberOf(declared(text))).not.toBe(structures.numberOf(declared(SAME)));
});
