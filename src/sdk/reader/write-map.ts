import { NEWEST_DIALECT } from "../../codec/bpftool/dialect.ts";
import type { JsonOptions } from "../../codec/json/json-options.ts";
import type { OutputBuffer } from "../../codec/text/output-buffer.ts";
import { dumpMaps } from "../../output/bpftool/dump.ts";
import { mapEntryTypes } from "../../output/rows/map-entry-types.ts";
import { openRowWriter } from "../../output/rows/open-writer.ts";
import { readQuery } from "../../output/rows/read-query.ts";
import { compileQuery } from "../../query/query.ts";
import type { MapSource } from "../../reader/map-source.ts";
import type { BpftoolFormat, StreamFormat, TextOptions } from "./stream-format.ts";

/** The styles of bpftool's dialect. */
const STYLES: Readonly<Record<BpftoolFormat, "plain" | "json" | "pretty">> = {
  bpftool: "plain",
  "bpftool-json": "json",
  "bpftool-pretty": "pretty",
};

/** The options of a reader that text depends on, those of the format, and where notes go. */
export interface WriteOptions extends TextOptions {
  readonly csvSafe?: boolean | undefined;
  readonly note: (line: string) => void;
}

/** Writes all entries of a map in a format. Values stand as they are: nothing is rendered. */
export async function writeMap(
  map: MapSource,
  format: StreamFormat,
  out: OutputBuffer,
  { int64, enums, perCpu, csvSafe = false, note }: WriteOptions,
): Promise<void> {
  if (format in STYLES) {
    await dumpMaps([map], { style: STYLES[format as BpftoolFormat], dialect: NEWEST_DIALECT, warn: note }, out);
    return;
  }
  const spec = map.shape.cpus === 0 ? {} : { perCpu };
  const query = compileQuery(spec, { entryTypes: mapEntryTypes(map).entryTypes, shape: map.shape });
  const json: JsonOptions = { int64: int64 === "string" ? "string" : "digits", enums };
  const looks = { isTerminal: false, width: undefined, color: false, scale: undefined, csvSafe };
  const writer = await openRowWriter(query, format as Exclude<StreamFormat, BpftoolFormat>, out, {
    ...looks,
    json,
    render: () => () => undefined,
    warn: note,
  });
  await readQuery(map, query, writer);
  const replaced = out.shown.note('text: "escape" keeps them');
  if (replaced !== undefined) note(replaced);
}
