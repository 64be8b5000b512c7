import { join } from "node:path";
import type { Page } from "playwright-core";
import { describe, expect, test } from "vitest";
import type { MapSource } from "../../src/reader/map-source.ts";
import { EPERM } from "../../src/sys/errno.ts";
import { PHONE, seriousFindings, useBrowser, WIDE } from "../helpers/browser.ts";
import {
  connectionsSample,
  HOSTILE,
  hostileSample,
  numbersSample,
  slotsSample,
  WIDE_NUMBERS,
} from "../helpers/page-maps.ts";
import { writeReport } from "../helpers/report-page.ts";
import { liveSuite } from "../helpers/requirements.ts";
import { useScratch } from "../helpers/use-scratch.ts";
import { sampleMap } from "../unit/snapshot/sample-maps.ts";

const EVERY: readonly (() => MapSource)[] = [
  () => connectionsSample(40),
  () => hostileSample(),
  () => numbersSample(8, WIDE_NUMBERS),
  () => slotsSample(9),
  () => numbersSample(10, [], { info: { name: "nothing" } }),
  () => numbersSample(11, [1n], { info: { name: "busy" }, report: { complete: false } }),
  () => numbersSample(12, [], { info: { name: "refused" }, report: { complete: false, errno: EPERM } }),
  () =>
    sampleMap({ info: { id: 13, name: "bytes" }, entries: [[Uint8Array.of(1, 2, 3, 4), new Uint8Array(8).fill(255)]] }),
];

liveSuite("a report in a browser", ["chromium", "page"], () => {
  const scratch = useScratch();
  const browser = useBrowser();
  const write = (maps: readonly MapSource[] = EVERY.map((make) => make())): Promise<string> =>
    writeReport(join(scratch.folder, "report.html"), maps);

  test("lists its maps, without a server and without loading anything", async () => {
    const { page, requests } = await browser.open(await write());
    await page.getByRole("heading", { name: "Report" }).waitFor();
    await page
      .locator(".maps tbody tr")
      .nth(EVERY.length - 1)
      .waitFor();
    expect(await page.locator(".maps tbody tr").count()).toBe(EVERY.length);
    expect(await page.locator(".maps").innerText()).toContain("40 of 40");
    expect(requests).toEqual([]);
  });

  test("a click leads to a map, and back", async () => {
    const { page } = await browser.open(await write());
    await page.getByRole("link", { name: "conns" }).click();
    await page.getByRole("heading", { name: "conns" }).waitFor();
    await page.waitForURL(/#\/map\/7$/);
    expect(await cells(page, 0)).toEqual(["0", "1000", "0", "ST_NEW", "app0"]);
    await page.goBack();
    await page.getByRole("heading", { name: "Report" }).waitFor();
  });

  test("a permalink has the view, the order and what is looked for", async () => {
    const { page } = await browser.open(`${await write()}#/map/7?find=app1&sort=value.packets%3Adesc`);
    await page.locator(".entries tbody tr").first().waitFor();
    expect(await column(page, 4)).toEqual(
      ["19", "18", "17", "16", "15", "14", "13", "12", "11", "10", "1"].map((n) => `app${n}`),
    );
    await page.getByLabel("Find").fill("app3");
    await page.waitForURL(/find=app3/);
    await page.getByRole("tab", { name: "Layout" }).click();
    await page.waitForURL(/tab=layout/);
    expect(await page.locator(".layout").innerText()).toContain("struct conn_key");
  });

  test("all digits of 64-bit numbers stay, and sort as numbers", async () => {
    const { page } = await browser.open(`${await write()}#/map/8?sort=value%3Adesc`);
    await page.locator(".entries tbody tr").first().waitFor();
    expect(await column(page, 1)).toEqual(["18446744073709551615", "9223372036854775808", "9007199254740993", "0"]);
    await page.getByRole("tab", { name: "Chart" }).click();
    expect(await page.locator(".bars").innerText()).toContain("18446744073709551615");
  });

  test("shows the raw value of what a renderer or an enum made, on hover and in the entry", async () => {
    const { page } = await browser.open(`${await write()}#/map/7`);
    const state = page.locator(".entries tbody tr").nth(1).locator("td").nth(3);
    expect(await state.innerText()).toBe("ST_OPEN");
    expect(await state.getAttribute("title")).toBe("ST_OPEN\nraw: 1");
    await state.click();
    const dialog = page.getByRole("dialog");
    await dialog.waitFor();
    expect(await dialog.locator("tbody tr").nth(3).innerText()).toMatch(/value\.state\s*enum state\s*ST_OPEN\s*1/);
    await page.keyboard.press("Escape");
    await dialog.waitFor({ state: "detached" });
  });

  test("draws histograms with their counts", async () => {
    const { page } = await browser.open(`${await write()}#/map/9?tab=histogram`);
    const drawn = page.locator(".histogram");
    await drawn.waitFor();
    const lines = (await drawn.innerText()).split("\n").filter((line) => line !== "");
    expect(lines).toEqual([
      "1",
      "4 -> 7",
      "3",
      "8 -> 15",
      "9223372036854775808",
      "16 -> 31",
      "12",
      "32 -> 63",
      "0",
      "64 -> 127",
      "1",
    ]);
  });

  describe("says what is the matter", () => {
    test.each([
      [10, "nothing", "The map is empty."],
      [11, "busy", "Partial. the map changed while it was read"],
      [12, "refused", "Not readable. read map id 12 (refused)"],
      [13, "bytes", "Keys and values are bytes: the map has no BTF"],
    ])("of map %i (%s)", async (id, name, words) => {
      const { page } = await browser.open(`${await write()}#/map/${id}`);
      await page.getByRole("heading", { name }).waitFor();
      await page.locator("main").getByText(words).first().waitFor();
    });

    test("of a map that isn't there", async () => {
      const { page } = await browser.open(`${await write()}#/map/99`);
      await page.getByText("this report has no map with the id 99").waitFor();
    });
  });

  test("text of a map never becomes markup, and controls nothing", async () => {
    const { page } = await browser.open(`${await write()}#/map/66`);
    await page.getByRole("heading", { name: "</title><i>&amp;" }).waitFor();
    const shown = await column(page, 1);
    expect(shown.slice(0, 2)).toEqual(HOSTILE.slice(0, 2));
    expect(shown[2]).toBe(String.raw`\e]0;owned\x07\u202egnp.exe`);
    expect(shown[4]).toHaveLength(10_000);
    for (const tab of ["Chart", "Layout", "Entries"]) await page.getByRole("tab", { name: tab }).click();
    expect(await page.title()).toBe("report");
    expect(await page.evaluate("document.querySelectorAll('img, script:not([type]), i').length")).toBe(1);
  });

  test("the command line that shows the same can be copied", async () => {
    const { page } = await browser.open(`${await write()}#/map/7?sort=value.packets%3Adesc`, {
      ...WIDE,
      permissions: ["clipboard-read", "clipboard-write"],
    });
    await page.getByRole("button", { name: "Copy the command line" }).click();
    await page.getByText("Copied").first().waitFor();
    expect(await page.evaluate("navigator.clipboard.readText()")).toBe("ebpf-map dump id 7 --sort value.packets:desc");
  });

  test("can be used by the keyboard alone", async () => {
    const { page } = await browser.open(await write());
    await page.getByRole("heading", { name: "Report" }).waitFor();
    await page.keyboard.press("/");
    await page.keyboard.type("conns");
    await tabTo(page, "conns");
    await page.keyboard.press("Enter");
    await page.getByRole("heading", { name: "conns" }).waitFor();
    await tabTo(page, "Entries 40");
    await page.keyboard.press("ArrowRight");
    await page.keyboard.press("ArrowRight");
    await page.getByRole("tab", { name: "Layout", selected: true }).waitFor();
    await page.keyboard.press("1");
    await page.getByRole("grid").focus();
    for (let i = 0; i < 3; i++) await page.keyboard.press("ArrowDown");
    await page.keyboard.press("Enter");
    await page.getByRole("dialog").getByRole("heading", { name: "3 · 1003", exact: true }).waitFor();
    await page.keyboard.press("Escape");
    await page.keyboard.press("?");
    await page.getByRole("dialog").getByText("filter by a condition").waitFor();
    await page.keyboard.press("Escape");
    await page.keyboard.press("u");
    await page.getByRole("heading", { name: "Report" }).waitFor();
  });

  // A test of all pages would take a minute on a busy machine.
  describe.each([
    ["a wide window", WIDE],
    ["a phone", PHONE],
    ["dark colours", { ...WIDE, colorScheme: "dark" as const }],
  ])("axe finds nothing serious on %s, and nothing is wider than it", (_, options) => {
    test.each([
      "#/",
      "#/map/7",
      "#/map/7?tab=chart",
      "#/map/9?tab=histogram",
      "#/map/66?tab=layout",
      "#/map/12",
      "#/map/13",
    ])("%s", async (hash) => {
      const { page } = await browser.open((await write()) + hash, options);
      await page.getByRole("heading").first().waitFor();
      expect(await seriousFindings(page)).toEqual([]);
      expect(await page.evaluate("document.documentElement.scrollWidth - innerWidth")).toBeLessThanOrEqual(0);
    });
  });

  test("draws the rows in sight of 10,000, wherever one scrolls", async () => {
    const { page } = await browser.open(`${await write([connectionsSample(10_000)])}#/map/7`);
    await page.locator(".entries tbody tr").first().waitFor();
    expect(await page.locator(".entries tbody tr").count()).toBeLessThan(150);
    await page.getByRole("grid").focus();
    await page.keyboard.press("End");
    await page.locator('tr[aria-rowindex="10001"]').waitFor();
    expect(await page.locator('tr[aria-rowindex="10001"]').innerText()).toContain("9999");
  });

  test("counts the entries that it has no room for", async () => {
    const { page } = await browser.open(`${await write([connectionsSample(10_003)])}#/map/7`);
    await page.getByText("10,000 entries; 3 more have no room here").waitFor();
  });
});

/** The texts of a row's cells. */
async function cells(page: Page, row: number): Promise<string[]> {
  await page.locator(".entries tbody tr").nth(row).waitFor();
  return await page.locator(".entries tbody tr").nth(row).locator("td").allInnerTexts();
}

/** The texts of a column's cells. */
async function column(page: Page, place: number): Promise<string[]> {
  await page.locator(".entries tbody tr").first().waitFor();
  return await page.locator(`.entries tbody tr td:nth-child(${place + 1})`).allInnerTexts();
}

/** Presses Tab until what has the focus has this text. */
async function tabTo(page: Page, text: string): Promise<void> {
  for (let i = 0; i < 60; i++) {
    await page.keyboard.press("Tab");
    if ((await page.evaluate("document.activeElement?.textContent")) === text) return;
  }
  throw new Error(`Tab does not lead to ${text}`);
}
