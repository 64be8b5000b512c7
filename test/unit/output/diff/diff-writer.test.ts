import { expect, test } from "vitest";
import { keyColumns, valueColumns } from "../../../../src/output/diff/diff-writer.ts";
import { queryOf } from "../../query/typed-rows.ts";

const names = (columns: readonly { readonly name: string }[]): string[] => columns.map(({ name }) => name);

test.each([
  [{ key: "u32", value: "u64" }, ["key"]],
  [{ key: "u32", value: "u64", cpus: 2 }, ["key", "cpu"]],
  [{ value: "u64" }, []],
])("the key of %j is %j", (map, expected) => {
  expect(names(keyColumns(queryOf(map)))).toEqual(expected);
});

test.each([
  [{}, ["value"]],
  [{ select: "value.b,value.a" }, ["value.b", "value.a"]],
  [{ select: "key,value.a" }, ["value.a"]],
])("the value by %j is %j", (asked, expected) => {
  const map = { key: "u32", value: "struct { u32 a; u32 b; }" };
  expect(names(valueColumns(queryOf(map, asked)))).toEqual(expected);
});
