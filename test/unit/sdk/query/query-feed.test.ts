import { expect, test } from "vitest";
import type { MapSource } from "../../../../src/reader/map-source.ts";
import { countRuns, QueryFeed } from "../../../../src/sdk/query/query-feed.ts";
import type { AnyQuery } from "../../../../src/sdk/query/query-options.ts";
import { Holdings, Read } from "../../../../src/sdk/reader/read.ts";
import { Reader } from "../../../../src/sdk/reader/reader.ts";
import { connectionsOf, readerOf } from "../sample-readers.ts";

function feedOf(options: AnyQuery, from: MapSource = connectionsOf(5)): QueryFeed<unknown> {
  const { map, rows, text } = Reader.partsOf(readerOf(from));
  const read = new Read(new Holdings(map), {});
  return new QueryFeed(read, { map, rows, decode: text, perCpu: text.perCpu }, options);
}

async function rowsOf(feed: QueryFeed<unknown>): Promise<unknown[]> {
  const rows: unknown[] = [];
  for (let run = await feed.next(); run !== undefined; run = await feed.next()) {
    for (let row = 0; row < run.count; row++) rows.push(run.at(row));
  }
  return rows;
}

test("the rows of a query, and the report of its read", async () => {
  const feed = feedOf({ select: "key.port", where: "value.packets > 2u" });
  expect(await rowsOf(feed)).toEqual([{ "key.port": 1003 }, { "key.port": 1004 }]);
  expect(feed.report).toMatchObject({ complete: true, entries: 5 });
  expect(feed.hints).toEqual([]);
});

test("a read that a limit ended is complete, whatever the map would have said at its end", async () => {
  const gaps = connectionsOf(100, { report: { complete: false } });
  const cut = feedOf({ select: "key.port", limit: 1 }, gaps);
  expect(await rowsOf(cut)).toEqual([{ "key.port": 1000 }]);
  expect(cut.report.complete).toBe(true);
  const whole = feedOf({ where: "value.packets == 1u" }, connectionsOf(100));
  expect([(await rowsOf(whole)).length, whole.report.complete]).toEqual([1, true]);
});

test("a condition that kept nothing has its reasons", async () => {
  const feed = feedOf({ where: "key.port == 70000u" });
  expect(await rowsOf(feed)).toEqual([]);
  expect(feed.hints.length).toBeGreaterThan(0);
});

test("rows are counted without being made, and a mistake ends the read", async () => {
  expect(await countRuns(feedOf({ where: "value.packets < 4u" }))).toBe(4);
  const wrong = feedOf({ where: "value.nothing" });
  await expect(countRuns(wrong)).rejects.toMatchObject({ code: "QUERY_INVALID" });
});
