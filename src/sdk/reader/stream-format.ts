import type { DecodeOptions } from "../../codec/access/value-decoder.ts";
import { TEXT_MODES, type TextMode } from "../../codec/text/shown-text.ts";
import type { OutputFormat } from "../../output/rows/formats.ts";
import { BOOLEAN, CALLBACK, type OptionChecks, oneOf } from "../check-options.ts";
import type { PerCpu } from "./per-cpu.ts";
import type { ReadOptions } from "./read.ts";

/** bpftool's own: the columns or JSON-like text of `bpftool map dump`, its `--json` and its `--pretty`. */
export type BpftoolFormat = "bpftool" | "bpftool-json" | "bpftool-pretty";

/** The formats that a map can be written in. */
export type StreamFormat = OutputFormat | BpftoolFormat;

/** Options of `toReadable`. */
export interface StreamOptions extends ReadOptions {
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
  /** Texts that a spreadsheet would take for formulas are marked as text, in `csv`. */
  readonly csvSafe?: boolean;
  /** Called with a sentence about what a format has no place for: values that couldn't be read, columns without room. */
  readonly onNote?: (note: string) => void;
}

/** The options of a reader that text depends on. */
export interface TextOptions extends DecodeOptions {
  readonly perCpu: PerCpu;
}

/** The formats as words, so that a forgotten one does not compile. */
const FORMATS: Readonly<Record<StreamFormat, true>> = {
  bpftool: true,
  "bpftool-json": true,
  "bpftool-pretty": true,
  ndjson: true,
  json: true,
  csv: true,
  yaml: true,
  table: true,
  hist: true,
};

/** The checks of what a stream has beside the options of every read. */
export const FORMAT_CHECKS: OptionChecks<Omit<StreamOptions, keyof ReadOptions>> = {
  format: oneOf(...Object.keys(FORMATS)),
  text: oneOf(...TEXT_MODES),
  csvSafe: BOOLEAN,
  onNote: CALLBACK,
};
