import { expect, test } from "vitest";
import type { AnyQuery } from "../../../../src/sdk/query/query-options.ts";
import { formattedStream } from "../../../../src/sdk/reader/formatted-stream.ts";
import { Holdings, Read } from "../../../../src/sdk/reader/read.ts";
import { Reader } from "../../../../src/sdk/reader/reader.ts";
import { all, connectionsOf, errorOf, readerOf } from "../sample-readers.ts";

async function textOf(asked: AnyQuery): Promise<string> {
  const { map, rows, text } = Reader.partsOf(readerOf(connectionsOf(5)));
  const queried = { map, rows, decode: text, perCpu: text.perCpu };
  const formatting = { format: "ndjson", csvSafe: undefined, text: undefined, note: () => undefined } as const;
  const stream = formattedStream(queried, new Read(new Holdings(map), {}), asked, formatting);
  return Buffer.concat(await all<Buffer>(stream)).toString();
}

test("the bytes of a query's rows, whether its condition is a text or a function", async () => {
  const select = "key.port";
  expect(await textOf({ select, where: "value.packets > 3u" })).toBe('{"key.port":1004}\n');
  const where = (key: { readonly port: number }): boolean => key.port === 1002;
  expect(await textOf({ select, where } as AnyQuery)).toBe('{"key.port":1002}\n');
});

test("an error destroys the stream", async () => {
  expect(await errorOf(() => textOf({ select: "value.nothing" }))).toMatchObject({ code: "QUERY_INVALID" });
});
