import { describe, expect, test } from "vitest";
import { viewOf } from "../../../../src/bytes.ts";
import { DEFAULT_DECODE_OPTIONS } from "../../../../src/codec/access/value-decoder.ts";
import { FileNames } from "../../../../src/codegen/identifiers.ts";
import { Names } from "../../../../src/codegen/names.ts";
import { namedFields } from "../../../../src/schema/named-fields.ts";
import { aggregateDecoder, aggregateLayout } from "../../../../src/sdk/reader/per-cpu.ts";
import { declared } from "../../../helpers/generated-layouts.ts";
import { sampleMap } from "../../snapshot/sample-maps.ts";

const VALUE = declared(
  "struct s { u64 big; u32 small; u8 list[2]; enum e { A, B } state; char comm[4]; bool seen; double rate; }",
);
const CPUS = 2;

/** The values of two CPUs, equal or not. */
function valuesOf(equal: boolean): Uint8Array {
  const stride = Math.ceil(VALUE.size / 8) * 8;
  const bytes = new Uint8Array(stride * CPUS);
  for (let cpu = 0; cpu < CPUS; cpu++) {
    const at = equal ? 0 : cpu;
    bytes.set(
      [5 + at, 0, 0, 0, 0, 0, 0, 0, 7 + at, 0, 0, 0, 1, 2, 0, 0, at, 0, 0, 0, 97 + at, 0, 0, 0, at],
      cpu * stride,
    );
  }
  return bytes;
}

describe.each(["sum", "avg", "min", "max"] as const)("perCpu %s", (how) => {
  const layout = aggregateLayout(VALUE, how);
  const names = new Names(new FileNames());
  names.add(VALUE, "value");
  if (layout !== undefined) names.addAggregate(layout, "value", `_${how}`);
  const map = sampleMap({ info: { type: 6, keySize: 4, valueSize: VALUE.size }, cpus: CPUS });
  const decode = aggregateDecoder(map, VALUE, how, DEFAULT_DECODE_OPTIONS);

  test.each([true, false])("gives what the generated types say, CPUs agreeing %j", (equal) => {
    const bytes = valuesOf(equal);
    const decoded = decode(bytes, viewOf(bytes), 0) as Readonly<Record<string, unknown>>;
    const fields = layout?.kind === "struct" ? namedFields(layout) : [];
    expect(fields.map(({ name }) => name)).toEqual(Object.keys(decoded));
    for (const { name, layout: of } of fields) {
      const type = names.type(of);
      expect(`${name}: ${type}`).toMatch(pattern(name, decoded[name]));
    }
  });
});

/** The types that a value is one of. */
function pattern(name: string, value: unknown): RegExp {
  if (Array.isArray(value)) return new RegExp(`^${name}: .*readonly .*\\[\\]$`);
  if (name === "state") return /^state: E \| number( \||$)/;
  return new RegExp(`^${name}: (\\(?\\w+\\)? \\| )*\\(?${typeof value}\\b`);
}

test("a value with more parts than can be aggregated has no aggregate", () => {
  expect(aggregateLayout(declared("u8[200000]"), "sum")).toBeUndefined();
  expect(aggregateLayout(declared("u8[200]"), "sum")).toMatchObject({ kind: "array", length: 200 });
});
