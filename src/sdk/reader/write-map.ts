import { NEWEST_DIALECT } from "../../codec/bpftool/dialect.ts";
import type { JsonOptions } from "../../codec/json/json-options.ts";
import type { OutputBuffer } from "../../codec/text/output-buffer.ts";
import { dumpMaps } from "../../output/bpftool/dump.ts";
import { openRowWriter } from "../../output/rows/open-writer.ts";
import { readQuery } from "../../output/rows/read-query.ts";
import type { MapSource } from "../../reader/map-source.ts";
import { inOptions, textInOptions } from "../in-options.ts";
import { compileReaderQuery, type Queried } from "../query/compile.ts";
import type { AnyQuery } from "../query/query-options.ts";
import type { BpftoolFormat, StreamFormat } from "./stream-format.ts";

/** The styles of bpftool's dialect. */
const STYLES: Readonly<Record<BpftoolFormat, "plain" | "json" | "pretty">> = {
  bpftool: "plain",
  "bpftool-json": "json",
  "bpftool-pretty": "pretty",
};

/** The query that is written, the options of the format, and where notes go. */
export interface WriteOptions {
  /** The subject of the query, and the query: an empty one writes all entries. */
  readonly queried: Queried;
  readonly asked: AnyQuery;
  readonly csvSafe?: boolean | undefined;
  readonly note: (line: string) => void;
}

/** Writes the rows of a query in a format. Values stand as they are: nothing is rendered. */
export async function writeMap(
  map: MapSource,
  format: StreamFormat,
  out: OutputBuffer,
  { queried, asked, csvSafe = false, ...options }: WriteOptions,
): Promise<void> {
  const note = (line: string): void => options.note(textInOptions(line));
  if (format in STYLES) {
    await dumpMaps([map], { style: STYLES[format as BpftoolFormat], dialect: NEWEST_DIALECT, warn: note }, out);
    return;
  }
  const query = compileReaderQuery(queried, asked, "each");
  const { int64, enums } = queried.decode;
  const json: JsonOptions = { int64: int64 === "string" ? "string" : "digits", enums };
  const looks = { isTerminal: false, width: undefined, color: false, scale: undefined, csvSafe };
  const writer = await openRowWriter(query, format as Exclude<StreamFormat, BpftoolFormat>, out, {
    ...looks,
    json,
    render: () => () => undefined,
    warn: note,
  });
  await readQuery(map, query, writer).catch((error) => {
    throw inOptions(error);
  });
  const replaced = out.shown.note('text: "escape" keeps them');
  if (replaced !== undefined) note(replaced);
}
