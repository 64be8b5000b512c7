import { expect, test } from "vitest";
import { viewOf } from "../../../../src/bytes.ts";
import { wholeField } from "../../../../src/codec/access/field.ts";
import type { RowColumn } from "../../../../src/codec/json/json-row.ts";
import { compileMembers, fieldColumn } from "../../../../src/output/rows/field-json.ts";
import type { RowLocation } from "../../../../src/query/diff/comparisons.ts";
import { CollectedOutput } from "../../../helpers/collected-output.ts";
import { declared } from "../../../helpers/generated-layouts.ts";

const OPTIONS = { int64: "digits", enums: "name", render: () => undefined } as const;
const SHAPE = { keySize: 2, valueSize: 2, cpus: 0, valueStride: 2 };

/** Members of the second of two rows. */
function members(columns: readonly RowColumn[], head?: string): string {
  const collected = new CollectedOutput();
  const keys = Uint8Array.of(1, 0, 2, 0);
  const values = Uint8Array.of(3, 0, 4, 0);
  const place: RowLocation = { keys, keysView: viewOf(keys), k: 2, values, valuesView: viewOf(values), v: 2, cpu: 5 };
  compileMembers(columns, { shape: SHAPE }, OPTIONS, collected.out, head)(place);
  return collected.text;
}

const key = fieldColumn("key", wholeField("key", declared("u16")));
const value = fieldColumn('odd "name"', wholeField("value", declared("u16")));

test.each<[string, readonly RowColumn[], string | undefined, string]>([
  ["nothing", [], undefined, ""],
  ["behind other members", [key], undefined, ',"key":2'],
  ["as the first ones", [key, value], "", '"key":2,"odd \\"name\\"":4'],
  ["the CPU", [{ name: "cpu", source: { kind: "cpu" } }, value], undefined, ',"cpu":5,"odd \\"name\\"":4'],
])("%s", (_name, columns, head, expected) => {
  expect(members(columns, head)).toBe(expected);
});
