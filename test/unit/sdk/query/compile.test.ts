import { describe, expect, test } from "vitest";
import { monotonicClock } from "../../../../src/sdk/machine/here-and-now.ts";
import { compileReaderQuery, compileSpec, querySpec, readerQuery } from "../../../../src/sdk/query/compile.ts";
import type { AnyQuery } from "../../../../src/sdk/query/query-options.ts";
import { Reader } from "../../../../src/sdk/reader/reader.ts";
import { all, connectionsOf, errorOf, hitsMap, readerOf } from "../sample-readers.ts";

/** What a query gives of a reader's map. */
async function rowsOf(reader: Reader<unknown, unknown>, options: AnyQuery): Promise<unknown[]> {
  const { map, rows, text } = Reader.partsOf(reader);
  const queried = { map, rows, decode: text, perCpu: text.perCpu };
  const { query, project } = readerQuery(queried, compileReaderQuery(queried, options), options);
  const found: unknown[] = [];
  for await (const run of query.run(map.entries())) {
    for (let row = 0; row < run.count; row++) found.push(project(run, row));
  }
  return found;
}

describe("a reader's query gives", () => {
  test("whole entries, columns, or groups", async () => {
    using reader = readerOf(connectionsOf(4));
    expect(await rowsOf(reader, { where: "value.packets == 2u" })).toEqual([
      { key: { addr: 2, port: 1002 }, value: { packets: 2n, state: "ST_NEW", comm: "app2" } },
    ]);
    const columns = { select: ["key.port", "value.state"], sort: "key.port:desc", top: 1 };
    expect(await rowsOf(reader, columns)).toEqual([{ "key.port": 1003, "value.state": "ST_OPEN" }]);
    expect(await rowsOf(reader, { groupBy: "value.state", agg: "count()" })).toEqual([
      { "value.state": "ST_NEW", "count()": 2 },
      { "value.state": "ST_OPEN", "count()": 2 },
    ]);
  });

  test("a row of each CPU, or one that is made of all", async () => {
    using reader = readerOf(hitsMap());
    const each = await rowsOf(reader, { perCpu: "any" });
    expect(each).toHaveLength(5);
    expect(each[0]).toEqual({ key: 0, cpu: 1, value: { hits: 1n } });
    expect(await rowsOf(reader, { perCpu: "max" })).toEqual([
      { key: 0, value: { hits: 2n } },
      { key: 1, value: { hits: 12n } },
    ]);
    expect(await rowsOf(reader, { agg: "value.hits=min" })).toEqual([
      { key: 0, value: { hits: 0n } },
      { key: 1, value: { hits: 10n } },
    ]);
    expect(await rowsOf(reader, {})).toHaveLength(2);
  });

  test("what the reader makes of the CPUs, where the query doesn't say", async () => {
    using reader = readerOf(hitsMap(), { perCpu: "sum" });
    expect(await rowsOf(reader, { where: "value.hits > 10u" })).toEqual([{ key: 1, value: { hits: 33n } }]);
  });
});

describe("options that don't fit the map are USAGE", () => {
  test.each<readonly [string, AnyQuery, string]>([
    ["conns", { agg: "sum(value.packets)" }, "agg: the map has one value for each key"],
    ["conns", { perCpu: "sum" }, "perCpu: the map has one value for each key"],
    ["hits", { where: "value.hits == 1u" }, "where needs perCpu"],
    ["hits", { sort: "value.hits" }, "sort needs perCpu"],
  ])("%s, %o", async (name, options, message) => {
    using reader = readerOf(name === "hits" ? hitsMap() : connectionsOf(1));
    const error = await errorOf(() => rowsOf(reader, options));
    expect(error).toMatchObject({ code: "USAGE", message: expect.stringContaining(message) });
  });
});

test("a mistake in a text is QUERY_INVALID, in the words of the options", async () => {
  const error = await errorOf(() => compileSpec(connectionsOf(1), querySpec({ groupBy: "value.nothing" })));
  expect(error).toMatchObject({ code: "QUERY_INVALID", message: expect.stringMatching(/^groupBy: .*nothing/) });
});

test("an option is a part of the query, a list of texts is one text", () => {
  const options = { select: ["a", "b"], sort: "a:desc", top: 2, limit: 3, maxGroups: 4, agg: ["count()"] } as const;
  expect(querySpec({ ...options, where: "true" })).toEqual({
    where: { option: "where", text: "true" },
    select: { option: "select", text: "a, b" },
    sort: { option: "sort", text: "a:desc" },
    aggregates: { option: "agg", text: "count()" },
    top: 2,
    limit: 3,
    maxGroups: 4,
  });
  expect(querySpec({ where: () => true })).toEqual({});
});

test("now() is the clock of this machine", async () => {
  const nanoseconds = Math.round((monotonicClock() + 3_600_000) * 1e6);
  const query = compileSpec(connectionsOf(2), querySpec({ where: `value.packets < ${nanoseconds}u` }));
  expect(await all(query.run(connectionsOf(2).entries()))).toHaveLength(1);
});
