import type { OutputBuffer } from "../../codec/text/output-buffer.ts";
import type { FieldPair, RowLocation } from "../../query/diff/comparisons.ts";
import type { DiffCounts } from "../../query/diff/diff.ts";
import type { LayoutDifference } from "../../query/diff/layout-differences.ts";
import { roundedRate } from "../quantities.ts";
import { compileMembers, fieldColumn, type PrintMembers, type StrictOptions } from "../rows/field-json.ts";
import { type DiffSides, type DiffWriter, FieldChanges, keyColumns, valueColumns } from "./diff-writer.ts";

export interface DiffJsonOptions extends StrictOptions {
  readonly array: boolean;
  /** The time between the two maps; undefined where none is known. */
  readonly seconds?: number | undefined;
}

/**
 * Writes differences as JSON, one a line: `{"event":"layout","path":…,"a":…,"b":…}`,
 * `{"event":"added"|"removed","key":…,"value":…}` and `{"event":"changed","key":…,"fields":{"NAME":{"a":…,"b":…}}}`.
 * Fields that count have `delta`, and if the time between the maps is known `rate`, too.
 */
export class DiffJson implements DiffWriter {
  readonly #out: OutputBuffer;
  readonly #isArray: boolean;
  readonly #entryTypes: DiffSides;
  readonly #options: StrictOptions;
  readonly #seconds: number | undefined;
  readonly #changes = new FieldChanges();
  readonly #removed: PrintMembers;
  readonly #added: PrintMembers;
  readonly #key: PrintMembers;
  /** Writers of both values by the name of a field. */
  readonly #fields = new Map<string, readonly [PrintMembers, PrintMembers]>();
  #written = 0;

  constructor(entryTypes: DiffSides, out: OutputBuffer, { array, seconds, ...options }: DiffJsonOptions) {
    this.#out = out;
    this.#isArray = array;
    this.#seconds = seconds;
    this.#entryTypes = entryTypes;
    this.#options = options;
    const { a, b } = entryTypes;
    this.#removed = compileMembers([...keyColumns(a), ...valueColumns(a)], a, options, out);
    this.#added = compileMembers([...keyColumns(b), ...valueColumns(b)], b, options, out);
    this.#key = compileMembers(keyColumns(b), b, options, out);
  }

  layouts(differences: readonly LayoutDifference[]): void {
    const { shown } = this.#out;
    for (const { path, a, b } of differences) {
      this.#begin("layout");
      const [of, before, after] = [path, a, b].map((text) => (text === undefined ? "null" : shown.jsonName(text)));
      this.#out.text(`,"path":${of},"a":${before},"b":${after}`);
      this.#end();
    }
  }

  added(b: RowLocation): void {
    this.#begin("added");
    this.#added(b);
    this.#end();
  }

  removed(a: RowLocation): void {
    this.#begin("removed");
    this.#removed(a);
    this.#end();
  }

  changed(a: RowLocation, b: RowLocation, fields: readonly FieldPair[]): void {
    this.#begin("changed");
    this.#key(b);
    this.#out.text(',"fields":{');
    fields.forEach((pair, i) => {
      const [ofA, ofB] = this.#printersOf(pair);
      this.#out.text(`${i === 0 ? "" : ","}${this.#out.shown.jsonName(pair.name)}:{`);
      ofA(a);
      ofB(b);
      this.#change(a, b, pair);
      this.#out.text("}");
    });
    this.#out.text("}");
    this.#end();
  }

  end(_counts: DiffCounts | undefined): void {
    if (this.#isArray) this.#out.text(this.#written === 0 ? "[]\n" : "]\n");
  }

  #change(a: RowLocation, b: RowLocation, pair: FieldPair): void {
    const change = this.#changes.of(pair)?.(a, b);
    if (change === undefined) return;
    const isText = this.#options.int64 === "string" && pair.b.layout.size >= 8;
    this.#out.text(`,"delta":${isText ? `"${change}"` : change}`);
    if (this.#seconds !== undefined) this.#out.text(`,"rate":${roundedRate(Number(change) / this.#seconds)}`);
  }

  #begin(event: string): void {
    const before = !this.#isArray ? "" : this.#written === 0 ? "[" : ",\n";
    this.#written += 1;
    this.#out.text(`${before}{"event":"${event}"`);
  }

  #end(): void {
    this.#out.text(this.#isArray ? "}" : "}\n");
    this.#out.flushIfFull();
  }

  #printersOf(pair: FieldPair): readonly [PrintMembers, PrintMembers] {
    const known = this.#fields.get(pair.name);
    if (known !== undefined) return known;
    const { a, b } = this.#entryTypes;
    const made = [
      compileMembers([fieldColumn("a", pair.a)], a, this.#options, this.#out, ""),
      compileMembers([fieldColumn("b", pair.b)], b, this.#options, this.#out),
    ] as const;
    this.#fields.set(pair.name, made);
    return made;
  }
}
