import type { EntryLayouts } from "../../codec/access/entry-layouts.ts";
import type { Dialect } from "../../codec/bpftool/dialect.ts";
import type { EntryEncoder } from "../../codec/bpftool/entry-encoder.ts";
import type { EntryFormat } from "../../codec/bpftool/entry-program.ts";
import type { Program } from "../../codec/text/program.ts";
import type { ReadReport } from "../../reader/entries.ts";
import type { MapSource } from "../../reader/map-source.ts";
import { ENOENT, ENOSPC, errnoText } from "../../sys/errno.ts";
import { BPF_MAP_TYPE, isMapOfMaps, mapTypeFacts } from "../../sys/map-types.ts";
import type { JsonWriter } from "./json-writer.ts";

/** Callbacks about the progress of reads. */
export interface DumpObserver {
  /** Called after each batch with the number of entries so far. */
  readonly progress?: (map: MapSource, entries: number) => void;
  /** Called after the last batch. */
  readonly done?: (map: MapSource, report: ReadReport) => void;
}

/** The form of bpftool's output, and callbacks for what bpftool does not print. */
export interface DialectOptions {
  readonly style: "plain" | "json" | "pretty";
  readonly dialect: Dialect;
  /** Called with one line for stderr, without its new line. */
  readonly warn: (line: string) => void;
  readonly observer?: DumpObserver;
  /** Called with the program of the text engine that prints the entries of a map. */
  readonly showProgram?: ((program: Program) => void) | undefined;
}

/** Returns the format of a map's entries; `depth` is the number of open brackets around them. */
export function entryFormat(
  map: MapSource,
  { style, dialect }: DialectOptions,
  layouts: EntryLayouts | undefined,
  depth: number,
): EntryFormat {
  return { style, dialect, shape: map.shape, layouts, mapOfMaps: isMapOfMaps(map.info.type), depth };
}

/**
 * Returns what bpftool prints in place of a value that it could not read: nothing for empty slots of maps and programs.
 */
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
/** The advice to use a format that is always valid. */
const CURE = "-o ndjson is valid whatever the data";

/** Warns in one line of fields because of which a map's text is not JSON or is cut short. */
export function warnOfInvalidJson(
  { label }: MapSource,
  encoder: Pick<EntryEncoder, "invalidJsonFields">,
  warn: (line: string) => void,
): void {
  const fields = encoder.invalidJsonFields();
  if (fields.length === 0) return;
  const named = fields.slice(0, FIELDS_NAMED).map(({ path, reason }) => `${JSON.stringify(path)} is ${reason}`);
  const more = fields.length > FIELDS_NAMED ? `; and ${fields.length - FIELDS_NAMED} more` : "";
  warn(`Warning: ${label}: not valid JSON, as bpftool prints it: ${named.join("; ")}${more} (${CURE})`);
}

/** Warns in one line of the first name or path because of which the text is not JSON. */
export function warnOfInvalidNames({ invalid }: JsonWriter, warn: (line: string) => void): void {
  if (invalid === undefined) return;
  const { text, reason } = invalid;
  warn(`Warning: not valid JSON, as bpftool prints it: ${JSON.stringify(text)} has ${reason}`);
}
