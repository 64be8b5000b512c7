import { readFileSync } from "node:fs";
import { gunzipSync } from "node:zlib";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import type { Fd } from "../../src/sys/fd.ts";
import { LinuxKernel } from "../../src/sys/linux.ts";
import { createMap, updateElement } from "../helpers/bpf.ts";
import { PHONE, seriousFindings, useBrowser, WIDE } from "../helpers/browser.ts";
import { connectionBytes, connectionMap } from "../helpers/connections.ts";
import { liveSuite } from "../helpers/requirements.ts";
import { ServeProcess } from "../helpers/serve-process.ts";
import { loadStreams } from "../helpers/streams.ts";
import { useScratch } from "../helpers/use-scratch.ts";

const NAME = `page_${process.pid}`;

function idOf(map: Fd): number {
  return new LinuxKernel().mapInfo(map).id;
}

/** Sets the packets of connection `i`. */
function setPackets(map: Fd, i: number, packets: bigint): void {
  const { key, value } = connectionBytes(i);
  new DataView(value.buffer, value.byteOffset).setBigUint64(0, packets, true);
  updateElement(map, key, value);
}

liveSuite("the page of a server in a browser", ["kernel", "build", "chromium", "page"], () => {
  const scratch = useScratch();
  const browser = useBrowser();
  let server: ServeProcess;
  let url: string;
  let map: Fd;
  beforeAll(async () => {
    server = await ServeProcess.start();
    url = `http://${server.address}/`;
  });
  afterAll(async () => {
    await server.stop();
  });
  beforeEach(() => {
    map = scratch.own(connectionMap(20, { name: NAME, maxEntries: 40 }));
  });
  const mapUrl = (query = ""): string => `${url}#/map/${idOf(map)}${query}`;

  test("lists maps with their fill, and follows it", async () => {
    const { page } = await browser.open(`${url}#/?find=${NAME}`);
    const row = page.locator(".maps tbody tr").filter({ hasText: NAME });
    await row.getByText("20 of 40").waitFor();
    setPackets(map, 30, 1n);
    await row.getByText("21 of 40").waitFor();
    await row.getByRole("link").click();
    await page.getByRole("tab", { name: "Entries 21" }).waitFor();
  });

  test("marks what changes, and sorts by the rate", async () => {
    const { page } = await browser.open(mapUrl("?sort=value.packets.rate%3Adesc"));
    await page.locator(".entries tbody tr").first().waitFor();
    setPackets(map, 7, 2n ** 64n - 1n);
    // It is marked and has a rate until the next read, half a second later: both are looked for at once.
    const first = page.locator(".entries tbody tr").first();
    await first.locator("td[class*=fresh]").getByText("18446744073709551615").waitFor();
    await page.getByRole("columnheader", { name: "Δ packets" }).waitFor();
  });

  test("of more rows than there is room for, the first by the order are chosen where they are read", async () => {
    const large = scratch.own(connectionMap(10_005, { name: `${NAME}_l`, maxEntries: 10_010 }));
    const { page } = await browser.open(`${url}#/map/${idOf(large)}?sort=value.packets%3Adesc`);
    const first = page.locator(".entries tbody tr").first();
    await first.getByText("10004").first().waitFor();
    await page.getByText("5 more have no room here").waitFor();
    // This one had no room: it was among the last.
    setPackets(large, 2, 20_000n);
    await first.getByText("20000").waitFor();
    expect(await first.locator("td").first().innerText()).toBe("2");
    await page.getByRole("columnheader", { name: "packets" }).first().getByRole("button").click();
    await first.getByText("0", { exact: true }).first().waitFor();
  });

  test("filters by a condition, and shows the place of a mistake", async () => {
    const { page } = await browser.open(mapUrl());
    await page.getByRole("tab", { name: "Entries 20" }).waitFor();
    await page.keyboard.press("f");
    await page.keyboard.type("value.packetz > 17u");
    await page.keyboard.press("Enter");
    await page.getByRole("alert").getByText("did you mean").or(page.getByText("no field `packetz`")).first().waitFor();
    await page.getByRole("alert").getByText("^^^^^^^").waitFor();
    expect(await page.locator(".entries tbody tr").count()).toBe(20);
    await page.getByLabel("Filter").fill("value.packets > 17u");
    await page.keyboard.press("Enter");
    await page.getByRole("tab", { name: "Entries 2", exact: true }).waitFor();
    await page.waitForURL(/where=value\.packets\+%3E\+17u/);
    await page.locator(".command code").getByText("--where 'value.packets > 17u'").waitFor();
  });

  test("says that a map is gone", async () => {
    const short = connectionMap(1, { name: NAME });
    const { page } = await browser.open(`${url}#/map/${idOf(short)}`);
    await page.getByRole("tab", { name: "Entries 1" }).waitFor();
    short[Symbol.dispose]();
    await page.getByText("Gone.").waitFor();
    expect(await page.locator(".entries tbody tr").count()).toBe(1);
  });

  test("a hidden tab asks for nothing, and goes on when it is seen", async () => {
    const { page } = await browser.open(mapUrl());
    await page.getByRole("tab", { name: "Entries 20" }).waitFor();
    const closed = page.waitForEvent("requestfailed", (request) => request.url().includes("/api/live/map/"));
    await page.evaluate(
      "Object.defineProperty(document, 'hidden', { value: true, configurable: true }); document.dispatchEvent(new Event('visibilitychange'))",
    );
    await closed;
    setPackets(map, 35, 1n);
    await page.evaluate(
      "Object.defineProperty(document, 'hidden', { value: false }); document.dispatchEvent(new Event('visibilitychange'))",
    );
    await page.getByRole("tab", { name: "Entries 21" }).waitFor();
  });

  test("a snapshot can be kept", async () => {
    const { page } = await browser.open(mapUrl());
    const saved = page.waitForEvent("download");
    await page.getByRole("link", { name: "Save a snapshot" }).click();
    const download = await saved;
    expect(download.suggestedFilename()).toBe(`map-${idOf(map)}.ndjson.gz`);
    const lines = gunzipSync(readFileSync(await download.path()))
      .toString("utf8")
      .trim()
      .split("\n");
    expect(JSON.parse(lines[0] ?? "")).toMatchObject({ format: "ebpf-map-snapshot", map: { name: NAME } });
  });

  test("a ring buffer has its events, and waits for them", async () => {
    const ring = scratch.own(createMap({ type: "ringbuf", keySize: 0, valueSize: 0, maxEntries: 4096, name: NAME }));
    const { page } = await browser.open(`${url}#/map/${idOf(ring)}`);
    await page.getByRole("tab", { name: "Events" }).waitFor();
    await page.getByText("Waiting for events").waitFor();
    await page.getByLabel("Type").fill("struct nobody");
    await page.keyboard.press("Enter");
    await page.getByRole("alert").waitFor();
  });

  test("events appear as they are sent, decoded by their type", async () => {
    const streams = await loadStreams(scratch);
    const { page } = await browser.open(`${url}#/map/${streams.mapId("ring")}`);
    await page.getByText("Waiting for events").waitFor();
    await streams.emit("emit", 3);
    const rows = page.getByRole("log").locator("tbody tr");
    await rows.nth(2).waitFor();
    expect(await rows.count()).toBe(3);
    await page.getByLabel("Type").fill("event");
    await page.keyboard.press("Enter");
    await page.getByText("Waiting for events").waitFor();
    await page.waitForURL(/\?type=event$/);
    await page
      .locator(".command code")
      .getByText(/^ebpf-map events id \d+ --type event$/)
      .waitFor();
    await streams.emit("emit", 1);
    const text = await rows.first().textContent();
    expect(text).toContain('"seq":3');
    expect(text).toContain('"comm":"worker-3"');
    await page.setViewportSize({ width: 390, height: 844 });
    expect(await seriousFindings(page)).toEqual([]);
    const wider = "[...document.querySelectorAll('.events, html')].map((one) => one.scrollWidth - one.clientWidth)";
    expect(await page.evaluate(wider)).toEqual([0, 0]);
  });

  describe.each([
    ["a wide window", WIDE],
    ["a phone", PHONE],
  ])("axe finds nothing serious on %s", (_, options) => {
    test.each<[shown: string, url: () => string]>([
      ["the list", () => `${url}#/?find=${NAME}`],
      ["entries", () => mapUrl()],
      ["a chart", () => mapUrl("?tab=chart")],
    ])("%s", async (_, shown) => {
      const { page } = await browser.open(shown(), options);
      await page.getByText(NAME).first().waitFor();
      expect(await seriousFindings(page)).toEqual([]);
    });
  });

  test("--no-page serves metrics alone", async () => {
    const bare = await ServeProcess.start("--no-page");
    try {
      expect(await (await fetch(`http://${bare.address}/`)).text()).not.toContain("page.js");
      expect((await fetch(`http://${bare.address}/api/maps`)).status).toBe(404);
      expect((await fetch(`http://${bare.address}/healthz`)).status).toBe(200);
    } finally {
      await bare.stop();
    }
  });
});
