import { bytesFromText } from "../../bytes.ts";
import type { ArrayLayout, EnumLayout, Layout, RecordLayout, SectionLayout } from "../../schema/layout.ts";
import { namedFields } from "../../schema/named-fields.ts";
import { uniqueNames } from "../../unique-names.ts";
import { compileInteger, scalarKind } from "../access/accessor.ts";
import { type Field, type IntegerBits, integerBits } from "../access/field.ts";
import { LayoutCosts } from "../text/layout-costs.ts";
import { bitsOperand } from "../text/operations.ts";
import * as Op from "../text/ops.ts";
import type { ProgramWriter, ReadLocation, Routine, TableRow } from "../text/program.ts";
import type { RenderedText, TextOfBytes } from "../text/rendered-text.ts";
import type { ShownText } from "../text/shown-text.ts";
import type { JsonOptions } from "./json-options.ts";

/** Returns the rendering of a field; undefined for a field without a renderer. */
export type Render = (field: Field) => RenderedText | undefined;

/** The form that texts have, in JSON or in a format whose values are those of JSON but for its texts. */
export interface TextForm {
  /** The operation that writes an array of characters. */
  readonly chars: number;
  /** Returns the name of an enumerator. */
  readonly name: (name: string) => string;
}

/** The most bits of an integer that the engine writes. Sums of integers of 128 bits have more. */
const MOST_BITS = 128;

/** The bytes of the count before the elements of an array that has one. */
const COUNT_BYTES = 4;

/**
 * Compiles fields into programs of the text engine that write strict JSON directly from the bytes: exact, and valid
 * whatever the bytes are. Members of anonymous records belong to the enclosing record. As in the dialect's compiler, a
 * large or shared record becomes a function of its own.
 */
export class JsonCompiler {
  readonly #program: ProgramWriter;
  readonly #options: JsonOptions;
  readonly #render: Render;
  readonly #shown: ShownText;
  readonly #texts: TextForm;
  readonly #costs = new LayoutCosts();
  readonly #functionOf = new Map<Layout, Routine>();
  readonly #tableOf = new Map<Layout, number>();

  constructor(
    program: ProgramWriter,
    options: JsonOptions,
    render: Render,
    shown: ShownText,
    texts: TextForm = jsonTexts(shown),
  ) {
    this.#program = program;
    this.#options = options;
    this.#render = render;
    this.#shown = shown;
    this.#texts = texts;
  }

  /** Emits the text of a field; `place` is the key or value that it belongs to, `slots` are in use. */
  field(code: Routine, field: Field, place: ReadLocation, slots: number): void {
    this.#costs.add(field.layout, field.path);
    this.#emit(code, field, place, slots);
  }

  #emit(code: Routine, field: Field, place: ReadLocation, slots: number): void {
    const rendering = this.#render(field);
    if (rendering !== undefined) {
      code.op(Op.RENDER, place, this.#program.renderings.push(rendering) - 1);
      return;
    }
    const start = at(place, field.bitOffset);
    switch (scalarKind(field)) {
      case "integer":
        if (field.layout.kind === "enum") this.#enum(code, field, field.layout, place);
        else this.#integer(code, field, place);
        return;
      case "bool":
        emitBool(code, field, place);
        return;
      case "float":
        code.op(field.layout.size === 4 ? Op.F32 : Op.F64, start);
        return;
      case "text":
        code.op(this.#texts.chars, start, field.layout.size);
        return;
      case "none":
        this.#compound(code, field, start, slots);
    }
  }

  #compound(code: Routine, field: Field, start: ReadLocation, slots: number): void {
    const { layout } = field;
    switch (layout.kind) {
      case "array":
        if (layout.counted) this.#distinct(code, field, layout, start, slots);
        else this.#elements(code, field, layout, start, slots);
        return;
      case "struct":
      case "union":
      case "section":
        this.#record(code, field, layout, start, slots);
        return;
      case "float":
        // JavaScript has no type for long double and half floats.
        code.op(Op.HEX_STRING, start, layout.size);
        return;
      default:
        code.literal("null");
    }
  }

  #integer(code: Routine, field: Field, place: ReadLocation): void {
    const bits = integerBits(field);
    if (bits === undefined) return;
    const mark = this.#options.int64 === "string" && field.layout.size >= 8 ? '"' : "";
    code.literal(mark);
    if (bits.width > MOST_BITS) this.#wideInteger(code, field, place);
    else emitNumber(code, bits, place);
    code.literal(mark);
  }

  /** Has JavaScript write the digits. */
  #wideInteger(code: Routine, field: Field, place: ReadLocation): void {
    const read = compileInteger(field);
    const text: TextOfBytes = (bytes, view, at) => String(read?.(bytes, view, at));
    code.op(Op.RENDER, place, this.#program.renderings.push({ isNumber: true, text }) - 1);
  }

  #enum(code: Routine, field: Field, layout: EnumLayout, place: ReadLocation): void {
    const bits = integerBits(field);
    if (bits === undefined) return;
    const { enums, int64 } = this.#options;
    const quote = int64 === "string" && layout.size === 8 ? '"' : "";
    const named = enums === "number" ? undefined : this.#namedEnum(code, bits, layout, place, quote);
    code.literal(enums === "both" ? `{"name":null,"value":${quote}` : quote);
    emitNumber(code, bits, place);
    code.literal(enums === "both" ? `${quote}}` : quote);
    if (named !== undefined) code.jump(named, code.here());
  }

  /** Emits the names of an enum. Returns the line of the operation that passes what stands for a value without one. */
  #namedEnum(code: Routine, bits: IntegerBits, layout: EnumLayout, place: ReadLocation, quote: string): number {
    let table = this.#tableOf.get(layout);
    if (table === undefined) {
      table = this.#program.table(layout.values.map(({ name, value }) => this.#enumerator(name, value, quote)));
      this.#tableOf.set(layout, table);
    }
    const { start, width, signed } = bits;
    const whole = start % 8 === 0 ? WHOLE_ENUMS[width] : undefined;
    if (whole !== undefined) return code.op(signed ? whole.signed : whole.unsigned, at(place, start), table);
    code.op(Op.BITS, at(place, start), bitsOperand(start % 8, width, signed));
    return code.op(Op.ENUM_BITS, place, table);
  }

  #enumerator(name: string, value: bigint, quote: string): TableRow {
    const text = this.#texts.name(name);
    const content = this.#options.enums === "both" ? `{"name":${text},"value":${quote}${value}${quote}}` : text;
    return { value: BigInt.asIntN(64, value), name: bytesFromText(content) };
  }

  #elements(code: Routine, field: Field, { element, length }: ArrayLayout, start: ReadLocation, slots: number): void {
    if (length === 0) {
      code.literal("[]");
      return;
    }
    code.literal("[");
    code.loop(start, slots, length, element.size);
    this.#turns(code, field, element, slots);
    code.literal("]");
  }

  /** Emits the turns of a loop over elements. */
  #turns(code: Routine, field: Field, element: Layout, slot: number): void {
    const top = code.here();
    const one: Field = { ...field, path: `${field.path}[]`, layout: element, bitOffset: 0, bitfieldBits: 0 };
    this.#emit(code, one, { slot, offset: 0, end: element.size }, slot + 1);
    code.next(Op.NEXT, slot, element.size, top);
  }

  /** Emits the distinct values of CPUs: a single one alone, several as a list. */
  #distinct(code: Routine, field: Field, layout: ArrayLayout, start: ReadLocation, slots: number): void {
    const several = code.op(Op.UNLESS_ONE, start);
    const one: Field = { ...field, layout: layout.element, bitOffset: 0, bitfieldBits: 0 };
    this.#emit(code, one, at(start, 8 * COUNT_BYTES), slots);
    const done = code.op(Op.JUMP);
    code.jump(several, code.here());
    code.literal("[");
    const none = code.counted(start, slots);
    this.#turns(code, field, layout.element, slots);
    code.jump(none, code.here());
    code.literal("]");
    code.jump(done, code.here());
  }

  #record(code: Routine, field: Field, layout: RecordLayout | SectionLayout, start: ReadLocation, slots: number): void {
    if (this.#costs.isInline(layout)) {
      this.#members(code, field, layout, start, slots);
      return;
    }
    let routine = this.#functionOf.get(layout);
    if (routine === undefined) {
      routine = this.#program.routine();
      this.#functionOf.set(layout, routine);
      this.#members(routine, field, layout, { slot: 0, offset: 0, end: layout.size }, 1);
      routine.op(Op.RETURN);
    }
    code.call(routine, start, layout.size, slots);
  }

  #members(
    code: Routine,
    { side, path }: Field,
    layout: RecordLayout | SectionLayout,
    start: ReadLocation,
    slots: number,
  ): void {
    code.literal("{");
    const fields = namedFields(layout);
    // Names that differ only in replaced bytes would be equal.
    const names = uniqueNames(fields.map(({ name }) => this.#shown.name(name)));
    for (const [i, { name, ...member }] of fields.entries()) {
      code.literal(Buffer.from(`${i === 0 ? "" : ","}${this.#shown.jsonName(names[i] ?? name)}:`));
      this.#emit(code, { side, path: `${path}.${name}`, ...member }, start, slots);
    }
    code.literal("}");
  }
}

function jsonTexts(shown: ShownText): TextForm {
  return {
    chars: shown.mode === "escape" ? Op.CHARS_LOSSLESS : Op.CHARS,
    name: (name) => shown.jsonName(name),
  };
}

const WHOLE_NUMBERS: Readonly<Record<number, { readonly unsigned: number; readonly signed: number }>> = {
  8: { unsigned: Op.U8, signed: Op.S8 },
  16: { unsigned: Op.U16, signed: Op.S16 },
  32: { unsigned: Op.U32, signed: Op.S32 },
  64: { unsigned: Op.U64, signed: Op.S64 },
};

const WHOLE_ENUMS: typeof WHOLE_NUMBERS = {
  8: { unsigned: Op.ENUM_U8, signed: Op.ENUM_S8 },
  16: { unsigned: Op.ENUM_U16, signed: Op.ENUM_S16 },
  32: { unsigned: Op.ENUM_U32, signed: Op.ENUM_S32 },
  64: { unsigned: Op.ENUM_S64, signed: Op.ENUM_S64 },
};

function emitNumber(code: Routine, { start, width, signed }: IntegerBits, place: ReadLocation): void {
  const whole = start % 8 === 0 ? WHOLE_NUMBERS[width] : undefined;
  if (whole !== undefined) code.op(signed ? whole.signed : whole.unsigned, at(place, start));
  else code.op(Op.DECIMAL, at(place, start), bitsOperand(start % 8, width, signed));
}

/** Emits a bool. Except in a bit-field, only its first byte counts. */
function emitBool(code: Routine, field: Field, place: ReadLocation): void {
  const isByte = field.bitfieldBits === 0 && field.bitOffset % 8 === 0;
  const bits = isByte ? undefined : integerBits(field);
  if (bits === undefined) code.op(Op.BOOL, at(place, field.bitOffset));
  else code.op(Op.BOOL_BITS, at(place, bits.start), bitsOperand(bits.start % 8, bits.width));
}

/** Returns the place of the byte with a bit. */
function at(place: ReadLocation, bit: number): ReadLocation {
  return { ...place, offset: place.offset + Math.floor(bit / 8) };
}
