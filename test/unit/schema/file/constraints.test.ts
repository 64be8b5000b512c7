import { expect, test } from "vitest";
import { constraintsOf, type Violation } from "../../../../src/schema/file/constraints.ts";
import type { Json } from "../../../../src/schema/file/layout-json.ts";

const u32 = (more: { [name: string]: Json } = {}): Json => ({
  kind: "int",
  type: "u32",
  size: 4,
  encoding: "unsigned",
  ...more,
});
const struct = (...fields: readonly Json[]): Json => ({ kind: "struct", type: "", size: 16, fields });

function violations(type: Json, value: unknown): Violation[] {
  const found: Violation[] = [];
  constraintsOf(type, "")?.(value, "value", found);
  return found;
}

test.each<[string, Json, unknown, readonly string[]]>([
  ["a field", struct({ name: "a", offset: 0, of: u32({ maximum: 3 }) }), { a: 4 }, ["value.a"]],
  [
    "members without a name by their positions",
    struct({ name: "", offset: 0, of: u32() }, { name: "", offset: 4, of: u32({ maximum: 3 }) }),
    { _0: 4, _1: 5 },
    ["value._1"],
  ],
  [
    "the second of one name",
    struct({ name: "a", offset: 0, of: u32() }, { name: "a", offset: 4, of: u32({ maximum: 3 }) }),
    { a: 4, a_1: 5 },
    ["value.a_1"],
  ],
  [
    "a field of an anonymous record",
    struct({ name: "", offset: 0, of: struct({ name: "", offset: 0, of: u32({ minimum: 3 }) }) }),
    { _0: 2 },
    ["value._0"],
  ],
  ["each element", { kind: "array", type: "", size: 8, length: 2, element: u32({ enum: [1] }) }, [1, 2], ["value[1]"]],
])("%s", (_, type, value, paths) => {
  expect(violations(type, value).map(({ path }) => path)).toEqual(paths);
});

test("what means nothing to a record means nothing to an anonymous one", () => {
  const inner = { ...(struct({ name: "a", offset: 0, of: u32() }) as object), maximum: 3 } as Json;
  expect(() => constraintsOf(struct({ name: "", offset: 0, of: inner }), "value")).toThrow(
    "read a schema: value.fields[0].of.maximum: has no meaning for a struct",
  );
});
