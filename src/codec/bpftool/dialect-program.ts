import type { ArrayLayout, EnumLayout, IntLayout, Layout, RecordLayout, SectionLayout } from "../../schema/layout.ts";
import { LayoutCosts } from "../text/layout-costs.ts";
import { bitsOperand } from "../text/operations.ts";
import * as Op from "../text/ops.ts";
import type { ProgramWriter, ReadLocation, Routine, TableRow } from "../text/program.ts";
import type { Dialect } from "./dialect.ts";
import { bpftoolJsonString, invalidJsonReason } from "./json-string.ts";

/** plain: bpftool's JSON-like text of maps with BTF; json and pretty: the `formatted` part of its JSON. */
export type DialectStyle = "plain" | "json" | "pretty";

/**
 * Tells whether bpftool stops behind a value: after a type that it cannot print, it closes all brackets and omits the
 * rest. "maybe": it depends on the data, and IF_STOPPED tells.
 */
export type StopCondition = "no" | "maybe" | "yes";

/** A field whose text is not valid JSON or is cut short, and the reason. */
export interface InvalidJsonField {
  readonly path: string;
  readonly reason: string;
}

/** The place of a value, and what is around it. */
interface Context {
  /** The first slot that is not in use. */
  readonly slots: number;
  /** Open brackets. */
  readonly depth: number;
  readonly path: string;
}

/**
 * Compiles Layouts into programs of the text engine that print what bpftool prints, directly from the bytes. A record
 * or section that is large or used in several places becomes a function of its own, so that the program grows with the
 * number of types and not with the number of paths.
 */
export class DialectCompiler {
  /** Fields that make the text invalid whatever their value. */
  readonly unprintable: InvalidJsonField[] = [];
  /** Fields and enumerators that make it invalid with some values, by the number of the note that these make. */
  readonly possible: InvalidJsonField[] = [];
  readonly #program: ProgramWriter;
  readonly #dialect: Dialect;
  readonly #style: DialectStyle;
  readonly #tableOf = new Map<Layout, number>();
  readonly #functionOf = new Map<string, { routine: Routine; stop: StopCondition }>();
  readonly #costs = new LayoutCosts();
  readonly #ids = new Map<Layout, number>();

  constructor(program: ProgramWriter, dialect: Dialect, style: DialectStyle) {
    this.#program = program;
    this.#dialect = dialect;
    this.#style = style;
  }

  /** Emits the text of one value; `slots` are in use, and `depth` brackets are open. */
  value(code: Routine, layout: Layout, place: ReadLocation, context: Context): StopCondition {
    this.#costs.add(layout, context.path);
    return this.#emit(code, layout, place, 0, context);
  }

  /** Returns a new line and indentation if the style has them. */
  lineAt(depth: number): string {
    return this.#style === "json" ? "" : `\n${"    ".repeat(depth)}`;
  }

  /** Returns a name and its colon, with a comma before all but the first. */
  name(name: string, depth: number, first: boolean): Uint8Array {
    return Buffer.concat([
      Buffer.from((first ? "" : ",") + this.lineAt(depth)),
      bpftoolJsonString(name, this.#dialect),
      Buffer.from(this.#style === "json" ? ":" : ": "),
    ]);
  }

  #emit(code: Routine, layout: Layout, place: ReadLocation, bit: number, context: Context): StopCondition {
    const { path } = context;
    if (layout.tagged) return this.#unsupported(code, path, "a type tag");
    switch (layout.kind) {
      case "int":
        return this.#int(code, layout, place, bit, path);
      case "float":
        return this.#unsupported(code, path, `${layout.typeName || "float"}`);
      case "pointer":
        return this.#pointer(code, place);
      case "enum":
        return this.#enum(code, layout, place);
      case "array":
        return this.#array(code, layout, place, context);
      case "struct":
      case "union":
      case "section":
        return this.#record(code, layout, place, context);
      case "opaque":
        if (layout.reason === "unsupported") return this.#unsupported(code, path, layout.typeName || "an unknown kind");
        code.literal(layout.reason === "void" ? "(unknown)" : "(fwd-kind-invalid)");
        this.#note(path, layout.reason === "void" ? "void" : "a forward declaration");
        return layout.reason === "void" ? "no" : "yes";
    }
    return layout satisfies never;
  }

  #unsupported(code: Routine, path: string, what: string): StopCondition {
    code.literal(this.#dialect.unsupportedKind);
    this.#note(path, `${what}, which bpftool can't print`);
    return "yes";
  }

  #possibleNote(path: string, reason: string): number {
    this.possible.push({ path, reason });
    return this.#program.note();
  }

  /** Notes a name that bpftool writes as invalid JSON. */
  #checkName(name: string, path: string): void {
    const reason = this.#style === "plain" ? undefined : invalidJsonReason(name);
    if (reason !== undefined) this.#note(path, `a name with ${reason}`);
  }

  #note(path: string, reason: string): void {
    this.unprintable.push({ path, reason });
  }

  #int(code: Routine, layout: IntLayout, place: ReadLocation, bit: number, path: string): StopCondition {
    const start = bit + layout.bitOffset;
    const whole = WHOLE[layout.bits];
    if (start === 0 && layout.bits === 128)
      return this.#quoted(code, () => code.op(Op.HEX, place, bitsOperand(0, 128)));
    if (start !== 0 || layout.bits % 8 !== 0) return this.#bits(code, place, start, layout.bits);
    switch (layout.encoding) {
      case "unsigned":
      case "signed":
        if (whole === undefined) return this.#bits(code, place, 0, layout.bits);
        code.op(whole[layout.encoding], place);
        return "no";
      case "char":
        if (this.#style === "plain") code.op(Op.CHAR_PLAIN, place);
        else code.op(Op.CHAR, place, this.#possibleNote(path, UNESCAPED_CHAR));
        return "no";
      case "bool":
        code.op(Op.BOOL, place);
        return "no";
      case "other":
        this.#note(path, "an encoding that no one knows");
        return "yes";
    }
    return layout.encoding satisfies never;
  }

  /** Emits a number of any width at any bit: unsigned hex without leading zeros, a string unless the style is plain. */
  #bits(code: Routine, place: ReadLocation, start: number, bits: number): StopCondition {
    const at = { ...place, offset: place.offset + (start >> 3) };
    const shift = start & 7;
    return this.#quoted(code, () => {
      if (shift + bits === 128) code.op(Op.HEX_TO_END, at, shift);
      else code.op(Op.HEX, at, bitsOperand(shift, bits));
    });
  }

  #quoted(code: Routine, emit: () => void): StopCondition {
    const quote = this.#style === "plain" ? "" : '"';
    code.literal(`${quote}0x`);
    emit();
    code.literal(quote);
    return "no";
  }

  #pointer(code: Routine, place: ReadLocation): StopCondition {
    if (this.#style !== "plain") {
      code.op(Op.U64, place);
      return "no";
    }
    const quote = this.#dialect.quotesPointers ? '"' : "";
    code.literal(quote);
    code.op(Op.POINTER, place);
    code.literal(quote);
    return "no";
  }

  #enum(code: Routine, layout: EnumLayout, place: ReadLocation): StopCondition {
    let table = this.#tableOf.get(layout);
    if (table === undefined) {
      table = this.#program.table(layout.values.map(({ name, value }) => this.#enumerator(layout, name, value)));
      this.#tableOf.set(layout, table);
    }
    code.op(enumOperation(layout), place, table);
    return "no";
  }

  #enumerator({ typeName, wide }: EnumLayout, name: string, value: bigint): TableRow {
    const reason = this.#style === "plain" ? undefined : invalidJsonReason(name);
    return {
      value: BigInt.asIntN(wide ? 64 : 32, value),
      name: bpftoolJsonString(name, this.#dialect),
      note:
        reason === undefined
          ? undefined
          : this.#possibleNote(`${typeName || "enum"}: ${name}`, `an enumerator with ${reason}`),
    };
  }

  #array(code: Routine, layout: ArrayLayout, place: ReadLocation, context: Context): StopCondition {
    const { element, length } = layout;
    const isText = length > 0 && layout.charsDirect && element.kind === "int" && element.isChar;
    if (!isText) return this.#elements(code, layout, place, context);
    const text = code.op(this.#dialect.escapesBackslash ? Op.STRING : Op.STRING_OLD, place, length);
    const stop = this.#elements(code, layout, place, context);
    if (stop !== "no") code.op(Op.STOP);
    code.jump(text, code.here());
    return stop === "no" ? "no" : "maybe";
  }

  #elements(code: Routine, { element, length }: ArrayLayout, place: ReadLocation, context: Context): StopCondition {
    const { slots, depth, path } = context;
    code.literal("[");
    if (length === 0) {
      code.literal("]");
      return "no";
    }
    const inside = { slots: slots + 1, depth: depth + 1, path: `${path}[]` };
    const stop = loop(code, place, { slot: slots, turns: length, size: element.size, stride: element.size }, (one) =>
      this.#emit(code, element, one, 0, inside),
    );
    code.literal(`${this.lineAt(depth)}]`);
    return stop;
  }

  #record(code: Routine, layout: RecordLayout | SectionLayout, place: ReadLocation, context: Context): StopCondition {
    if (this.#costs.isInline(layout)) return this.#recordBody(code, layout, place, context);
    // Only indentation depends on the depth.
    const key = `${this.#id(layout)}/${this.#style === "json" ? 0 : context.depth}`;
    let made = this.#functionOf.get(key);
    if (made === undefined) {
      const routine = this.#program.routine();
      const stop = this.#recordBody(
        routine,
        layout,
        { slot: 0, offset: 0, end: layout.size },
        { ...context, slots: 1 },
      );
      routine.op(Op.RETURN);
      made = { routine, stop };
      this.#functionOf.set(key, made);
    }
    code.call(made.routine, place, layout.size, context.slots);
    return made.stop;
  }

  #recordBody(
    code: Routine,
    layout: RecordLayout | SectionLayout,
    place: ReadLocation,
    context: Context,
  ): StopCondition {
    return layout.kind === "section"
      ? this.#section(code, layout, place, context)
      : this.#members(code, layout, place, context);
  }

  #members(code: Routine, layout: RecordLayout, place: ReadLocation, { slots, depth, path }: Context): StopCondition {
    code.literal("{");
    const stop = sequence(code, layout.fields, ({ name, bitOffset, bitfieldBits, layout: type }, i) => {
      const at = { ...place, offset: place.offset + Math.floor(bitOffset / 8) };
      const member = { slots, depth: depth + 1, path: `${path}.${name}` };
      code.literal(this.name(name, depth + 1, i === 0));
      this.#checkName(name, member.path);
      if (bitfieldBits > 0) return this.#bits(code, at, bitOffset & 7, bitfieldBits);
      return this.#emit(code, type, at, bitOffset & 7, member);
    });
    code.literal(layout.fields.length > 0 ? `${this.lineAt(depth)}}` : "}");
    return stop;
  }

  #section(code: Routine, layout: SectionLayout, place: ReadLocation, { slots, depth, path }: Context): StopCondition {
    code.literal("{");
    code.literal(this.name(layout.typeName, depth + 1, true));
    this.#checkName(layout.typeName, path);
    code.literal("[");
    const stop = sequence(code, layout.vars, ({ name, offset, layout: type }, i) => {
      const variable = { slots, depth: depth + 3, path: `${path}.${name}` };
      code.literal(i === 0 ? "{" : ",{");
      code.literal(this.name(name, depth + 3, true));
      this.#checkName(name, variable.path);
      const stopped = this.#emit(code, type, { ...place, offset: place.offset + offset }, 0, variable);
      code.literal(`${this.lineAt(depth + 2)}}`);
      return stopped;
    });
    code.literal(`${layout.vars.length > 0 ? this.lineAt(depth + 1) : ""}]${this.lineAt(depth)}}`);
    return stop;
  }

  #id(layout: Layout): number {
    const id = this.#ids.get(layout) ?? this.#ids.size;
    this.#ids.set(layout, id);
    return id;
  }
}

const UNESCAPED_CHAR = 'a CHAR holding " or \\, which bpftool does not escape';

/** The operations for integers of whole words, by their bits. */
const WHOLE: Readonly<Record<number, { readonly unsigned: number; readonly signed: number }>> = {
  8: { unsigned: Op.U8, signed: Op.S8 },
  16: { unsigned: Op.U16, signed: Op.S16 },
  32: { unsigned: Op.U32, signed: Op.S32 },
  64: { unsigned: Op.U64, signed: Op.S64 },
};

/**
 * Returns the operation for an enum. bpftool reads eight bytes of an ENUM64 whatever its size; here a narrower one is
 * extended by its sign instead of with the bytes behind it.
 */
function enumOperation({ size, wide, signed }: EnumLayout): number {
  const unsigned = wide && !signed;
  switch (size) {
    case 1:
      return unsigned ? Op.ENUM_U8 : Op.ENUM_S8;
    case 2:
      return unsigned ? Op.ENUM_U16 : Op.ENUM_S16;
    case 4:
      return unsigned ? Op.ENUM_U32 : Op.ENUM_S32;
    default:
      return Op.ENUM_S64;
  }
}

/** The elements of a loop, whose slot begins at each of them in turn: `size` bytes each, `stride` apart. */
export interface Elements {
  readonly slot: number;
  readonly turns: number;
  readonly size: number;
  readonly stride: number;
}

/** Emits a loop that ends after an element behind which nothing is printed. */
export function loop(
  code: Routine,
  place: ReadLocation,
  { slot, turns, size, stride }: Elements,
  emit: (one: ReadLocation) => StopCondition,
): StopCondition {
  code.loop(place, slot, turns, stride);
  const top = code.here();
  const stop = emit({ slot, offset: 0, end: size });
  if (stop === "yes") return stop;
  const out = stop === "maybe" ? code.op(Op.IF_STOPPED) : undefined;
  code.next(Op.NEXT, slot, stride, top);
  if (out !== undefined) code.jump(out, code.here());
  return stop;
}

/** Emits parts until one stops. The rest behind one that may stop becomes conditional. */
function sequence<Part>(
  code: Routine,
  parts: readonly Part[],
  emit: (part: Part, index: number) => StopCondition,
): StopCondition {
  const branches: number[] = [];
  let last: StopCondition = "no";
  for (const [index, part] of parts.entries()) {
    last = emit(part, index);
    if (last === "yes") break;
    if (last === "maybe") branches.push(code.op(Op.IF_STOPPED));
  }
  if (branches.length === 0) return last;
  if (last === "yes") code.op(Op.STOP);
  const end = code.here();
  for (const branch of branches) code.jump(branch, end);
  return "maybe";
}
