import { gunzipSync } from "node:zlib";
import { expect, test } from "vitest";
import { SharedScrapes } from "../../../../src/server/scrape/shared-scrapes.ts";
import { single } from "../../../../src/server/text/family.ts";

/** Scrapes that are counted, and end when they are told to. */
function counted(maxAge = 0): { shared: SharedScrapes; ends: (() => void)[]; at: (now: number) => void } {
  const ends: (() => void)[] = [];
  let now = 0;
  const scrape = async (): ReturnType<ConstructorParameters<typeof SharedScrapes>[0]> => {
    const number = ends.length;
    await new Promise<void>((resolve) => ends.push(resolve));
    return [single("scrapes", "gauge", "Number.", number)];
  };
  const shared = new SharedScrapes(scrape, { maxAge, clock: () => now });
  return {
    shared,
    ends,
    at: (time) => {
      now = time;
    },
  };
}

async function textOf(page: ReturnType<SharedScrapes["page"]>): Promise<string | undefined> {
  return /^scrapes (\d+)$/m.exec((await (await page).bytes("text", false)).toString())?.[1];
}

test("whoever asks during a scrape is given that one, and whoever asks later another", async () => {
  const { shared, ends } = counted();
  const pages = [shared.page(1000), shared.page(1000), shared.page(10)];
  expect(ends).toHaveLength(1);
  ends[0]?.();
  expect(await Promise.all(pages.map(textOf))).toEqual(["0", "0", "0"]);
  const later = shared.page(1000);
  ends[1]?.();
  expect(await textOf(later)).toBe("1");
});

test("a scrape is served again for as long as it may be old", async () => {
  const { shared, ends, at } = counted(100);
  const first = shared.page(1000);
  ends[0]?.();
  await first;
  at(99);
  expect(await textOf(shared.page(1000))).toBe("0");
  at(100);
  const next = shared.page(1000);
  ends[1]?.();
  expect(await textOf(next)).toBe("1");
});

test("a scrape that fails isn't kept", async () => {
  let count = 0;
  const scrape = async (): Promise<never[]> => {
    if (count++ === 0) throw new Error("no kernel");
    return [];
  };
  const shared = new SharedScrapes(scrape, { maxAge: 1000, clock: () => 0 });
  await expect(shared.page(1)).rejects.toThrow("no kernel");
  expect((await (await shared.page(1)).bytes("openmetrics", false)).toString()).toBe("# EOF\n");
});

test("each form of a page is made once", async () => {
  const { shared, ends } = counted();
  const asked = shared.page(1000);
  ends[0]?.();
  const page = await asked;
  const bytes = await page.bytes("text", true);
  expect(await page.bytes("text", true)).toBe(bytes);
  expect(gunzipSync(bytes).equals(await page.bytes("text", false))).toBe(true);
});
