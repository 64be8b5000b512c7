import { withFourBitKinds } from "../../btf/four-bit-kinds.ts";
import type { Dialect } from "../../codec/bpftool/dialect.ts";
import type { EntryLayouts } from "../../codec/bpftool/entry-compiler.ts";
import { EbpfMapError } from "../../errors.ts";
import type { MapSource, MapTypes } from "../../reader/map-source.ts";
import { layoutFromBtf } from "../../schema/from-btf.ts";

/**
 * How the entries of a map can be shown: by their types, as bytes because there are none, as bytes although there are
 * some (`note` says why), or not at all, since the bpftool version in question gives up (`refusal` is its message).
 */
export interface OwnLayouts {
  readonly layouts: EntryLayouts | undefined;
  readonly note?: string;
  readonly refusal?: string;
}

/**
 * The layouts of a map's key and value. Where BTF can't be had or doesn't fit, bpftool gives up; here the bytes are
 * shown all the same and a note says what is missing. Only a version that can't load BTF which others can is followed.
 */
export function entryTypes(map: MapSource, dialect: Dialect): OwnLayouts {
  const types = map.types();
  if (types.state === "none") return { layouts: undefined };
  if (types.state === "unavailable") return { layouts: undefined, note: `${types.reason}; showing bytes` };
  const misread = dialect.fourBitKinds && map.typesGiven !== true;
  const refusal = misread ? refusalOf(types, map) : undefined;
  if (refusal !== undefined) return { layouts: undefined, refusal };
  return knownTypes(map, types, { misread, tags: false });
}

/** The same for formats of our own, which no version of bpftool keeps from anything. */
export function ownEntryTypes(map: MapSource): Pick<OwnLayouts, "layouts" | "note"> {
  const types = map.types();
  if (types.state === "none") return { layouts: undefined };
  if (types.state === "unavailable") return { layouts: undefined, note: `${types.reason}; showing bytes` };
  return knownTypes(map, types, { misread: false, tags: true });
}

function knownTypes(map: MapSource, types: KnownTypes, how: HowToRead): Pick<OwnLayouts, "layouts" | "note"> {
  try {
    return { layouts: buildLayouts(map, types, how) };
  } catch (error) {
    if (!(error instanceof EbpfMapError)) throw error;
    return { layouts: undefined, note: `${error.message}; showing bytes` };
  }
}

/** See `layoutFromBtf`; only our own formats look at tags. */
interface HowToRead {
  readonly misread: boolean;
  readonly tags: boolean;
}

type KnownTypes = MapTypes & { state: "known" };

/** 5.10 refuses BTF with certain newer kinds, wherever in the BTF they stand. */
function refusalOf({ types }: KnownTypes, map: MapSource): string | undefined {
  if (types.fourBitKinds) return undefined;
  return map.info.btfVmlinuxValueTypeId !== 0 ? "failed to get kernel btf" : "failed to get btf";
}

function buildLayouts(map: MapSource, known: KnownTypes, { misread, tags }: HowToRead): EntryLayouts {
  const { shape, label } = map;
  const { keyTypeId, valueTypeId } = known;
  const types = misread ? withFourBitKinds(known.types) : known.types;
  const key = keyTypeId === 0 ? undefined : layoutFromBtf(types, keyTypeId, { misread, tags });
  const value = layoutFromBtf(types, valueTypeId, { misread, tags });
  if (key !== undefined && key.size > shape.keySize) throw mismatch(label, "key", key.size, shape.keySize);
  if (value.size > shape.valueSize) throw mismatch(label, "value", value.size, shape.valueSize);
  return { key, value };
}

function mismatch(label: string, side: string, typeSize: number, size: number): EbpfMapError {
  const message = `decode ${label}: its ${side} type has ${typeSize} bytes, its ${side}s have ${size}`;
  return new EbpfMapError("LAYOUT_INVALID", message, { typeSize, size });
}
