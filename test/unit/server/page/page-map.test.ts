import { expect, test } from "vitest";
import type { MapSource } from "../../../../src/reader/map-source.ts";
import type { WatchedMap } from "../../../../src/sdk/watch/watcher.ts";
import { MAX_ROWS, PageMap } from "../../../../src/server/page/page-map.ts";
import { EPERM } from "../../../../src/sys/errno.ts";
import {
  connectionsSample,
  hostileSample,
  numbersSample,
  slotsSample,
  WIDE_NUMBERS,
} from "../../../helpers/page-maps.ts";
import { pageOptions } from "../../../helpers/report-page.ts";

/** A map that is another one at each read; undefined where it is gone. */
class Changing implements WatchedMap {
  now: MapSource | undefined;
  readonly label: string;
  readonly info: MapSource["info"];
  readonly origin = undefined;

  constructor(first: MapSource) {
    this.now = first;
    this.label = first.label;
    this.info = first.info;
  }

  async open(): Promise<MapSource | undefined> {
    return this.now;
  }
}

async function opened(map: MapSource, where?: string): Promise<{ page: PageMap; watched: Changing }> {
  const watched = new Changing(map);
  const page = await PageMap.open(watched, pageOptions(["id", "7"], where));
  return { page: page ?? expect.fail("the map is there"), watched };
}

test("the head has the layout, the columns and where counts are", async () => {
  const { page } = await opened(connectionsSample(3));
  expect(
    page.head.columns.map(({ path, side, isQuantity, counter, type }) => [path, side, isQuantity, counter, type]),
  ).toEqual([
    ["key.addr", "key", true, null, "u32"],
    ["key.port", "key", true, null, "u16"],
    ["value.packets", "value", true, 0, "u64"],
    ["value.state", "value", false, null, "enum state"],
    ["value.comm", "value", false, null, "char[16]"],
  ]);
  expect(page.head.layout[0]).toEqual({ offset: "0", size: "8", depth: 0, name: "key", type: "struct conn_key" });
  expect(page.head.c).toContain("struct conn_val {");
  expect([page.head.words, page.head.untyped, page.head.isStream]).toEqual([["id", "7"], null, false]);
  const slots = await opened(slotsSample(9));
  expect(slots.page.head.histogram).toMatchObject({ kind: "arrays", arrays: [{ column: 1 }] });
  const numbers = await opened(numbersSample(8, WIDE_NUMBERS));
  expect(numbers.page.head.histogram).toMatchObject({ kind: "keys", slot: 0, count: 1, isNamed: false });
});

test("cells keep all digits, and have the value behind a name", async () => {
  const { page } = await opened(numbersSample(8, WIDE_NUMBERS));
  await page.read();
  expect(page.entries().rows.map(({ cells }) => cells[1])).toEqual(WIDE_NUMBERS.map(String));
  const connections = await opened(connectionsSample(2));
  await connections.page.read();
  expect(connections.page.entries().rows[1]).toEqual({
    id: 1,
    cells: ["1", "1001", "1", "ST_OPEN", "app1"],
    raw: { 3: "1" },
  });
});

test("changes are the rows that are new, differ or are gone, with rates", async () => {
  const { page, watched } = await opened(numbersSample(8, [1n, 2n, 3n]));
  await page.read();
  expect(page.changes().rows).toHaveLength(3);
  watched.now = numbersSample(8, [1n, 12n]);
  await page.read();
  expect(page.changes()).toEqual({ rows: [{ id: 1, cells: ["1", "12"], rates: [10] }], removed: [2] });
  watched.now = numbersSample(8, [1n, 3n, 9n]);
  await page.read();
  expect(page.changes()).toEqual({
    rows: [
      { id: 1, cells: ["1", "3"], rates: [null] },
      { id: 3, cells: ["2", "9"] },
    ],
    removed: [],
  });
});

test("its state says what is the matter", async () => {
  const { page, watched } = await opened(numbersSample(8, [1n]));
  await page.read();
  expect(page.state).toEqual({ kind: "ok" });
  watched.now = numbersSample(8, []);
  await page.read();
  expect(page.state).toEqual({ kind: "empty" });
  watched.now = numbersSample(8, [1n], { report: { complete: false } });
  await page.read();
  expect(page.state).toMatchObject({ kind: "partial", why: expect.stringContaining("changed while it was read") });
  watched.now = numbersSample(8, [], { report: { complete: false, errno: EPERM } });
  await page.read();
  expect(page.state).toMatchObject({ kind: "unreadable", why: expect.stringContaining("EPERM") });
  watched.now = undefined;
  await page.read();
  expect(page.state).toMatchObject({ kind: "gone", why: expect.stringContaining("map id 8 (numbers) is gone") });
});

test("has as many rows as a page has room for, and counts the others", async () => {
  const { page } = await opened(connectionsSample(MAX_ROWS + 5));
  await page.read();
  const { rows, left } = page.entries();
  expect([rows.length, left, page.isCut]).toEqual([MAX_ROWS, 5, true]);
});

test("a condition chooses rows, and says why it keeps none", async () => {
  const some = await opened(connectionsSample(4), "value.packets > 2u");
  await some.page.read();
  expect(some.page.entries().rows.map(({ cells }) => cells[2])).toEqual(["3"]);
  const none = await opened(connectionsSample(4), "value.comm == 'nobody'");
  await none.page.read();
  expect(none.page.entries()).toMatchObject({ state: { kind: "empty" }, rows: [] });
  await expect(opened(connectionsSample(4), "value.bytez > 2u")).rejects.toMatchObject({ code: "QUERY_INVALID" });
});

test("texts of a map are visible, and bounded", async () => {
  const { page } = await opened(hostileSample());
  await page.read();
  const { rows } = page.entries();
  expect(rows[2]?.cells[1]).toBe(String.raw`\e]0;owned\x07\u202egnp.exe`);
  expect(page.head.columns[3]?.path).toBe(String.raw`value["\u202e__proto__"]`);
  // biome-ignore lint/suspicious/noControlCharactersInRegex: that there is none is what is tested
  expect(JSON.stringify([page.head, rows])).not.toMatch(/[\u0000-\u001f\u202e]/);
});
