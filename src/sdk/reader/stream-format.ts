import type { DecodeOptions } from "../../codec/access/value-decoder.ts";
import { TEXT_MODES, type TextMode } from "../../codec/text/shown-text.ts";
import { EbpfMapError } from "../../errors.ts";
import { OUTPUT_FORMATS, type OutputFormat } from "../../output/rows/formats.ts";
import { BOOLEAN, CALLBACK, checkNeeds, checkOptions, type OptionChecks, oneOf } from "../check-options.ts";
import type { TextList } from "../query/paths.ts";
import {
  type AggregateQuery,
  type AnyQuery,
  type CpuQuery,
  type EntryQuery,
  type GroupQuery,
  isQuery,
  type SelectQuery,
} from "../query/query-options.ts";
import type { PerCpu } from "./per-cpu.ts";
import type { ReadOptions } from "./read.ts";

const BPFTOOL_FORMATS = ["bpftool", "bpftool-json", "bpftool-pretty"] as const;

/** bpftool's own: the columns or JSON-like text of `bpftool map dump`, its `--json` and its `--pretty`. */
export type BpftoolFormat = (typeof BPFTOOL_FORMATS)[number];

/** The formats that a map can be written in. */
export type StreamFormat = OutputFormat | BpftoolFormat;

/**
 * Options of `toReadable`: those of a stream, and a query of what it gives. bpftool's formats have no place for a query
 * (USAGE).
 */
export type StreamOptions<K = never, V = never> =
  | (FormatOptions<OutputFormat> & StreamQuery<K, V>)
  | (FormatOptions & WholeMap);

/** The options of a read that gives all entries of a map. */
export type WholeMap = ReadOptions & { readonly [Name in Exclude<keyof AnyQuery, keyof ReadOptions>]?: undefined };

/** A query whose result needs no type of its own: its rows go into a format, or are streamed as they are. */
export type StreamQuery<K = never, V = never> =
  | EntryQuery<K, V>
  | CpuQuery
  | AggregateQuery
  | SelectQuery<K, V, TextList>
  | GroupQuery<K, V, TextList, TextList>;

/** The options that define what a stream gives: entries in object mode, or bytes in one of some formats. */
export type FormatOptions<Format extends StreamFormat = StreamFormat> =
  | {
      readonly format?: undefined;
      readonly text?: undefined;
      readonly csvSafe?: undefined;
      readonly onNote?: undefined;
    }
  | (ByteOptions & {
      /** The format of the bytes that the stream gives: those of `ebpf-map dump -o`, or bpftool's. */
      readonly format: Format;
      readonly csvSafe?: undefined;
    })
  | (ByteOptions & {
      /** The format that has values with commas between them. */
      readonly format: "csv";
      /** Marks texts that a spreadsheet would take for formulas as text; false unless given. */
      readonly csvSafe?: boolean;
    });

/** The options of a stream of bytes in any format. */
export interface ByteOptions {
  /**
   * Bytes of a text that are not UTF-8, in formats of our own: U+FFFD stands for them ("replace", the default), or
   * nothing is lost, and not every reader takes the text ("escape").
   */
  readonly text?: TextMode;
  /**
   * Called with a sentence about what a format has no place for: values that couldn't be read, columns without room.
   */
  readonly onNote?: (note: string) => void;
}

/** The options of a reader that text depends on. */
export interface TextOptions extends DecodeOptions {
  readonly perCpu: PerCpu;
}

/** Checks the options that define what a stream gives. Throws USAGE. */
export function checkFormat(label: string, given: unknown): void {
  const doing = `read ${label}`;
  checkOptions<FormatOptions>(doing, given, FORMAT_CHECKS);
  const options = given as FormatOptions;
  checkNeeds(doing, options, [
    ["text", "format"],
    ["csvSafe", "format"],
    ["onNote", "format"],
  ]);
  if (options.csvSafe !== undefined && options.format !== "csv")
    throw new EbpfMapError("USAGE", `${doing}: csvSafe needs format: "csv"`, { option: "csvSafe" });
}

/** Throws USAGE for a query that bpftool's formats have no place for. */
export function checkFormatQuery(label: string, format: StreamFormat, query: AnyQuery): void {
  if (!format.startsWith("bpftool") || !isQuery(query)) return;
  throw new EbpfMapError(
    "USAGE",
    `read ${label}: format: bpftool's formats show all entries (take ndjson or another)`,
    {
      option: "format",
    },
  );
}

/** The checks of what a stream has beside the options of every read. */
const FORMAT_CHECKS: OptionChecks<FormatOptions> = {
  format: oneOf(...BPFTOOL_FORMATS, ...OUTPUT_FORMATS),
  text: oneOf(...TEXT_MODES),
  csvSafe: BOOLEAN,
  onNote: CALLBACK,
};
