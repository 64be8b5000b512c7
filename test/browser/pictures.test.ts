import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { RunningServer } from "../../src/server/http/serve.ts";
import { useBrowser, WIDE } from "../helpers/browser.ts";
import { repositoryPath } from "../helpers/repository.ts";
import { liveSuite } from "../helpers/requirements.ts";
import { servedExample } from "../helpers/shown-page.ts";

/** With this in the environment, the pictures of the README are taken anew. */
const IS_RECORDING = process.env.EBPF_MAP_RECORD_PICTURES === "1";

/** Width and height of a PNG, from its first chunk. */
function sizeOf(png: Buffer): [width: number, height: number] {
  return [png.readUInt32BE(16), png.readUInt32BE(20)];
}

liveSuite("the pictures of the README", ["chromium", "page"], () => {
  const browser = useBrowser();
  let server: RunningServer;
  beforeAll(async () => {
    server = await servedExample();
  });
  afterAll(() => server.drain(0));

  test.each([
    ["maps", "#/", "light", "nat_sessions", undefined],
    ["entries", "#/map/42?sort=value.packets.rate%3Adesc", "dark", "Δ packets", "12"],
  ] as const)("%s", async (name, hash, colorScheme, text, updates) => {
    const { page } = await browser.open(`http://${server.address}/${hash}`, {
      ...WIDE,
      colorScheme,
      viewport: { width: 1280, height: 720 },
      reducedMotion: "reduce",
    });
    await page.getByText(text).first().waitFor();
    if (updates !== undefined) await page.locator(".entries tbody tr td[class*=fresh]").first().waitFor();
    const file = repositoryPath("golden", "page", `${name}.png`);
    const picture = await page.screenshot();
    if (IS_RECORDING) writeFileSync(file, picture);
    expect(existsSync(file), "EBPF_MAP_RECORD_PICTURES=1 takes the pictures").toBe(true);
    expect(sizeOf(picture)).toEqual(sizeOf(readFileSync(file)));
    expect(readFileSync(repositoryPath("README.md"), "utf8")).toContain(`(golden/page/${name}.png)`);
  });
});
