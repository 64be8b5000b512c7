import { describe, expect, test } from "vitest";
import { queryLines, refusalOf } from "./run-query.ts";

const CONNS = 7;
const HITS = 11;
const COUNTS = 13;
const BARE = 15;
const LOOSE = 21;

describe("select", () => {
  test.each<[string, string]>([
    ["key.dport,value.packets", '{"key.dport":443,"value.packets":2000}'],
    ["value.slots[1],value.slots", '{"value.slots[1]":0,"value.slots":[0,0,0,0]}'],
    ["value.slots[*]", '{"value.slots[0]":0,"value.slots[1]":0,"value.slots[2]":0,"value.slots[3]":0}'],
    ["key.*", '{"key.saddr":16777226,"key.dport":443,"key.proto":6}'],
    [" key , entry.index ", '{"key":{"saddr":16777226,"dport":443,"proto":6},"entry.index":0}'],
    ['value["comm"],value.st', '{"value.comm":"nginx","value.st":"ST_ESTABLISHED"}'],
    [
      "value.zone,value.seen,value.load,value.delta",
      '{"value.zone":5,"value.seen":false,"value.load":0.5,"value.delta":-5}',
    ],
  ])("%s", async (select, first) => {
    expect((await queryLines(CONNS, { select }))[0]).toBe(first);
  });

  test("* is all of both sides", async () => {
    const [line] = await queryLines(CONNS, { select: "*" });
    expect(Object.keys(JSON.parse(line ?? "")).slice(0, 4)).toEqual([
      "key.saddr",
      "key.dport",
      "key.proto",
      "value.packets",
    ]);
  });

  test.each<[string, string]>([
    ["value.packet", "--select: no field `packet` in `struct conn_val`; did you mean `packets`?"],
    ["valu.packets", "--select: a path begins with key or value; did you mean `value`?"],
    ["key.dport,", "--select: something is missing here"],
    ["value.packets.*", "--select: `value.packets` has no parts that * could stand for"],
    ["value..packets", "--select: not a path (such as key.saddr, value.slots[3] or value.*)"],
    ["value.slots[4]", "--select: `value.slots` has 4 elements: 0 to 3"],
    ["value.slots[-1]", "--select: not a path"],
    ["value.slots[1", "--select: `]` is missing"],
    ['value["x', "--select: the string does not end"],
    ["cpu", "--select: `cpu` is known only of a per-CPU map, with --per-cpu each"],
  ])("refuses %s", async (select, message) => {
    expect(await refusalOf(CONNS, { select })).toContain(message);
  });
});

describe("order", () => {
  test.each<[string, number | undefined, string]>([
    ["value.packets", undefined, "80 443 53"],
    ["value.packets:desc", undefined, "53 443 80"],
    ["value.packets:desc", 2, "53 443"],
    ["value.packets", 1, "80"],
    ["value.packets", 0, ""],
    ["value.comm", undefined, "80 53 443"],
    ["value.delta", undefined, "443 53 80"],
    ["key.proto,value.packets:desc", undefined, "443 80 53"],
    ["key.proto:desc,value.packets", undefined, "53 80 443"],
    // What isn't a number is last both ways.
    ["value.load", undefined, "80 443 53"],
    ["value.load:desc", undefined, "443 80 53"],
    ["value.seen:desc", undefined, "53 443 80"],
    ["value.mac:desc", undefined, "443 53 80"],
    ["value.st", undefined, "53 443 80"],
    ["entry.index:desc", undefined, "80 53 443"],
    ["value.slots[0]:desc,value.zone:desc", undefined, "53 443 80"],
  ])("%s, top %s", async (sort, top, ports) => {
    const lines = await queryLines(CONNS, { sort, select: "key.dport", ...(top === undefined ? {} : { top }) });
    expect(lines.map((line) => JSON.parse(line)["key.dport"]).join(" ")).toBe(ports);
  });

  test("keeps the index of each entry", async () => {
    const lines = await queryLines(CONNS, { sort: "entry.index:desc", select: "entry.index" });
    expect(lines).toEqual(['{"entry.index":2}', '{"entry.index":1}', '{"entry.index":0}']);
  });

  test("of CPUs", async () => {
    const lines = await queryLines(HITS, { sort: "value.packets:desc,cpu:desc", top: 2, select: "key,cpu" });
    expect(lines).toEqual(['{"key":1,"cpu":1}', '{"key":1,"cpu":0}']);
    const [whole] = await queryLines(HITS, { sort: "value.last_ns:desc", top: 1 });
    expect(whole).toBe(
      '{"key":1,"cpu":1,"value":{"packets":18446744073709551615,"last_ns":9,"who":"a","st":"ST_ESTABLISHED"}}',
    );
  });

  test.each<[string, string]>([
    ["value.slots", "`value.slots` is an array, which has no order (an element can be sorted by: value.slots[0])"],
    ["value", "`value` is `struct conn_val`, which has no order (name one of its fields)"],
    ["value.packets:up", "an order is :asc or :desc"],
    ["value.packets:", "an order is :asc or :desc"],
    ["value.pakets", "no field `pakets` in `struct conn_val`; did you mean `packets`?"],
    [":desc", "something is missing here"],
  ])("refuses %s", async (sort, message) => {
    expect(await refusalOf(CONNS, { sort })).toContain(`--sort: ${message}`);
  });
});

describe("limit", () => {
  test.each([0, 1, 2, 3, 9])("%i", async (limit) => {
    expect(await queryLines(CONNS, { limit })).toHaveLength(Math.min(limit, 3));
    expect(await queryLines(CONNS, { limit, sort: "value.packets" })).toHaveLength(Math.min(limit, 3));
    expect(await queryLines(COUNTS, { limit, where: "value > 0" })).toHaveLength(Math.min(limit, 2));
  });

  test("counts entries, not CPUs", async () => {
    expect(await queryLines(HITS, { limit: 1 })).toHaveLength(1);
    expect(await queryLines(HITS, { limit: 1, select: "cpu" })).toHaveLength(2);
  });
});

describe("per-CPU aggregation", () => {
  test.each<[Parameters<typeof queryLines>[1], string[]]>([
    [
      { perCpu: "sum" },
      [
        '{"key":1,"value":{"packets":36893488147419103230,"last_ns":14,"who":"a","st":"ST_ESTABLISHED"}}',
        '{"key":2,"value":{"packets":3,"last_ns":5,"who":["a","b"],"st":["ST_NEW","ST_SYN"]}}',
        '{"key":3,"value":{"packets":4,"last_ns":1,"who":["","b"],"st":"ST_NEW"}}',
      ],
    ],
    [
      { perCpu: "avg", select: "value.packets,value.last_ns" },
      [
        '{"value.packets":18446744073709552000,"value.last_ns":7}',
        '{"value.packets":1.5,"value.last_ns":2.5}',
        '{"value.packets":2,"value.last_ns":0.5}',
      ],
    ],
    [
      { perCpu: "min", select: "value.packets,value.last_ns" },
      [
        '{"value.packets":18446744073709551615,"value.last_ns":5}',
        '{"value.packets":1,"value.last_ns":2}',
        '{"value.packets":0,"value.last_ns":0}',
      ],
    ],
    [
      { perCpu: "max", select: "value.packets", sort: "value.packets:desc" },
      ['{"value.packets":18446744073709551615}', '{"value.packets":4}', '{"value.packets":2}'],
    ],
    [
      { perCpu: "any", where: "key == 3" },
      ['{"key":3,"values":[{"cpu":1,"value":{"packets":4,"last_ns":1,"who":"b","st":"ST_NEW"}}]}'],
    ],
    [
      { aggregates: "value.packets=sum,value.last_ns=max", select: "value.packets,value.last_ns", limit: 1 },
      ['{"value.packets":36893488147419103230,"value.last_ns":9}'],
    ],
    [
      { perCpu: "min", aggregates: "value.packets=sum", select: "value.packets,value.last_ns", limit: 1 },
      ['{"value.packets":36893488147419103230,"value.last_ns":5}'],
    ],
  ])("%j", async (asked, lines) => {
    expect(await queryLines(HITS, asked)).toEqual(lines);
  });

  test.each<[Parameters<typeof queryLines>[1], string]>([
    [
      { aggregates: "value.who=sum" },
      "--agg: `value.who` is a string: it can't be aggregated (CPUs that differ are listed)",
    ],
    [{ aggregates: "value.st=max" }, "--agg: `value.st` is no number but `enum state`: it can't be aggregated"],
    [{ aggregates: "value.packets=median" }, "--agg: `median` is none of sum, avg, min, max"],
    [{ aggregates: "value.packets[0]=sum" }, "--agg: `value.packets` is no array"],
    [{ aggregates: "value.packets" }, "--agg: PATH=sum, avg, min or max is needed here"],
    [{ aggregates: "key=sum" }, "--agg: a key is the same on all CPUs"],
    [{ aggregates: "value.packets=sum", perCpu: "each" }, "--agg: --per-cpu each keeps the CPUs apart"],
    [{ perCpu: "sum", sort: "value.who" }, "--sort: `value.who` may differ between CPUs and so has no order"],
    [
      { perCpu: "sum", groupBy: "value.who" },
      "--group-by: `value.who` may differ between CPUs, and groups need fields with a single value",
    ],
    [{ where: "cpu == 0", perCpu: "sum" }, "--where: `cpu` is known only of a per-CPU map, with --per-cpu each"],
  ])("refuses %j", async (asked, message) => {
    expect(await refusalOf(HITS, asked)).toContain(message);
  });

  test("bytes without types are kept or listed, never added up", async () => {
    expect(await queryLines(20, { perCpu: "sum" })).toEqual(['{"key":"01000000","value":["0102","0304"]}']);
  });

  test("is nothing to a map with one value an entry", async () => {
    expect(await queryLines(COUNTS, { perCpu: "sum", limit: 1 })).toEqual(['{"key":0,"value":0}']);
    expect(await refusalOf(COUNTS, { aggregates: "value=sum" })).toContain("this map has one value an entry");
  });
});

describe("groups", () => {
  test.each<[number, Parameters<typeof queryLines>[1], string[]]>([
    [CONNS, { groupBy: "key.proto" }, ['{"key.proto":6,"count()":2}', '{"key.proto":17,"count()":1}']],
    [
      CONNS,
      {
        groupBy: "key.proto",
        aggregates: "sum(value.bytes),max(value.packets),min(value.delta),avg(value.delta),count()",
      },
      [
        '{"key.proto":6,"sum(value.bytes)":4096,"max(value.packets)":2000,"min(value.delta)":-5,"avg(value.delta)":0,"count()":2}',
        '{"key.proto":17,"sum(value.bytes)":9007199254740993,"max(value.packets)":18446744073709551615,"min(value.delta)":0,"avg(value.delta)":0,"count()":1}',
      ],
    ],
    [
      HITS,
      { groupBy: "value.who", aggregates: "sum(value.packets)", sort: "sum(value.packets):desc" },
      [
        '{"value.who":"a","sum(value.packets)":36893488147419103231}',
        '{"value.who":"b","sum(value.packets)":6}',
        '{"value.who":"","sum(value.packets)":0}',
      ],
    ],
    [
      HITS,
      { groupBy: "cpu", aggregates: "max(value.last_ns)" },
      ['{"cpu":0,"max(value.last_ns)":5}', '{"cpu":1,"max(value.last_ns)":9}'],
    ],
    [
      CONNS,
      { groupBy: "value.zone,value.st", sort: "value.zone:desc", top: 1 },
      ['{"value.zone":5,"value.st":"ST_ESTABLISHED","count()":1}'],
    ],
    [CONNS, { groupBy: "value.seen", where: "value.packets > 10", limit: 1 }, ['{"value.seen":false,"count()":1}']],
    [
      CONNS,
      { groupBy: "value.mac", aggregates: "max(value.st),sum(value.zone),max(value.load)", limit: 1 },
      ['{"value.mac":[2,0,0,0,0,1],"max(value.st)":"ST_ESTABLISHED","sum(value.zone)":5,"max(value.load)":0.5}'],
    ],
    // Values that look alike are one group, whatever their bytes are.
    [LOOSE, { groupBy: "value.on" }, ['{"value.on":true,"count()":2}', '{"value.on":false,"count()":1}']],
    [LOOSE, { groupBy: "value.load" }, ['{"value.load":0,"count()":2}', '{"value.load":"NaN","count()":1}']],
    [BARE, { groupBy: "key.bytes[0]" }, ['{"key.bytes[0]":1,"count()":1}']],
  ])("of map %i by %j", async (id, asked, lines) => {
    expect(await queryLines(id, asked)).toEqual(lines);
  });

  test.each<[Parameters<typeof queryLines>[1], string]>([
    [{ groupBy: "key.prto" }, "--group-by: no field `prto` in `struct conn_key`; did you mean `proto`?"],
    [{ groupBy: "value" }, "--group-by: `value` is `struct conn_val`, and groups need fields with a single value"],
    [{ groupBy: "entry.index" }, "--group-by: entry.index is different for every entry"],
    [
      { groupBy: "key.proto", aggregates: "sum(value.comm)" },
      "--agg: sum() needs a number, and `value.comm` is `char[16]`",
    ],
    [{ groupBy: "key.proto", aggregates: "total(value.bytes)" }, "--agg: `total` is none of sum, avg, min, max, count"],
    [{ groupBy: "key.proto", aggregates: "count(value.bytes)" }, "--agg: count() takes nothing: it counts rows"],
    [{ groupBy: "key.proto", aggregates: "value.bytes=sum" }, "--agg: an aggregate is sum(PATH), avg(PATH)"],
    [
      { groupBy: "key.proto", sort: "value.bytes" },
      "--sort: groups have no `value.bytes` (they have `key.proto`, `count()`)",
    ],
    [{ groupBy: "key.proto", select: "key.proto" }, "--select: groups show what --group-by and --agg name"],
    [{ groupBy: "key.dport", maxGroups: 2 }, "--group-by: more than 2 groups (--max-groups raises the limit)"],
  ])("refuses %j", async (asked, message) => {
    expect(await refusalOf(CONNS, asked)).toContain(message);
  });
});
