import type { DecodeOptions } from "../../codec/access/value-decoder.ts";
import { TEXT_MODES, type TextMode } from "../../codec/text/shown-text.ts";
import { EbpfMapError } from "../../errors.ts";
import { OUTPUT_FORMATS, type OutputFormat } from "../../output/rows/formats.ts";
import { BOOLEAN, CALLBACK, type OptionChecks, oneOf } from "../check-options.ts";
import type { TextList } from "../query/paths.ts";
import {
  type AggregateQuery,
  type CpuQuery,
  type EntryQuery,
  type GroupQuery,
  isQuery,
  type SelectQuery,
} from "../query/query-options.ts";
import type { PerCpu } from "./per-cpu.ts";

const BPFTOOL_FORMATS = ["bpftool", "bpftool-json", "bpftool-pretty"] as const;

/** bpftool's own: the columns or JSON-like text of `bpftool map dump`, its `--json` and its `--pretty`. */
export type BpftoolFormat = (typeof BPFTOOL_FORMATS)[number];

/** The formats that a map can be written in. */
export type StreamFormat = OutputFormat | BpftoolFormat;

/**
 * Options of `toReadable`: those of a stream, and a query of what it gives. bpftool's formats have no place for a query
 * (USAGE).
 */
export type StreamOptions<K = never, V = never> = FormatOptions & StreamQuery<K, V>;

/** A query whose result needs no type of its own: its rows go into a format, or are streamed as they are. */
export type StreamQuery<K = never, V = never> =
  | EntryQuery<K, V>
  | CpuQuery
  | AggregateQuery
  | SelectQuery<K, V, TextList>
  | GroupQuery<K, V, TextList, TextList>;

/** The options that define what a stream gives. */
export interface FormatOptions {
  /**
   * The format of the bytes that the stream gives: those of `ebpf-map dump -o`, or bpftool's. Without it the stream is in
   * object mode and gives entries.
   */
  readonly format?: StreamFormat;
  /**
   * Bytes of a text that are not UTF-8, in formats of our own: U+FFFD stands for them ("replace", the default), or nothing
   * is lost, and not every reader takes the text ("escape").
   */
  readonly text?: TextMode;
  /** Marks texts that a spreadsheet would take for formulas as text, in `csv`; false unless given. */
  readonly csvSafe?: boolean;
  /** Called with a sentence about what a format has no place for: values that couldn't be read, columns without room. */
  readonly onNote?: (note: string) => void;
}

/** The options of a reader that text depends on. */
export interface TextOptions extends DecodeOptions {
  readonly perCpu: PerCpu;
}

/** Throws USAGE for a query that bpftool's formats have no place for. */
export function checkFormatQuery(label: string, format: StreamFormat, query: StreamQuery): void {
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
export const FORMAT_CHECKS: OptionChecks<FormatOptions> = {
  format: oneOf(...BPFTOOL_FORMATS, ...OUTPUT_FORMATS),
  text: oneOf(...TEXT_MODES),
  csvSafe: BOOLEAN,
  onNote: CALLBACK,
};
