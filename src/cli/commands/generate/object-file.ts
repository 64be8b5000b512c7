import { basename } from "node:path";
import type { SearchableTypes } from "../../../btf/types.ts";
import type { EventForm, GeneratedEvents, GeneratedFile, GeneratedMap } from "../../../codegen/generated.ts";
import { EbpfMapError } from "../../../errors.ts";
import { declareType } from "../../../schema/c/declaration.ts";
import { type DeclaredMap, declaredMaps } from "../../../schema/declared-map.ts";
import { layoutFromBtf } from "../../../schema/from-btf.ts";
import type { Layout } from "../../../schema/layout.ts";
import { TypeTable } from "../../../schema/type-table.ts";
import { BPF_MAP_TYPE, holdsIds, isPerCpu, isStream, mapTypeFacts } from "../../../sys/map-types.ts";
import { keptForm, keptTypes, namedEventType } from "./event-forms.ts";

/** The sections of variables that are maps of their own: `.bss`, `.data.custom`. */
const DATA_SECTION = /^\.(bss|data|rodata)(\.[^.].*)?$/;

/** The kinds of maps whose types the kernel keeps; loaders leave them out for others. */
const KEEP_TYPES: readonly number[] = [
  BPF_MAP_TYPE.HASH,
  BPF_MAP_TYPE.ARRAY,
  BPF_MAP_TYPE.PERCPU_HASH,
  BPF_MAP_TYPE.PERCPU_ARRAY,
  BPF_MAP_TYPE.LRU_HASH,
  BPF_MAP_TYPE.LRU_PERCPU_HASH,
  BPF_MAP_TYPE.LPM_TRIE,
];

/**
 * Everything that an object file declares for its readers: maps, streams of events and global data. `asked` is the form
 * of all events where the command line names it; otherwise the type that a stream's declaration has, or those that the
 * file keeps for readers.
 */
export function generatedObject(types: SearchableTypes, path: string, asked: EventForm | undefined): GeneratedFile {
  const [maps, streams, leftOut]: [GeneratedMap[], GeneratedEvents[], { name: string; why: string }[]] = [[], [], []];
  const kept = asked ?? keptForm(keptTypes(types));
  for (const declared of declaredMaps(types)) {
    const { name } = declared;
    const part = orReason(() => partOf(declared, types, kept, asked));
    if (typeof part === "string") leftOut.push({ name, why: part });
    else if ("events" in part) streams.push(part);
    else maps.push(part);
  }
  for (const { id, name, kind } of types.names()) {
    if (kind !== "datasec" || !DATA_SECTION.test(name)) continue;
    const section = orReason(() => globalData(types, id));
    if (typeof section === "string") leftOut.push({ name, why: section });
    else maps.push(section);
  }
  if (maps.length + streams.length > 0) return { name: basename(path), maps, streams, leftOut };
  const reasons = leftOut.map(({ name, why }) => `${name}: ${why}`).join("; ");
  throw new EbpfMapError("TYPE_INVALID", `generate a file for ${path}: it declares no map (${reasons || "no .maps"})`);
}

/** Returns the part that a file can have for a declared map, or the reason why it has none. */
function partOf(
  declared: DeclaredMap,
  types: SearchableTypes,
  kept: EventForm,
  asked: EventForm | undefined,
): GeneratedMap | GeneratedEvents | string {
  const { name, mapType, value } = declared;
  if (mapType === undefined) return "its type is not in the BTF";
  if (isStream(mapType)) {
    const own = asked === undefined && value !== undefined ? namedEventType(types, value) : undefined;
    const events: EventForm = own === undefined ? kept : { kind: "one", type: own };
    return { name, perf: mapType === BPF_MAP_TYPE.PERF_EVENT_ARRAY, events };
  }
  const { read } = mapTypeFacts(mapType);
  if (read.by === "nothing") return read.unlisted;
  return declaredEntries(declared, mapType, types);
}

/** The entries of a map as they are declared: a side of which only the size is known is bytes. */
function declaredEntries(declared: DeclaredMap, mapType: number, types: SearchableTypes): GeneratedMap | string {
  const { name, key, value, keySize = 0 } = declared;
  const valueSize = holdsIds(mapType) ? 4 : (declared.valueSize ?? 0);
  if (valueSize === 0) return "the size of its values is not in the BTF";
  const isTyped = value !== undefined && (key !== undefined || keySize === 0);
  const keyLayout = key === undefined ? undefined : layoutFromBtf(types, key, { tags: true });
  const valueLayout = holdsIds(mapType)
    ? declaredLayout("u32")
    : value === undefined
      ? declaredLayout(`u8[${valueSize}]`)
      : layoutFromBtf(types, value, { tags: true });
  const sizes = isTyped && KEEP_TYPES.includes(mapType) ? undefined : { key: keySize, value: valueSize };
  return { name, key: keyLayout, value: valueLayout, perCpu: isPerCpu(mapType), sizes };
}

function declaredLayout(text: string): Layout {
  const table = new TypeTable();
  return layoutFromBtf(table, declareType(table, text));
}

/** The section is the value of a map with one entry, whose key has no type. */
function globalData(types: SearchableTypes, id: number): GeneratedMap | string {
  const value = layoutFromBtf(types, id, { tags: true });
  if (value.size === 0) return "its size is not in the BTF";
  return { name: value.typeName, key: undefined, value, perCpu: false };
}

/** A map that can't be read is no reason to have nothing for the others. */
function orReason<T>(part: () => T): T | string {
  try {
    return part();
  } catch (error) {
    if (error instanceof EbpfMapError && (error.code === "BTF_INVALID" || error.code === "LAYOUT_INVALID"))
      return error.message;
    throw error;
  }
}
