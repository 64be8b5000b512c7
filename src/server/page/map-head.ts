import { EbpfMapError } from "../../errors.ts";
import { visible } from "../../output/terminal/visible.ts";
import type { Query } from "../../query/query.ts";
import type { MapSource } from "../../reader/map-source.ts";
import { type LayoutLine, layoutLines } from "../../schema/layout-tree.ts";
import { knownEntryLayouts } from "../../sdk/types/map-layouts.ts";
import { MapSchema } from "../../sdk/types/map-schema.ts";
import { isStream } from "../../sys/map-types.ts";
import type { MapHead } from "./contract.ts";
import { histogramSource } from "./histogram-source.ts";
import type { PageTable } from "./table.ts";

/** The most lines of a layout, and characters of C text, that a page carries. */
const MAX_LINES = 2000;
const MAX_C = 256 * 1024;

/** Returns the fixed facts about a map. `table` is undefined for a map that has no entries to query. */
export function mapHead(map: MapSource, words: readonly string[], query: Query, table: PageTable): MapHead {
  const { layout, c, untyped } = typesOf(map);
  return {
    words: words.map(visible),
    layout: layout.slice(0, MAX_LINES),
    c: c.length > MAX_C ? "" : c,
    untyped,
    columns: table.columns,
    histogram: histogramSource(query, table),
    isStream: isStream(map.info.type),
  };
}

function typesOf(map: MapSource): { layout: LayoutLine[]; c: string; untyped: string | null } {
  try {
    const layouts = knownEntryLayouts(map);
    if (layouts === undefined) return { layout: [], c: "", untyped: "the map has no BTF" };
    const { key, value } = layouts;
    const lines = [...(key === undefined ? [] : layoutLines(key, "key")), ...layoutLines(value, "value")];
    const layout = lines.map((line) => ({ ...line, name: visible(line.name), type: visible(line.type) }));
    return { layout, c: visibleLines(new MapSchema(map, layouts).c), untyped: null };
  } catch (error) {
    if (!(error instanceof EbpfMapError)) throw error;
    return { layout: [], c: "", untyped: visible(error.message) };
  }
}

function visibleLines(text: string): string {
  return text
    .split("\n")
    .map((line) => line.split("\t").map(visible).join("\t"))
    .join("\n");
}
