import type { EntryLayouts } from "../../codec/access/entry-layouts.ts";
import { NEWEST_DIALECT } from "../../codec/bpftool/dialect.ts";
import { EbpfMapError } from "../../errors.ts";
import { dialectLayouts } from "../../output/bpftool/dialect-layouts.ts";
import { entryLayouts, withoutNewtypesIn } from "../../output/entry-layouts.ts";
import type { MapSource } from "../../reader/map-source.ts";

/**
 * The layouts of a map's entries, undefined where it has no types; with the declaration tags in its BTF where they are
 * asked for. Throws BTF_UNAVAILABLE or LAYOUT_INVALID.
 */
export function knownEntryLayouts(map: MapSource, { tags = false }: { tags?: boolean } = {}): EntryLayouts | undefined {
  const types = map.types();
  if (types.state === "unavailable") {
    const message = `open ${map.label}: its types can't be had: ${types.reason}; a BTF, C or schema file can give it some`;
    throw new EbpfMapError("BTF_UNAVAILABLE", message, { errno: types.errno });
  }
  const { layouts, note } = tags ? entryLayouts(map) : withoutNewtypesIn(dialectLayouts(map, NEWEST_DIALECT));
  if (note !== undefined) throw new EbpfMapError("LAYOUT_INVALID", `open ${map.label}: ${note}`);
  return layouts;
}
