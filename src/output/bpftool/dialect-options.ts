import type { EntryLayouts } from "../../codec/access/entry-layouts.ts";
import type { Dialect } from "../../codec/bpftool/dialect.ts";
import type { EntryFormat } from "../../codec/bpftool/entry-compiler.ts";
import type { EntryEncoder } from "../../codec/bpftool/entry-encoder.ts";
import type { ReadReport } from "../../reader/entries.ts";
import type { MapSource } from "../../reader/map-source.ts";
import { ENOENT, ENOSPC, errnoText } from "../../sys/errno.ts";
import { BPF_MAP_TYPE, isMapOfMaps, mapTypeFacts } from "../../sys/map-types.ts";
import type { JsonWriter } from "./json-writer.ts";

/** Who wants to know how reads go. */
export interface DumpObserver {
  /** After each batch: entries so far. */
  readonly progress?: (map: MapSource, entries: number) => void;
  /** After the last one. */
  readonly done?: (map: MapSource, report: ReadReport) => void;
}

/** How the bpftool dialect is to be printed, and where remarks go that bpftool doesn't make. */
export interface DialectOptions {
  readonly style: "plain" | "json" | "pretty";
  readonly dialect: Dialect;
  /** Called with one line without a new line: it belongs on stderr. */
  readonly warn: (line: string) => void;
  readonly observer?: DumpObserver;
}

/** The format of a map's entries at so many open brackets. */
export function entryFormat(
  map: MapSource,
  { style, dialect }: DialectOptions,
  layouts: EntryLayouts | undefined,
  depth: number,
): EntryFormat {
  return { style, dialect, shape: map.shape, layouts, mapOfMaps: isMapOfMaps(map.info.type), depth };
}

/** What bpftool prints in place of a value that couldn't be read; nothing for an empty slot of maps and programs. */
export function entryErrorText(type: number, style: DialectOptions["style"]): (errno: number) => string | undefined {
  const emptySlots = ["map-id", "prog-id"].includes(mapTypeFacts(type).values);
  return (errno) => {
    if (errno === ENOENT && emptySlots) return undefined;
    if (style !== "plain") return errnoText(errno);
    if (errno === ENOENT) return "<no entry>";
    if (errno === ENOSPC && type === BPF_MAP_TYPE.REUSEPORT_SOCKARRAY) return "<cannot read>";
    return errnoText(errno);
  };
}

const FIELDS_NAMED = 3;
/** The format that is always valid. */
const CURE = "-o ndjson is valid whatever the data";

/** One line about the fields because of which a map's text isn't JSON or is cut short, where there are any. */
export function warnOfInvalidJson({ label }: MapSource, encoder: EntryEncoder, warn: (line: string) => void): void {
  const fields = encoder.invalidJsonFields();
  if (fields.length === 0) return;
  const named = fields.slice(0, FIELDS_NAMED).map(({ path, reason }) => `${JSON.stringify(path)} is ${reason}`);
  const more = fields.length > FIELDS_NAMED ? `; and ${fields.length - FIELDS_NAMED} more` : "";
  warn(`Warning: ${label}: not valid JSON, as bpftool prints it: ${named.join("; ")}${more} (${CURE})`);
}

/** The same line about names and paths of maps. */
export function warnOfInvalidNames({ invalid }: JsonWriter, warn: (line: string) => void): void {
  if (invalid === undefined) return;
  const { text, reason } = invalid;
  warn(`Warning: not valid JSON, as bpftool prints it: ${JSON.stringify(text)} has ${reason}`);
}
