import { expect, test } from "vitest";
import { OutputBuffer } from "../../../../src/codec/text/output-buffer.ts";
import { EbpfMapError } from "../../../../src/errors.ts";
import { CsvRows } from "../../../../src/output/rows/csv.ts";
import { JsonRows } from "../../../../src/output/rows/json-rows.ts";
import type { RowWriter } from "../../../../src/output/rows/row-writer.ts";
import { TableRows } from "../../../../src/output/rows/table.ts";
import { YamlRows } from "../../../../src/output/rows/yaml.ts";
import { compileQuery, type Query, type QuerySpec } from "../../../../src/query/query.ts";
import { EventEntries, entryType, eventShape } from "../../../../src/stream/event-entries.ts";
import { EVENT_KEY } from "../../../../src/stream/event-key.ts";
import { findType } from "../../../../src/stream/type-library.ts";
import { ListSource } from "../../../helpers/list-source.ts";

const TYPE = "struct { u16 id; struct { u8 x, y; } at; u16 n; char text[]; }";
const EVENTS = ["0100", "020005", "03000506070068690a", "0400050607004100", "05000506"];
const PLAIN = { int64: "digits", enums: "name" } as const;

/** What a writer prints of `EVENTS`, which come from CPU 3. */
async function printed(spec: QuerySpec, writer: (query: Query, out: OutputBuffer) => RowWriter): Promise<string> {
  const chunks: Buffer[] = [];
  const out = new OutputBuffer((bytes) => void chunks.push(Buffer.from(bytes)), { capacity: 64 });
  const missing = (name: string) => new EbpfMapError("TYPE_INVALID", `no type ${name}`);
  const { layout } = findType({ btfs: () => [], missing }, TYPE);
  const value = entryType(layout);
  const shape = eventShape({ valueSize: value.size, perf: true });
  const query = compileQuery(spec, { entryTypes: { key: EVENT_KEY, value, untyped: undefined }, shape });
  const { neededBytes } = query;
  const abort = new AbortController();
  const sizes = { typeSize: layout.size, valueSize: value.size, neededBytes, perf: true, signal: abort.signal };
  const left = () => 5 - entries.report.entries - entries.leftOut;
  const entries: EventEntries = new EventEntries(new ListSource(EVENTS), { ...sizes, left, onBatch: () => undefined });
  const rows = writer(query, out);
  rows.begin();
  for await (const run of query.run(entries)) rows.write(run);
  rows.end(true);
  out.flush();
  return Buffer.concat(chunks).toString();
}

const cells = { json: PLAIN, render: () => undefined, isTerminal: false, isSafe: false, warn: () => undefined };
const json = (query: Query, out: OutputBuffer): RowWriter =>
  new JsonRows(query, out, { ...PLAIN, array: false, render: () => undefined });
const select = (text: string): QuerySpec => ({ select: { option: "--select", text } });
const sort = (text: string): QuerySpec => ({ sort: { option: "--sort", text } });

test("JSON has null for what is missing", async () => {
  const lines = (await printed({}, json)).split("\n").slice(0, -1);
  const key = { cpu: 3, time_ns: 77 };
  expect(lines.map((line) => JSON.parse(line))).toEqual([
    { key, value: { id: 1, at: null, n: null, text: null } },
    { key, value: { id: 2, at: { x: 5, y: null }, n: null, text: null } },
    { key, value: { id: 3, at: { x: 5, y: 6 }, n: 7, text: "hi\n" } },
    { key, value: { id: 4, at: { x: 5, y: 6 }, n: 7, text: "A" } },
    { key, value: { id: 5, at: { x: 5, y: 6 }, n: null, text: null } },
  ]);
});

test("columns of any kind, in an order", async () => {
  const spec = { ...select("entry.index,value.at,value.at.y,value.text,key.cpu"), ...sort("value.id:desc") };
  expect((await printed(spec, json)).split("\n").slice(0, 3)).toEqual([
    '{"entry.index":4,"value.at":{"x":5,"y":6},"value.at.y":6,"value.text":null,"key.cpu":3}',
    '{"entry.index":3,"value.at":{"x":5,"y":6},"value.at.y":6,"value.text":"A","key.cpu":3}',
    '{"entry.index":2,"value.at":{"x":5,"y":6},"value.at.y":6,"value.text":"hi\\n","key.cpu":3}',
  ]);
});

test("CSV and tables have an empty cell for what is missing, and JSON for what is there in part", async () => {
  const spec = select("value.id,value.at,value.at.y,value.n,value.text");
  const csv = await printed(spec, (query, out) => new CsvRows(query, out, cells));
  expect(csv.split("\r\n").slice(1, 4)).toEqual([
    "1,,,,",
    '2,"{""x"":5,""y"":null}",,,',
    '3,"{""x"":5,""y"":6}",6,7,"hi\n"',
  ]);
  const table = await printed(
    select("value.id,value.n"),
    (query, out) => new TableRows(query, out, { ...cells, width: 80, color: false }),
  );
  expect(table.split("\n").map((line) => line.trim().split(/\s+/).slice(-2))).toEqual(
    [["id", "n"], ["1"], ["2"], ["3", "7"], ["4", "7"], ["5"], [""]].map((row) => expect.arrayContaining(row)),
  );
});

test("YAML has what JSON has", async () => {
  const yaml = await printed(
    select("value.id,value.n"),
    (query, out) => new YamlRows(query, out, { ...PLAIN, render: () => undefined }),
  );
  expect(yaml.split("\n").slice(0, 2)).toEqual(["- value.id: 1", "  value.n: null"]);
});

test("an event without a field that the condition looks at is no row", async () => {
  const where = { option: "--where", text: "value.n >= 0 && value.id > 0" };
  const lines = (await printed({ where, ...select("value.id") }, json)).split("\n").slice(0, -1);
  expect(lines).toEqual(['{"value.id":3}', '{"value.id":4}']);
});

test.each<[condition: string, ids: readonly number[]]>([
  ["value.n == 7 || value.id == 1", [1, 3, 4]],
  ["value.id == 1 || value.n == 7", [1, 3, 4]],
  ["!(value.id != 2 && value.n != 7)", [2, 3, 4]],
  ["!(value.n != 7 || value.id == 4)", [3]],
  ["(value.n == 7 || value.id == 5) && value.at.y == 6", [3, 4, 5]],
  ["value.n == 7 || value.id / (value.id - 1) > 1 || value.id == 1", [1, 2, 3, 4]],
])("a side of --where '%s' decides where fields of the other are missing", async (text, ids) => {
  const lines = (await printed({ where: { option: "--where", text }, ...select("value.id") }, json)).split("\n");
  expect(lines.slice(0, -1).map((line) => JSON.parse(line)["value.id"])).toEqual(ids);
});
