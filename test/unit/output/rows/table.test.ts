import { describe, expect, test } from "vitest";
import { displayWidth } from "../../../../src/output/terminal/visible.ts";
import type { RowRun } from "../../../../src/query/rows/rows.ts";
import { printQuery } from "../../query/run-query.ts";
import { CONNS, COUNTS, HITS, printed, table } from "./row-formats.ts";

describe("table", () => {
  const some = "key.dport,value.packets,value.comm,value.st";

  test("numbers to the right, hostile text visible", async () => {
    expect(await printed(CONNS, { select: some }, table())).toBe(
      [
        "dport               packets  comm          st",
        "  443                  2000  nginx         ST_ESTABLISHED",
        '   53  18446744073709551615  dns,"x"       ST_SYN',
        "   80                     7  \\e]0;x\\x07é\ufffd  9",
        "",
      ].join("\n"),
    );
  });

  test("names stay whole where they would be the same", async () => {
    const text = await printed(HITS, { select: "key,value,value.who", limit: 1 }, table(200));
    expect(text.split("\n")[0]).toMatch(/^key {2}value +who$/);
  });

  test.each([20, 21, 30, 60, 100, 300])("fits %i columns", async (width) => {
    const text = await printed(CONNS, {}, table(width));
    const [rows, notes] = text.split(/^(?=Note:)/m);
    for (const line of (rows ?? "").split("\n")) expect(displayWidth(line)).toBeLessThanOrEqual(width);
    expect(notes === undefined).toBe(width >= 300);
  });

  test("twenty columns: numbers are never cut but where one alone is too wide", async () => {
    expect(await printed(CONNS, { select: some }, table(20))).toBe(
      "dport\n  443\n   53\n   80\n" +
        "Note: no room for 3 columns: packets, comm, st (--select chooses, -o csv or ndjson has all)\n",
    );
    expect(await printed(CONNS, { select: "value.packets", limit: 2 }, table(10))).toBe(
      "   packets\n      2000\n184467440…\n",
    );
    expect(await printed(CONNS, { select: "key.dport,value.comm,value.st" }, table(25))).toBe(
      'dport  comm      st\n  443  nginx     ST_ESTA…\n   53  dns,"x"   ST_SYN\n   80  \\e]0;x\\…  9\n',
    );
  });

  test("bold heads where there are colours", async () => {
    const text = await printed(COUNTS, { limit: 1 }, table(80, true));
    expect(text).toBe("\u001b[1mkey\u001b[22m  \u001b[1mvalue\u001b[22m\n  0      0\n");
  });

  test("of a stream: rows are seen as they come, with a head again where they need more room", async () => {
    const { text } = await printQuery(CONNS, { select: "value.packets" }, (query, out) => {
      const rows = table(60)(() => undefined)(query, out);
      const write = (run: RowRun): void => {
        for (let row = 0; row < run.count; row++) {
          const cpus = run.cpus?.subarray(row, row + 1);
          rows.write({ ...run, count: 1, entries: run.entries.subarray(row, row + 1), cpus });
          rows.flush?.();
        }
      };
      return { begin: () => rows.begin(), write, end: () => rows.end(true) };
    });
    expect(text).toBe("packets\n   2000\n             packets\n18446744073709551615\n                   7\n");
  });

  test("of nothing is its head", async () => {
    expect(await printed(COUNTS, { where: "false" }, table(80))).toBe("key  value\n");
  });
});
