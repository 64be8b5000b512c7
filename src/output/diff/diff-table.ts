import { wholeField } from "../../codec/access/field.ts";
import type { RowColumn } from "../../codec/json/json-row.ts";
import type { OutputBuffer } from "../../codec/text/output-buffer.ts";
import type { FieldPair, RowLocation } from "../../query/diff/comparisons.ts";
import type { DiffCounts } from "../../query/diff/diff.ts";
import type { LayoutDifference } from "../../query/diff/layout-differences.ts";
import { leafColumns } from "../../query/fields/columns.ts";
import type { Query } from "../../query/query.ts";
import { rateText } from "../quantities.ts";
import { type CellOptions, fieldText } from "../rows/cells.ts";
import { isNumberColumn, shortTitles } from "../rows/shown-columns.ts";
import { omittedLine } from "../terminal/bars.ts";
import { type Mark, markColour, terminalColours } from "../terminal/colours.ts";
import { GAP, type TextColumn, textTable, wantedWidths } from "../terminal/text-table.ts";
import { displayWidth, visible } from "../terminal/visible.ts";
import { type DiffSides, type DiffWriter, FieldChanges, valueColumns } from "./diff-writer.ts";

export interface DiffTableOptions extends Omit<CellOptions, "shown"> {
  readonly width: number | undefined;
  readonly color: boolean;
  /** The time between the two maps; undefined where none is known. */
  readonly seconds?: number | undefined;
}

/** A line: the mark and the key, the field, both values, the change and the rate. */
interface DiffLine {
  readonly key: readonly string[];
  readonly cells: readonly string[];
  /** Both values are numbers, or what renderers show, which are not cut. */
  readonly isUncut: boolean;
}

type RowText = (row: RowLocation) => string;

/** The number of lines under one head. */
const CHUNK = 5000;

/**
 * Prints differences for people: a line for each entry that only the second map (`+`) or only the first one (`-`) has,
 * and for each field that differs (`~`), then the totals. Where keys and numbers have no room in a line, keys have
 * lines of their own.
 */
export class DiffTable implements DiffWriter {
  readonly #out: OutputBuffer;
  readonly #options: DiffTableOptions & CellOptions;
  readonly #titles: readonly string[];
  readonly #keysOf: { readonly a: readonly RowText[]; readonly b: readonly RowText[] };
  readonly #valueOf: { readonly a: RowText; readonly b: RowText };
  readonly #fields = new Map<string, readonly [RowText, RowText]>();
  readonly #changes = new FieldChanges();
  #rows: DiffLine[] = [];
  /** The titles of columns that had no room. */
  readonly #omitted = new Set<string>();

  constructor({ a, b }: DiffSides, out: OutputBuffer, options: DiffTableOptions) {
    this.#out = out;
    const cells = { ...options, shown: out.shown };
    this.#options = cells;
    const columns = keyLeaves(b);
    this.#titles = [...shortTitles(columns), ...(b.shape.cpus > 0 ? ["cpu"] : [])];
    this.#keysOf = { a: keyTexts(a, this.#titles.length, cells), b: keyTexts(b, this.#titles.length, cells) };
    this.#valueOf = { a: valueText(a, cells), b: valueText(b, cells) };
  }

  layouts(differences: readonly LayoutDifference[]): void {
    if (differences.length === 0) return;
    const rows = differences.map(({ path, a, b }) => [path, a ?? "-", b ?? "-"]);
    this.#out.text("The types differ:\n");
    this.#print([{ title: "field" }, { title: "A" }, { title: "B" }], rows);
    this.#out.text("\n");
  }

  added(b: RowLocation): void {
    this.#add(["+", ...this.#keysOf.b.map((text) => text(b))], ["", "", this.#valueOf.b(b), "", ""], false);
  }

  removed(a: RowLocation): void {
    this.#add(["-", ...this.#keysOf.a.map((text) => text(a))], ["", this.#valueOf.a(a), "", "", ""], false);
  }

  changed(a: RowLocation, b: RowLocation, fields: readonly FieldPair[]): void {
    const key = ["~", ...this.#keysOf.b.map((text) => text(b))];
    for (const pair of fields) {
      const [ofA, ofB] = this.#textsOf(pair);
      const change = this.#changes.of(pair)?.(a, b);
      const isUncut = isNumberColumn(columnOf(pair)) || pair.b.layout.rendering !== undefined;
      this.#add(key, [pair.name, ofA(a), ofB(b), deltaText(change), this.#rateText(change)], isUncut);
    }
  }

  end(counts: DiffCounts | undefined): void {
    this.#flush();
    const { width = Number.POSITIVE_INFINITY } = this.#options;
    if (this.#omitted.size > 0) this.#put(omittedLine([...this.#omitted], width));
    if (counts === undefined) return;
    const { added, removed, changed, same } = counts;
    this.#out.text(`${added} added, ${removed} removed, ${changed} changed, ${same} the same\n`);
  }

  #rateText(change: number | bigint | undefined): string {
    const { seconds } = this.#options;
    return change === undefined || seconds === undefined ? "" : rateText(Number(change) / seconds);
  }

  #add(key: readonly string[], cells: readonly string[], isUncut: boolean): void {
    this.#rows.push({ key, cells, isUncut });
    if (this.#rows.length >= CHUNK) this.#flush();
  }

  #flush(): void {
    const rows = this.#rows;
    this.#rows = [];
    if (rows.length === 0) return;
    const isShown = VALUES.map((_, i) => i < 3 || rows.some(({ cells }) => cells[i] !== ""));
    const values = VALUES.filter((_, i) => isShown[i]).map((title, i) => ({ title, ...valueWidth(rows, i) }));
    const valuesOf = ({ cells }: DiffLine): string[] => cells.filter((_, i) => isShown[i]);
    const keys = ["", ...this.#titles].map((title) => ({ title, least: Number.POSITIVE_INFINITY }));
    const whole = rows.map((row) => [...row.key, ...valuesOf(row)]);
    if (this.#hasRoom([...keys, ...values], whole)) this.#print([...keys, ...values], whole);
    else this.#printStacked(rows, values, rows.map(valuesOf));
  }

  /** Prints each key in a line of its own, and its fields below it. */
  #printStacked(rows: readonly DiffLine[], values: readonly TextColumn[], cells: readonly (readonly string[])[]): void {
    const [head = "", ...lines] = this.#lines(
      [{ title: " " }, ...values],
      cells.map((row) => [" ", ...row]),
    );
    const { bold } = terminalColours(this.#options.color);
    this.#out.text(`   ${bold(this.#titles.map((title) => visible(title)).join("  "))}\n${head}\n`);
    for (const [i, line] of lines.entries()) {
      const { key = [] } = rows[i] ?? {};
      if (key !== rows[i - 1]?.key) this.#put(this.#keyLine(key));
      this.#put(line);
    }
  }

  #keyLine([mark = "", ...key]: readonly string[]): string {
    const colours = terminalColours(this.#options.color);
    return `${isMark(mark) ? markColour(colours, mark)(mark) : mark}  ${key.map(visible).join("  ")}`;
  }

  #hasRoom(columns: readonly TextColumn[], rows: readonly (readonly string[])[]): boolean {
    const { width } = this.#options;
    if (width === undefined) return true;
    const titles = columns.map(({ title }) => title);
    const wanted = wantedWidths([titles, ...rows.map((row) => row.map(visible))], columns.length);
    const least = wanted.map((one, i) => Math.min(one, columns[i]?.least ?? one));
    return least.reduce((sum, one) => sum + one + GAP, -GAP) <= width;
  }

  #print(columns: readonly TextColumn[], rows: readonly (readonly string[])[]): void {
    for (const line of this.#lines(columns, rows)) this.#put(line);
  }

  #put(line: string): void {
    this.#out.text(`${line}\n`);
    this.#out.flushIfFull();
  }

  #lines(columns: readonly TextColumn[], rows: readonly (readonly string[])[]): string[] {
    const { width, color } = this.#options;
    const colours = terminalColours(color);
    const paint = (text: string, row: number, column: number): string => {
      if (row < 0) return colours.bold(text);
      return column === 0 && isMark(text) ? markColour(colours, text)(text) : text;
    };
    const omitted = (titles: readonly string[]): void => {
      for (const title of titles) this.#omitted.add(title);
    };
    return textTable(columns, rows, { width, paint, omitted });
  }

  #textsOf(pair: FieldPair): readonly [RowText, RowText] {
    const known = this.#fields.get(pair.name);
    if (known !== undefined) return known;
    const made = [ofValue(fieldText(pair.a, this.#options)), ofValue(fieldText(pair.b, this.#options))] as const;
    this.#fields.set(pair.name, made);
    return made;
  }
}

/** The columns behind the key. */
const VALUES: readonly string[] = ["field", "A", "B", "Δ", "/s"];
/** The least width of a field's name and of values that are texts. */
const NARROWEST = 8;

/**
 * The widths to which a column of values may be narrowed, and its side: changes and rates are to the right, and whole.
 */
function valueWidth(rows: readonly DiffLine[], i: number): Pick<TextColumn, "isRight" | "least"> {
  if (i > 2) return { isRight: true };
  const uncut = i === 0 ? [] : rows.filter(({ isUncut }) => isUncut);
  return { least: uncut.reduce((most, { cells }) => Math.max(most, displayWidth(cells[i] ?? "")), NARROWEST) };
}

function columnOf({ b }: FieldPair): RowColumn {
  return { name: b.path, source: { kind: "field", field: b } };
}

function deltaText(change: number | bigint | undefined): string {
  if (change === undefined) return "";
  return `${change > 0 ? "+" : ""}${change}`;
}

function isMark(text: string): text is Mark {
  return text === "+" || text === "~" || text === "-";
}

/** Returns a column for each field of the key. */
function keyLeaves({ entryTypes }: Query): ReturnType<typeof leafColumns> {
  const columns = leafColumns({ entryTypes, cpu: false }, { elements: 0 });
  return columns.filter(({ source }) => source.kind === "field" && source.field.side === "key");
}

/** Texts of the fields of a key, or where those aren't as many as wanted the whole key in the first column. */
function keyTexts(query: Query, wanted: number, options: CellOptions): RowText[] {
  const { entryTypes, shape } = query;
  const cpu: RowText[] = shape.cpus > 0 ? [({ cpu: number }) => String(number)] : [];
  const leaves = keyLeaves(query).flatMap(({ source }) => (source.kind === "field" ? [source.field] : []));
  const isWhole = leaves.length + cpu.length !== wanted && entryTypes.key !== undefined;
  const fields = isWhole && entryTypes.key !== undefined ? [wholeField("key", entryTypes.key)] : leaves;
  const texts = fields.map((field): RowText => {
    const text = fieldText(field, options);
    return ({ keys, keysView, k }) => text(keys, keysView, k);
  });
  const blanks = Array.from({ length: Math.max(0, wanted - texts.length - cpu.length) }, (): RowText => () => "");
  return [...texts, ...blanks, ...cpu];
}

function valueText(query: Query, options: CellOptions): RowText {
  const texts = valueColumns(query).flatMap(({ name, source }) =>
    source.kind === "field" ? [{ name, text: ofValue(fieldText(source.field, options)) }] : [],
  );
  const [only, ...others] = texts;
  if (only !== undefined && others.length === 0) return only.text;
  return (row) => texts.map(({ name, text }) => `${name}=${text(row)}`).join(" ");
}

function ofValue(text: (bytes: Uint8Array, view: DataView, at: number) => string): RowText {
  return ({ values, valuesView, v }) => text(values, valuesView, v);
}
