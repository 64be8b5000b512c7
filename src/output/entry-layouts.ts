import { withFourBitKinds } from "../btf/four-bit-kinds.ts";
import type { EntryLayouts } from "../codec/access/entry-layouts.ts";
import { EbpfMapError } from "../errors.ts";
import type { MapSource, MapTypes } from "../reader/map-source.ts";
import { layoutFromBtf } from "../schema/from-btf.ts";
import { withoutNewtypes } from "../schema/newtypes.ts";

/** The layouts of a map's entries. If they are missing, `note` says why, unless the map has no types. */
export interface FoundLayouts {
  readonly layouts: EntryLayouts | undefined;
  readonly note?: string;
}

/** The options of `layoutFromBtf`. Only formats of our own use declaration tags. */
export interface BtfReading {
  readonly misread: boolean;
  readonly tags: boolean;
}

/**
 * Returns the layouts of a map's key and value. Where its BTF is unavailable or does not fit, its entries are shown as
 * bytes, and the note says why.
 */
export function entryLayouts(map: MapSource): FoundLayouts {
  return withoutNewtypesIn(readLayouts(map, { misread: false, tags: true }));
}

/** Replaces Rust's newtypes by what they wrap: only the bpftool dialect shows them as records. */
export function withoutNewtypesIn({ layouts, ...found }: FoundLayouts): FoundLayouts {
  if (layouts === undefined) return { layouts, ...found };
  const { key, value } = layouts;
  return { layouts: { key: key && withoutNewtypes(key), value: withoutNewtypes(value) }, ...found };
}

/** The same as the BTF has them, for the bpftool dialect. */
export function readLayouts(map: MapSource, reading: BtfReading): FoundLayouts {
  const types = map.types();
  if (types.state === "none") return { layouts: undefined };
  if (types.state === "unavailable") return { layouts: undefined, note: `${types.reason}; showing bytes` };
  try {
    return { layouts: buildLayouts(map, types, reading) };
  } catch (error) {
    if (!(error instanceof EbpfMapError)) throw error;
    return { layouts: undefined, note: `${error.message}; showing bytes` };
  }
}

function buildLayouts(
  { shape, label }: MapSource,
  { keyTypeId, valueTypeId, types: btf }: MapTypes & { state: "known" },
  { misread, tags }: BtfReading,
): EntryLayouts {
  const types = misread ? withFourBitKinds(btf) : btf;
  const key = keyTypeId === 0 ? undefined : layoutFromBtf(types, keyTypeId, { misread, tags });
  const value = layoutFromBtf(types, valueTypeId, { misread, tags });
  if (key !== undefined && key.size > shape.keySize) throw mismatch(label, "key", key.size, shape.keySize);
  if (value.size > shape.valueSize) throw mismatch(label, "value", value.size, shape.valueSize);
  return { key, value };
}

function mismatch(label: string, side: "key" | "value", typeSize: number, size: number): EbpfMapError {
  const message = `decode ${label}: its ${side} type has ${typeSize} bytes, its ${side}s have ${size}`;
  return new EbpfMapError("LAYOUT_INVALID", message, { typeSize, size });
}
