import { promisify } from "node:util";
import { gzip } from "node:zlib";
import { type ExpositionFormat, exposition } from "../text/exposition.ts";
import type { Family } from "../text/family.ts";
import type { Scrape } from "./scrape.ts";

const compress = promisify(gzip);
/** A page of metrics shrinks to a twentieth at any level; higher ones only take longer. */
const LEVEL = 1;

/** The findings of a scrape, as the bytes that clients ask for. Each form is made once. */
export class ScrapedPage {
  readonly #families: readonly Family[];
  readonly #forms = new Map<string, Promise<Buffer>>();

  constructor(families: readonly Family[]) {
    this.#families = families;
  }

  bytes(format: ExpositionFormat, isCompressed: boolean): Promise<Buffer> {
    const form = `${format} ${isCompressed}`;
    const known = this.#forms.get(form) ?? this.#make(format, isCompressed);
    this.#forms.set(form, known);
    return known;
  }

  async #make(format: ExpositionFormat, isCompressed: boolean): Promise<Buffer> {
    if (!isCompressed) return exposition(this.#families, format);
    return await compress(await this.bytes(format, false), { level: LEVEL });
  }
}

/** Options of shared scrapes. */
export interface SharedOptions {
  /** Milliseconds for which a scrape is served again. */
  readonly maxAge: number;
  /** Milliseconds of a monotonic clock. */
  readonly clock: () => number;
}

/** Scrapes maps when somebody asks. Whoever asks during a scrape, or shortly after one, is given that. */
export class SharedScrapes {
  readonly #scrape: Scrape;
  readonly #options: SharedOptions;
  #current: Promise<ScrapedPage> | undefined;
  #last: { readonly page: ScrapedPage; readonly at: number } | undefined;

  constructor(scrape: Scrape, options: SharedOptions) {
    this.#scrape = scrape;
    this.#options = options;
  }

  /** A page, for which maps are read for so many milliseconds at most. Throws what the scrape throws. */
  page(milliseconds: number): Promise<ScrapedPage> {
    const { clock, maxAge } = this.#options;
    if (this.#last !== undefined && clock() - this.#last.at < maxAge) return Promise.resolve(this.#last.page);
    this.#current ??= this.#start(milliseconds);
    return this.#current;
  }

  async #start(milliseconds: number): Promise<ScrapedPage> {
    const { clock, maxAge } = this.#options;
    try {
      const at = clock();
      const page = new ScrapedPage(await this.#scrape(milliseconds));
      this.#last = maxAge > 0 ? { page, at } : undefined;
      return page;
    } finally {
      this.#current = undefined;
    }
  }
}
