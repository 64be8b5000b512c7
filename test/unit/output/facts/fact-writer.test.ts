import { isUtf8 } from "node:buffer";
import { expect, test } from "vitest";
import { OutputBuffer } from "../../../../src/codec/text/output-buffer.ts";
import { type FactWriterOptions, type ShownFact, writeFacts } from "../../../../src/output/facts/fact-writer.ts";
import { FACT_FORMATS } from "../../../../src/output/facts/formats.ts";

interface Row {
  readonly id: number;
  readonly name: string;
  readonly pins: readonly string[] | undefined;
}

const COLUMNS: readonly ShownFact<Row>[] = [
  { name: "id", kind: "integer", value: ({ id }) => BigInt(id), cell: ({ id }) => `#${id}` },
  { name: "name", title: "called", kind: "text", value: ({ name }) => name },
  { name: "pins", kind: "texts", value: ({ pins }) => pins },
];
const ROWS: readonly Row[] = [
  { id: 7, name: 'a,"\u001b', pins: ["/x", "/y"] },
  { id: 12, name: "on", pins: undefined },
];

const TEXTS: Readonly<Record<(typeof FACT_FORMATS)[number], string>> = {
  table: ' id  called  pins\n #7  a,"\\e   /x /y\n#12  on\n',
  csv: 'id,name,pins\n7,"a,""\\e",/x /y\n12,on,\n',
  ndjson: '{"id":7,"name":"a,\\"\\u001b","pins":["/x","/y"]}\n{"id":12,"name":"on","pins":null}\n',
  json: '[{"id":7,"name":"a,\\"\\u001b","pins":["/x","/y"]},\n{"id":12,"name":"on","pins":null}]\n',
  yaml: '- id: 7\n  name: "a,\\"\\u001b"\n  pins:\n    - /x\n    - /y\n- id: 12\n  name: "on"\n  pins: null\n',
};

/** What is written of rows, as bytes. */
async function written(rows: readonly Row[], options: Partial<FactWriterOptions>): Promise<Buffer> {
  const parts: Buffer[] = [];
  const out = new OutputBuffer((bytes) => {
    parts.push(Buffer.from(bytes));
  });
  const usual = { format: "csv", isTerminal: false, width: undefined, color: false, csvSafe: false } as const;
  await writeFacts(rows, COLUMNS, out, { ...usual, ...options });
  out.flush();
  return Buffer.concat(parts);
}

test.each(FACT_FORMATS)("%s", async (format) => {
  expect((await written(ROWS, { format, isTerminal: true })).toString()).toBe(TEXTS[format]);
});

test.each(FACT_FORMATS)("%s: what is no UTF-8 in names, processes and paths is U+FFFD or visible", async (format) => {
  const bytes = await written([{ id: 1, name: "caf\udce9", pins: ["/sys/\udcff"] }], { format });
  expect(isUtf8(bytes)).toBe(true);
  const [e9, ff] = format === "table" ? ["\\xe9", "\\xff"] : ["\ufffd", "\ufffd"];
  expect(bytes.toString()).toContain(`caf${e9}`);
  expect(bytes.toString()).toContain(`/sys/${ff}`);
});

test("CSV for a spreadsheet runs no process's name as a formula, and keeps numbers", async () => {
  const rows = [{ id: -7, name: "=1+1", pins: ["@x", "y"] }];
  expect((await written(rows, { csvSafe: true })).toString()).toBe("id,name,pins\r\n-7,'=1+1,'@x y\r\n");
  expect((await written(rows, {})).toString()).toBe("id,name,pins\r\n-7,=1+1,@x y\r\n");
});
