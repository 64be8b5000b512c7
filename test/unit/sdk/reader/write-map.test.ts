import { expect, test } from "vitest";
import { OutputBuffer } from "../../../../src/codec/text/output-buffer.ts";
import type { AnyQuery } from "../../../../src/sdk/query/query-options.ts";
import { Reader } from "../../../../src/sdk/reader/reader.ts";
import type { StreamFormat } from "../../../../src/sdk/reader/stream-format.ts";
import { writeMap } from "../../../../src/sdk/reader/write-map.ts";
import { connectionsOf, errorOf, readerOf } from "../sample-readers.ts";

async function written(format: StreamFormat, asked: AnyQuery = {}, notes: string[] = []): Promise<string> {
  using reader = readerOf(connectionsOf(2), { int64: "string" });
  const { map, rows, text } = Reader.partsOf(reader);
  let all = "";
  const out = new OutputBuffer((bytes) => {
    all += Buffer.from(bytes).toString();
  });
  const queried = { map, rows, decode: text, perCpu: text.perCpu };
  await writeMap(map, format, out, { queried, asked, note: (line) => notes.push(line) });
  out.flush();
  return all;
}

test("in bpftool's formats, as the newest bpftool prints the map", async () => {
  expect(JSON.parse(await written("bpftool-json"))).toMatchObject([
    { formatted: { key: { port: 1000 } } },
    { formatted: { key: { port: 1001 }, value: { packets: 1, comm: "app1" } } },
  ]);
  expect((await written("bpftool")).match(/"port": 100[01]/g)).toEqual(['"port": 1000', '"port": 1001']);
  expect((await written("bpftool-pretty")).split("\n").length).toBeGreaterThan(10);
});

test("in ours, the rows of a query, with integers in the reader's form", async () => {
  const query = { where: "value.packets == 1u", select: ["key.port", "value.packets"] };
  expect(await written("ndjson", query)).toBe('{"key.port":1001,"value.packets":"1"}\n');
  expect(await written("csv", { select: "key.port" })).toBe("key.port\r\n1000\r\n1001\r\n");
});

test("a mistake in the query is in the words of the options", async () => {
  const error = await errorOf(() => written("ndjson", { groupBy: "value.nothing" }));
  expect(error).toMatchObject({ code: "QUERY_INVALID", message: expect.stringMatching(/^groupBy: /) });
});
