import { wholeField } from "../../codec/access/field.ts";
import type { OutputBuffer } from "../../codec/text/output-buffer.ts";
import type { FieldPair, RowLocation } from "../../query/diff/comparisons.ts";
import type { DiffCounts } from "../../query/diff/diff.ts";
import type { LayoutDifference } from "../../query/diff/layout-differences.ts";
import { leafColumns } from "../../query/fields/columns.ts";
import type { Query } from "../../query/query.ts";
import { type CellOptions, fieldText } from "../rows/cells.ts";
import { shortTitles } from "../rows/shown-columns.ts";
import { type Mark, markColour, terminalColours } from "../terminal/colours.ts";
import { textTable } from "../terminal/text-table.ts";
import { type DiffSides, type DiffWriter, valueColumns } from "./diff-writer.ts";

export interface DiffTableOptions extends Omit<CellOptions, "shown"> {
  readonly width: number | undefined;
  readonly color: boolean;
}

type PlaceText = (place: RowLocation) => string;

/** The number of lines under one head. */
const CHUNK = 5000;

/**
 * Prints differences for people: a line for each entry that only the second map (`+`) or only the first one (`-`) has,
 * and for each field that differs (`~`), then the totals.
 */
export class DiffTable implements DiffWriter {
  readonly #out: OutputBuffer;
  readonly #options: DiffTableOptions & CellOptions;
  readonly #titles: readonly string[];
  readonly #keysOf: { readonly a: readonly PlaceText[]; readonly b: readonly PlaceText[] };
  readonly #valueOf: { readonly a: PlaceText; readonly b: PlaceText };
  readonly #fields = new Map<string, readonly [PlaceText, PlaceText]>();
  #rows: string[][] = [];

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
    this.#add(["+", ...this.#keysOf.b.map((text) => text(b)), "", "", this.#valueOf.b(b)]);
  }

  removed(a: RowLocation): void {
    this.#add(["-", ...this.#keysOf.a.map((text) => text(a)), "", this.#valueOf.a(a), ""]);
  }

  changed(a: RowLocation, b: RowLocation, fields: readonly FieldPair[]): void {
    const key = this.#keysOf.b.map((text) => text(b));
    for (const pair of fields) {
      const [ofA, ofB] = this.#textsOf(pair);
      this.#add(["~", ...key, pair.name, ofA(a), ofB(b)]);
    }
  }

  end(counts: DiffCounts | undefined): void {
    this.#flush();
    if (counts === undefined) return;
    const { added, removed, changed, same } = counts;
    this.#out.text(`${added} added, ${removed} removed, ${changed} changed, ${same} the same\n`);
  }

  #add(row: string[]): void {
    this.#rows.push(row);
    if (this.#rows.length >= CHUNK) this.#flush();
  }

  #flush(): void {
    const rows = this.#rows;
    this.#rows = [];
    if (rows.length === 0) return;
    const titles = ["", ...this.#titles, "field", "A", "B"];
    this.#print(
      titles.map((title) => ({ title })),
      rows,
    );
  }

  #print(columns: readonly { title: string }[], rows: readonly (readonly string[])[]): void {
    const { width, color } = this.#options;
    const colours = terminalColours(color);
    const paint = (text: string, row: number, column: number): string => {
      if (row < 0) return colours.bold(text);
      return column === 0 && isMark(text) ? markColour(colours, text)(text) : text;
    };
    const lines = textTable(columns, rows, { width, paint });
    for (const line of lines) {
      this.#out.text(`${line}\n`);
      this.#out.flushIfFull();
    }
  }

  #textsOf(pair: FieldPair): readonly [PlaceText, PlaceText] {
    const known = this.#fields.get(pair.name);
    if (known !== undefined) return known;
    const made = [ofValue(fieldText(pair.a, this.#options)), ofValue(fieldText(pair.b, this.#options))] as const;
    this.#fields.set(pair.name, made);
    return made;
  }
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
function keyTexts(query: Query, wanted: number, options: CellOptions): PlaceText[] {
  const { entryTypes, shape } = query;
  const cpu: PlaceText[] = shape.cpus > 0 ? [({ cpu: number }) => String(number)] : [];
  const leaves = keyLeaves(query).flatMap(({ source }) => (source.kind === "field" ? [source.field] : []));
  const isWhole = leaves.length + cpu.length !== wanted && entryTypes.key !== undefined;
  const fields = isWhole && entryTypes.key !== undefined ? [wholeField("key", entryTypes.key)] : leaves;
  const texts = fields.map((field): PlaceText => {
    const text = fieldText(field, options);
    return ({ keys, keysView, k }) => text(keys, keysView, k);
  });
  const blanks = Array.from({ length: Math.max(0, wanted - texts.length - cpu.length) }, (): PlaceText => () => "");
  return [...texts, ...blanks, ...cpu];
}

function valueText(query: Query, options: CellOptions): PlaceText {
  const texts = valueColumns(query).flatMap(({ name, source }) =>
    source.kind === "field" ? [{ name, text: ofValue(fieldText(source.field, options)) }] : [],
  );
  const [only, ...others] = texts;
  if (only !== undefined && others.length === 0) return only.text;
  return (place) => texts.map(({ name, text }) => `${name}=${text(place)}`).join(" ");
}

function ofValue(text: (bytes: Uint8Array, view: DataView, at: number) => string): PlaceText {
  return ({ values, valuesView, v }) => text(values, valuesView, v);
}
