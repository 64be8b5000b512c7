import { readFileSync, writeFileSync } from "node:fs";
import { pathToFileURL } from "node:url";
import { NO_CHOICES, withRenderers } from "../../src/output/render/choose.ts";
import type { RenderContext } from "../../src/output/render/renderer.ts";
import { mapEntryTypes } from "../../src/output/rows/map-entry-types.ts";
import type { MapSource } from "../../src/reader/map-source.ts";
import { compileSpec } from "../../src/sdk/query/compile.ts";
import type { Stamp } from "../../src/sdk/watch/stamps.ts";
import type { Report } from "../../src/server/page/contract.ts";
import { type PageAssets, reportHtml } from "../../src/server/page/html.ts";
import type { PageMapOptions } from "../../src/server/page/page-map.ts";
import { mapPage, reportOf } from "../../src/server/page/report.ts";
import { repositoryPath } from "./repository.ts";

/** Name tables that know nothing. */
export const NO_NAMES: RenderContext = {
  bootTimeNs: () => 0n,
  nowNs: () => 0n,
  interfaceOf: () => undefined,
  userOf: () => undefined,
  symbolOf: () => undefined,
  cgroupOf: () => undefined,
  syscallOf: () => undefined,
};

/** Options of a page's map that needs nothing of its surroundings. */
export function pageOptions(words: readonly string[], where?: string): PageMapOptions {
  let now = 0;
  // A second passes between two reads.
  const next = (): Stamp => {
    now += 1000;
    return { at: now, time: new Date(1_800_000_000_000 + now) };
  };
  return {
    words,
    query: {
      spec: where === undefined ? {} : { where: { option: "where", text: where } },
      compile: async (map, spec) =>
        compileSpec(
          map,
          { ...(map.shape.cpus > 0 && { perCpu: "each" as const }), ...spec },
          withRenderers(mapEntryTypes(map).entryTypes, { asked: NO_CHOICES, configured: NO_CHOICES }),
        ),
    },
    moment: { clock: () => now, stamps: { next }, isStopped: () => false },
    around: NO_NAMES,
  };
}

/** A report of maps, as `report` makes it. */
export async function reportOfMaps(maps: readonly MapSource[]): Promise<Report> {
  const pages = [];
  for (const map of maps) {
    pages.push(await mapPage({ ...pageOptions(["id", String(map.info.id)]), map, asked: [], pins: [], owner: "" }));
  }
  const origin = { tool: "ebpf-map 0.1.0", kernel: "6.18.0", host: "test", file: "", time: new Date(0) };
  return reportOf(pages, origin);
}

/** The built page. */
export function builtPage(): PageAssets {
  const read = (name: string): string => readFileSync(repositoryPath("dist", "page", name), "utf8");
  return { script: read("page.js"), style: read("page.css") };
}

/** Writes a report of maps to a file, and returns its address. */
export async function writeReport(path: string, maps: readonly MapSource[]): Promise<string> {
  writeFileSync(path, reportHtml(await reportOfMaps(maps), "report", builtPage()));
  return pathToFileURL(path).href;
}
