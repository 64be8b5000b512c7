import { expect, test } from "vitest";
import { EbpfMapError } from "../../../../src/errors.ts";
import { compileQuery, type QuerySpec } from "../../../../src/query/query.ts";
import { entryType, eventShape } from "../../../../src/stream/event-entries.ts";
import { EVENT_KEY } from "../../../../src/stream/event-key.ts";
import { findType } from "../../../../src/stream/type-library.ts";

const TYPE = "struct { u32 a : 4, b : 20; u16 pair[2]; struct { u64 x; u32 y; } at; char name[6]; char rest[]; }";

function needed(spec: QuerySpec): number {
  const missing = (name: string) => new EbpfMapError("TYPE_INVALID", `no type ${name}`);
  const value = entryType(findType({ btfs: () => [], missing }, TYPE).layout);
  const entryTypes = { key: EVENT_KEY, value, untyped: undefined };
  return compileQuery(spec, { entryTypes, shape: eventShape({ valueSize: value.size, perf: true }) }).neededBytes;
}

const where = (text: string): QuerySpec => ({ where: { option: "--where", text } });

test.each([
  ["true", 0],
  ["key.cpu == 1", 0],
  ["value.a == 1", 1],
  ["value.b == 1", 3],
  ["value.pair[1] == 2", 8],
  ["value.at.x > 0", 16],
  ["value.a == 1 || value.at.y == 2", 1],
  ["value.at.y == 2 || value.a == 1 && value.b == 1", 3],
  ["!(value.at.y == 2 && value.b == 1)", 3],
  ["!(value.at.y == 2 || value.b == 1)", 20],
  ["value.name == 'x'", 30],
  ["value.rest == 'x'", 30],
  ["value.pair.exists(x, x == 1)", 8],
])("--where '%s' needs %i bytes", (text, bytes) => {
  expect(needed(where(text))).toBe(bytes);
});

test("orders and groups need their fields, columns don't", () => {
  const text = (option: string, path: string) => ({ option, text: path });
  expect(needed({ select: text("--select", "value.rest,value.at.y") })).toBe(0);
  expect(needed({ ...where("value.a == 1"), sort: text("--sort", "value.at.x:desc") })).toBe(16);
  expect(needed({ groupBy: text("--group-by", "value.a"), aggregates: text("--agg", "sum(value.at.y)") })).toBe(20);
});
