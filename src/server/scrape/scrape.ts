import { Turns } from "../../sdk/machine/interruptible.ts";
import { type Family, single } from "../text/family.ts";
import type { Collector, Round } from "./round.ts";

/** A source of scrapes. */
export type Scrape = (milliseconds: number) => Promise<readonly Family[]>;

/** Returns the scrape of some collectors, in their order. `clock` is a monotonic one, in milliseconds. */
export function scrapeOf(collectors: readonly Collector[], clock: () => number): Scrape {
  return async (milliseconds) => {
    const start = clock();
    const turns = new Turns(() => clock() - start >= milliseconds, clock);
    const round: Round = { turns, counted: new Map() };
    const families: Family[] = [];
    for (const collector of collectors) families.push(...(await collector.collect(round)));
    families.push(durationOf((clock() - start) / 1000));
    return families;
  };
}

function durationOf(seconds: number): Family {
  return single("ebpf_map_scrape_duration_seconds", "gauge", "Time that this scrape took.", seconds);
}
