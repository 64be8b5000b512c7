import { viewOf } from "../../bytes.ts";
import { textEnd } from "../../codec/access/accessor.ts";
import { type Field, isText } from "../../codec/access/field.ts";
import { compileJsonField, type PrintField } from "../../codec/json/json-field.ts";
import type { JsonOptions } from "../../codec/json/json-options.ts";
import type { Render } from "../../codec/json/json-program.ts";
import type { OutputBuffer } from "../../codec/text/output-buffer.ts";
import { renderedJson } from "../../codec/text/rendered-text.ts";
import { CUT_MARGIN, type CutField, type CutLocation, cutFields, extentIn } from "../../schema/cut-value.ts";
import type { ArrayLayout, Layout, RecordLayout } from "../../schema/layout.ts";

/** Bytes of which some are there: `length` of those at `at`. More may be looked at, but none of them are shown. */
export interface CutBytes {
  readonly bytes: Uint8Array;
  readonly view: DataView;
  readonly at: number;
  readonly length: number;
}

/** Writes a value of which only some bytes are there, as JSON. */
export type PrintCut = (value: CutBytes) => void;

/**
 * Compiles what is at a place into a writer for values that are shorter than their type, or whose last array has no
 * length: see `extentIn`. What is missing is null. As in `compileCutDecoder`, each field is compiled once, whatever the
 * lengths of values.
 */
export function compileCutJson(place: CutLocation, options: JsonOptions, render: Render, out: OutputBuffer): PrintCut {
  return new CutPrinter(options, render, out).place(place);
}

/**
 * As `compileCutJson`, for the events of a type: a record has its members even where nothing is there. What is behind
 * the end of an event that is too short need not be memory.
 */
export function compileCutValue(layout: Layout, options: JsonOptions, render: Render, out: OutputBuffer): PrintCut {
  const print = compileCutRoot(layout, options, render, out);
  const copy = new Uint8Array(layout.size + CUT_MARGIN);
  const copyView = viewOf(copy);
  return (value) => {
    const { bytes, at, length } = value;
    if (length >= layout.size) {
      print(value);
      return;
    }
    copy.set(bytes.subarray(at, at + length));
    copy.fill(0, length, length + CUT_MARGIN);
    print({ bytes: copy, view: copyView, at: 0, length });
  };
}

/** As `compileCutValue`, for values behind whose end there is memory for a whole one. */
export function compileCutRoot(layout: Layout, options: JsonOptions, render: Render, out: OutputBuffer): PrintCut {
  const printer = new CutPrinter(options, render, out);
  const place = { layout, bitOffset: 0, bitfieldBits: 0, isLast: true };
  if (layout.kind !== "struct" && layout.kind !== "union") return printer.place(place);
  if (render(fieldAt(place)) !== undefined) return printer.place(place);
  return (value) => printer.record(layout, true, value);
}

class CutPrinter {
  readonly #options: JsonOptions;
  readonly #render: Render;
  readonly #out: OutputBuffer;
  readonly #members = new Map<readonly CutField[], readonly NamedPrinter[]>();
  readonly #elements = new Map<Layout, PrintField>();

  constructor(options: JsonOptions, render: Render, out: OutputBuffer) {
    this.#options = options;
    this.#render = render;
    this.#out = out;
  }

  place(place: CutLocation): PrintCut {
    const out = this.#out;
    const start = Math.floor(place.bitOffset / 8);
    let whole: PrintField | undefined;
    return (value) => {
      const extent = extentIn(place, value.length);
      out.flushIfFull();
      switch (extent.kind) {
        case "whole":
          whole ??= compileJsonField(fieldAt(place), this.#options, this.#render, out);
          whole(value.bytes, value.at);
          return;
        case "missing":
          out.text("null");
          return;
        case "members":
          this.record(extent.layout, place.isLast, inside(value, start));
          return;
        case "elements":
          this.#array(extent.layout, extent.count, inside(value, start));
      }
    };
  }

  record(layout: RecordLayout, isLast: boolean, value: CutBytes): void {
    const out = this.#out;
    out.text("{");
    for (const { name, print } of this.#membersOf(cutFields(layout, isLast))) {
      out.text(name);
      print(value);
    }
    out.text("}");
  }

  #membersOf(fields: readonly CutField[]): readonly NamedPrinter[] {
    const named = (field: CutField, i: number): NamedPrinter => ({
      name: `${i === 0 ? "" : ","}${this.#out.shown.jsonName(field.name)}:`,
      print: this.place(field),
    });
    const known = this.#members.get(fields) ?? fields.map(named);
    this.#members.set(fields, known);
    return known;
  }

  #array(layout: ArrayLayout, count: number, { bytes, view, at }: CutBytes): void {
    const out = this.#out;
    const { element } = layout;
    const there: ArrayLayout = { ...layout, length: count, size: count * element.size };
    const rendering = this.#render(fieldAt({ layout: there, bitOffset: 0, bitfieldBits: 0 }));
    if (rendering !== undefined) {
      out.text(renderedJson(rendering, out.shown, bytes, view, at));
    } else if (isText({ ...layout, length: 1 })) {
      out.text(out.shown.jsonOfBytes(bytes.subarray(at, textEnd(bytes, at, count))));
    } else this.#list(element, count, bytes, at);
  }

  #list(element: Layout, count: number, bytes: Uint8Array, at: number): void {
    const out = this.#out;
    const known = this.#elements.get(element);
    const place = { layout: element, bitOffset: 0, bitfieldBits: 0 };
    const print = known ?? compileJsonField(fieldAt(place), this.#options, this.#render, out);
    this.#elements.set(element, print);
    out.text("[");
    for (let i = 0; i < count; i++) {
      out.flushIfFull();
      if (i > 0) out.bytes[out.pos++] = 0x2c;
      print(bytes, at + i * element.size);
    }
    out.text("]");
  }
}

interface NamedPrinter {
  /** With the comma in front of it. */
  readonly name: string;
  readonly print: PrintCut;
}

function inside({ bytes, view, at, length }: CutBytes, start: number): CutBytes {
  return { bytes, view, at: at + start, length: length - start };
}

function fieldAt({ layout, bitOffset, bitfieldBits }: Omit<CutLocation, "isLast">): Field {
  return { path: "value", side: "value", layout, bitOffset, bitfieldBits };
}
