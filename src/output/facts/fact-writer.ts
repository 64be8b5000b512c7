import { strictJsonString } from "../../codec/json/strict-json.ts";
import { OutputBuffer } from "../../codec/text/output-buffer.ts";
import type { FactColumn, FactValue } from "../../query/facts/facts.ts";
import { csvLine } from "../rows/csv-line.ts";
import { withoutFormula } from "../rows/formulas.ts";
import { YamlFromJson } from "../rows/yaml-from-json.ts";
import { omittedLine } from "../terminal/bars.ts";
import { chooseColumns, type RankedColumn } from "../terminal/choose-columns.ts";
import { terminalColours } from "../terminal/colours.ts";
import { tableLines } from "../terminal/text-table.ts";
import { visible } from "../terminal/visible.ts";
import type { FactFormat } from "./formats.ts";

/** A fact as a column of output. */
export interface ShownFact<Row> extends FactColumn<Row> {
  /** The head of the table's column; by default the name. */
  readonly title?: string;
  /** The table's text; by default that of the value. */
  readonly cell?: (row: Row) => string;
  /** JSON in place of the value's, where that says more. */
  readonly json?: (row: Row) => string;
}

export interface FactWriterOptions {
  readonly format: FactFormat;
  readonly isTerminal: boolean;
  /** Columns of the terminal; undefined where nothing limits them. */
  readonly width: number | undefined;
  readonly color: boolean;
  /** CSV has an apostrophe before texts that a spreadsheet would run as formulas. */
  readonly csvSafe: boolean;
  /** Colours the row of an object to look at. */
  readonly isMarked?: (row: number) => boolean;
}

/** The least width to which a text is cut before a column gives way. */
const LEAST_TEXT = 12;

/** Writes rows in one of the formats. */
export async function writeFacts<Row>(
  rows: readonly Row[],
  columns: readonly ShownFact<Row>[],
  out: OutputBuffer,
  options: FactWriterOptions,
): Promise<void> {
  switch (options.format) {
    case "ndjson":
      for (const row of rows) out.text(`${jsonRow(row, columns)}\n`);
      return;
    case "json":
      out.text(`[${rows.map((row) => jsonRow(row, columns)).join(",\n")}]\n`);
      return;
    case "yaml":
      writeYaml(rows, columns, out);
      return;
    case "csv":
      writeCsv(rows, columns, out, options);
      return;
    case "table":
      for (const line of table(rows, columns, options)) out.text(`${line}\n`);
      return;
  }
  options.format satisfies never;
}

function jsonRow<Row>(row: Row, columns: readonly ShownFact<Row>[]): string {
  const members = columns.map((column) => {
    const json = column.json === undefined ? jsonValue(column.value(row)) : column.json(row);
    return `${strictJsonString(column.name)}:${json}`;
  });
  return `{${members.join(",")}}`;
}

/** Returns a fact as JSON; null if it is unknown. */
function jsonValue(value: FactValue): string {
  if (value === undefined) return "null";
  if (typeof value === "string") return strictJsonString(value);
  if (typeof value === "object") return `[${value.map(strictJsonString).join(",")}]`;
  return String(value);
}

function writeYaml<Row>(rows: readonly Row[], columns: readonly ShownFact<Row>[], out: OutputBuffer): void {
  const yaml = new YamlFromJson(out);
  const json = new OutputBuffer((bytes) => yaml.write(bytes), { shown: out.shown });
  for (const row of rows) json.text(`${jsonRow(row, columns)}\n`);
  json.flush();
  yaml.end();
}

function writeCsv<Row>(
  rows: readonly Row[],
  columns: readonly ShownFact<Row>[],
  out: OutputBuffer,
  { isTerminal, csvSafe }: FactWriterOptions,
): void {
  const cell = ({ kind, value }: ShownFact<Row>, row: Row): string => {
    const text = out.shown.name(plain(value(row)));
    return csvSafe ? withoutFormula(text, kind === "integer" || kind === "number") : text;
  };
  const lines = [columns.map(({ name }) => name), ...rows.map((row) => columns.map((column) => cell(column, row)))];
  for (const line of lines) out.text(csvLine(line, isTerminal));
}

function plain(value: FactValue): string {
  if (value === undefined) return "";
  return typeof value === "object" ? value.join(" ") : String(value);
}

function table<Row>(
  rows: readonly Row[],
  columns: readonly ShownFact<Row>[],
  { width, color, isMarked }: FactWriterOptions,
): string[] {
  const colours = terminalColours(color);
  const heads = columns.map(({ name, title = name, kind }, i): RankedColumn => {
    const isRight = kind === "integer" || kind === "number";
    // What stands first says what a row is; of the others, those behind go first.
    return { title, isRight, rank: i, ...(isRight ? {} : { least: LEAST_TEXT }) };
  });
  const cells = rows.map((row) => columns.map(({ cell, value }) => visible(cell?.(row) ?? plain(value(row)))));
  const { shown, widths, omitted } = chooseColumns(heads, cells, width ?? Number.POSITIVE_INFINITY);
  const chosen = shown.flatMap((i) => heads[i] ?? []);
  const paint = (text: string, line: number): string => {
    if (line === 0) return colours.bold(text);
    return isMarked?.(line - 1) === true ? colours.red(text) : text;
  };
  const texts = [chosen.map(({ title }) => title), ...cells.map((row) => shown.map((i) => row[i] ?? ""))];
  const lines = tableLines(chosen, widths, texts, paint);
  return omitted.length === 0 ? lines : [...lines, omittedLine(omitted, width ?? 0)];
}
