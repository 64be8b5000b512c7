import type { Dialect } from "../../codec/bpftool/dialect.ts";
import type { MapSource } from "../../reader/map-source.ts";
import { type FoundLayouts, readLayouts } from "../entry-layouts.ts";

/** The layouts of a map's entries, or bpftool's message where that version of it refuses the map's BTF. */
export interface DialectLayouts extends FoundLayouts {
  readonly refusal?: string;
}

/**
 * Returns the layouts of a map's key and value as a version of bpftool reads them. Where BTF is unavailable or does not
 * fit, bpftool fails; this prints the bytes and a note instead. But where one version refuses BTF that others accept,
 * it is refused here, too.
 */
export function dialectLayouts(map: MapSource, dialect: Dialect): DialectLayouts {
  const misread = dialect.fourBitKinds && map.typesGiven !== true;
  const refusal = misread ? refusalOf(map) : undefined;
  return refusal === undefined ? readLayouts(map, { misread, tags: false }) : { layouts: undefined, refusal };
}

/** bpftool 5.10 refuses BTF that has one of the newer kinds, even where the map doesn't use it. */
function refusalOf(map: MapSource): string | undefined {
  const types = map.types();
  if (types.state !== "known" || types.types.fourBitKinds) return undefined;
  return map.info.btfVmlinuxValueTypeId !== 0 ? "failed to get kernel btf" : "failed to get btf";
}
