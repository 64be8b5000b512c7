import {
  charsConverter,
  compileValueDecoder,
  type DecodedValue,
  type DecodeOptions,
  type ValueDecoder,
} from "../codec/access/value-decoder.ts";
import { CUT_MARGIN, type CutField, type CutLocation, cutFields, extentIn } from "../schema/cut-value.ts";
import type { ArrayLayout, Layout, RecordLayout } from "../schema/layout.ts";

/** Decodes a value of which there are `length` bytes at `at`. */
export type CutDecoder = (bytes: Uint8Array, view: DataView, at: number, length: number) => DecodedValue;

/**
 * Compiles a type into a decoder of events that are shorter, or whose last array has no length: see `extentIn`. What is
 * missing is null. Nothing is compiled for one length of event: every field is compiled once, when it is first needed,
 * so that a producer of ever new lengths costs no more than one that repeats itself.
 */
export function compileCutDecoder(layout: Layout, options: DecodeOptions): CutDecoder {
  const decode = rootDecoder(new CutCompiler(options), layout);
  const room = layout.size + CUT_MARGIN;
  const copy = new Uint8Array(room);
  const view = new DataView(copy.buffer);
  return (bytes, of, at, length) => {
    if (length >= layout.size) return decode(bytes, of, at, length);
    copy.set(bytes.subarray(at, at + length));
    copy.fill(0, length, length + CUT_MARGIN);
    return decode(copy, view, 0, length);
  };
}

/** A record has its members even where nothing is there. */
function rootDecoder(compiler: CutCompiler, layout: Layout): CutDecoder {
  if (layout.kind !== "struct" && layout.kind !== "union") {
    return compiler.place({ layout, bitOffset: 0, bitfieldBits: 0, isLast: true });
  }
  return (bytes, view, at, length) => compiler.record(layout, true, bytes, view, at, length);
}

class CutCompiler {
  readonly #options: DecodeOptions;
  readonly #chars: ReturnType<typeof charsConverter>;
  readonly #whole = new Map<Layout, ValueDecoder>();
  readonly #members = new Map<readonly CutField[], readonly CutDecoder[]>();

  constructor(options: DecodeOptions) {
    this.#options = options;
    this.#chars = charsConverter(options.chars);
  }

  /** The decoder of a field of the value at `at`. */
  place(place: CutLocation): CutDecoder {
    const start = Math.floor(place.bitOffset / 8);
    let whole: ValueDecoder | undefined;
    return (bytes, view, at, length) => {
      const extent = extentIn(place, length);
      switch (extent.kind) {
        case "whole":
          whole ??= this.#wholeField(place);
          return whole(bytes, view, at);
        case "missing":
          return null;
        case "members":
          return this.record(extent.layout, place.isLast, bytes, view, at + start, length - start);
        case "elements":
          return this.#elements(extent.layout, bytes, view, at + start, extent.count);
      }
    };
  }

  record(
    layout: RecordLayout,
    isLast: boolean,
    bytes: Uint8Array,
    view: DataView,
    at: number,
    length: number,
  ): DecodedValue {
    const fields = cutFields(layout, isLast);
    const decoders = this.#decodersOf(fields);
    const record: Record<string, DecodedValue> = {};
    for (const [i, { name }] of fields.entries()) {
      const value = decoders[i]?.(bytes, view, at, length) ?? null;
      // A field called __proto__ is an ordinary property.
      if (name !== "__proto__") record[name] = value;
      else Object.defineProperty(record, name, { value, enumerable: true, configurable: true, writable: true });
    }
    return record;
  }

  #decodersOf(fields: readonly CutField[]): readonly CutDecoder[] {
    const known = this.#members.get(fields) ?? fields.map((field) => this.place(field));
    this.#members.set(fields, known);
    return known;
  }

  #wholeField({ layout, bitOffset, bitfieldBits }: CutLocation): ValueDecoder {
    const start = Math.floor(bitOffset / 8);
    if (bitfieldBits === 0) {
      const decode = this.#wholeValue(layout);
      return (bytes, view, at) => decode(bytes, view, at + start);
    }
    const field = { name: "bits", bitOffset, bitfieldBits, layout };
    const around: Layout = { kind: "struct", typeName: "", tagged: false, size: start + CUT_MARGIN, fields: [field] };
    const decode = compileValueDecoder(around, this.#options);
    return (bytes, view, at) => Object.values(decode(bytes, view, at) ?? {})[0] as DecodedValue;
  }

  #wholeValue(layout: Layout): ValueDecoder {
    const known = this.#whole.get(layout) ?? compileValueDecoder(layout, this.#options);
    this.#whole.set(layout, known);
    return known;
  }

  /** The array at the end of an event: its end is that of a text, too, so that there need not be a NUL. */
  #elements(
    { element, charsDirect }: ArrayLayout,
    bytes: Uint8Array,
    view: DataView,
    at: number,
    count: number,
  ): DecodedValue {
    if (charsDirect && element.kind === "int" && element.isChar) {
      const text = this.#text(bytes, at, count);
      if (text !== undefined) return text;
    }
    const decode = this.#wholeValue(element);
    const elements: DecodedValue[] = [];
    for (let i = 0; i < count; i++) elements.push(decode(bytes, view, at + i * element.size));
    return elements;
  }

  #text(bytes: Uint8Array, at: number, count: number): string | Uint8Array | undefined {
    if (this.#options.chars === "bytes") return bytes.slice(at, at + count);
    const ended = new Uint8Array(count + 1);
    ended.set(bytes.subarray(at, at + count));
    return this.#chars(ended, 0, count + 1);
  }
}
