import { expect, test } from "vitest";
import { OutputBuffer } from "../../../../src/codec/text/output-buffer.ts";
import { type ShownFact, writeFacts } from "../../../../src/output/facts/fact-writer.ts";
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

test.each(FACT_FORMATS)("%s", async (format) => {
  let text = "";
  const out = new OutputBuffer((bytes) => {
    text += Buffer.from(bytes).toString("utf8");
  });
  await writeFacts(ROWS, COLUMNS, out, { format, isTerminal: true, width: undefined, color: false });
  out.flush();
  expect(text).toBe(TEXTS[format]);
});
