import { AxeBuilder } from "@axe-core/playwright";
import { type Browser, type BrowserContext, type BrowserContextOptions, chromium, type Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, expect } from "vitest";

/** Sizes at which the page is looked at. */
export const WIDE: BrowserContextOptions = { viewport: { width: 1280, height: 800 }, colorScheme: "light" };
export const PHONE: BrowserContextOptions = { viewport: { width: 390, height: 844 }, colorScheme: "light" };

/** An open page, and what went wrong in it. */
export interface OpenPage {
  readonly page: Page;
  /** Errors of the page's program, and what its policy refused. */
  readonly problems: readonly string[];
  /** The addresses that it asked for, itself excepted. */
  readonly requests: readonly string[];
}

/** Debian's Chromium for the tests of a suite: a page for each, which must not have had a problem. */
export class TestBrowser {
  #browser: Browser | undefined;
  readonly #contexts: BrowserContext[] = [];
  readonly #pages: OpenPage[] = [];

  /** Opens an address. */
  async open(url: string, options: BrowserContextOptions = WIDE): Promise<OpenPage> {
    if (this.#browser === undefined) throw new Error("the browser is not open");
    const context = await this.#browser.newContext(options);
    this.#contexts.push(context);
    const page = await context.newPage();
    const problems: string[] = [];
    const requests: string[] = [];
    page.on("pageerror", (error) => problems.push(error.stack ?? error.message));
    page.on("console", (message) => {
      if (message.type() === "error") problems.push(message.text());
    });
    page.on("request", (request) => {
      if (!request.isNavigationRequest()) requests.push(request.url());
    });
    const opened = { page, problems, requests };
    this.#pages.push(opened);
    await page.goto(url);
    return opened;
  }

  /** Starts it; Chromium takes no sandbox as root, and containers have a small /dev/shm. */
  async start(): Promise<void> {
    const args = ["--no-sandbox", "--disable-dev-shm-usage"];
    this.#browser = await chromium.launch({ executablePath: "/usr/bin/chromium", args });
  }

  /** Closes the pages of a test, and fails where one had a problem. */
  async closePages(): Promise<void> {
    const problems = this.#pages.splice(0).flatMap((opened) => opened.problems);
    for (const context of this.#contexts.splice(0)) await context.close();
    expect(problems, "problems of the page").toEqual([]);
  }

  async stop(): Promise<void> {
    await this.#browser?.close();
  }
}

/** A browser for the tests of a suite. */
export function useBrowser(): TestBrowser {
  const browser = new TestBrowser();
  beforeAll(() => browser.start());
  afterEach(() => browser.closePages());
  afterAll(() => browser.stop());
  return browser;
}

/** Returns the serious and critical findings of axe on a page. */
export async function seriousFindings(page: Page): Promise<string[]> {
  const { violations } = await new AxeBuilder({ page }).analyze();
  const serious = violations.filter(({ impact }) => impact === "serious" || impact === "critical");
  return serious.flatMap(({ id, nodes }) =>
    nodes.map(({ target, failureSummary }) => `${id}: ${target}: ${failureSummary}`),
  );
}
