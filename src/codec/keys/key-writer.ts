import type { ArrayLayout, FieldLayout, Layout, RecordLayout, SectionLayout } from "../../schema/layout.ts";
import { namedFields } from "../../schema/named-fields.ts";
import { typeText } from "../access/accessor.ts";
import { listWriter } from "./list-writer.ts";
import {
  type BitPlace,
  enumWriter,
  floatWriter,
  integerWriter,
  intWriter,
  putBytes,
  type Target,
  type Writer,
} from "./scalar-writer.ts";
import { inside, TypeMismatch } from "./type-mismatch.ts";

/** What is taken besides, and what isn't, where somebody has written a key down. Both throw a TypeMismatch for what isn't. */
export interface Spelling {
  /** The bytes of a value of which a type knows a spelling of its own; undefined for all others. */
  readonly bytes: (layout: Layout, value: unknown) => Uint8Array | undefined;
  /** Checks which members of a record are given. */
  readonly members: (layout: RecordLayout | SectionLayout, given: ReadonlySet<string>) => void;
}

/**
 * Compiles a Layout into what writes a JavaScript value as bytes. Integers are safe numbers, bigints, or digits in a
 * string (0x… for hexadecimal); an array of char is a string, filled up with NULs, or its bytes; an enum is a name or a
 * number. A struct needs each of its fields by name and no others, a union at least one of its members, which must agree
 * where they overlap. What doesn't fit is thrown as a TypeMismatch.
 */
export function compileWriter(layout: Layout, spelling?: Spelling): Writer {
  return new WriterCompiler(spelling).of(layout, 0);
}

type RecordWriter = (to: Target, at: number, value: Readonly<Record<string, unknown>>) => void;

/** One member: a field by its name, or an anonymous record whose fields stand in the object around it. */
interface Member {
  readonly names: readonly string[];
  readonly write: RecordWriter;
}

class WriterCompiler {
  readonly #spelling: Spelling | undefined;
  /** Writers of records and arrays, each made once however often it occurs, so that the work is bounded by the types. */
  readonly #made = new Map<Layout, Writer>();

  constructor(spelling: Spelling | undefined) {
    this.#spelling = spelling;
  }

  of(layout: Layout, offset: number): Writer {
    const write = this.#plain(layout, offset);
    const spelling = this.#spelling;
    if (spelling === undefined) return write;
    return (to, at, value) => {
      const bytes = spelling.bytes(layout, value);
      if (bytes === undefined) write(to, at, value);
      else putBytes(to, at + offset, bytes);
    };
  }

  #plain(layout: Layout, offset: number): Writer {
    switch (layout.kind) {
      case "int":
        if (layout.encoding === "bool") return intWriter(layout, { offset, shift: 0, width: 8 });
        return intWriter(layout, placeOf(offset * 8 + layout.bitOffset, layout.bits));
      case "enum":
        return enumWriter(layout, placeOf(offset * 8, layout.size * 8));
      case "pointer":
        return integerWriter(layout.typeName || "pointer", placeOf(offset * 8, 64), false);
      case "float":
        return floatWriter(layout, offset);
      case "opaque":
        return () => undefined;
      case "array":
      case "struct":
      case "union":
      case "section": {
        const write = this.#made.get(layout) ?? this.#composite(layout);
        this.#made.set(layout, write);
        return (to, at, value) => write(to, at + offset, value);
      }
    }
    return layout satisfies never;
  }

  #composite(layout: ArrayLayout | RecordLayout | SectionLayout): Writer {
    if (layout.kind === "array") return this.#array(layout);
    const names = namedFields(layout).map(({ name }) => name);
    const known = new Set(names);
    const write = this.#record(layout);
    return (to, at, value) => {
      if (!isRecord(value)) throw new TypeMismatch(recordName(layout), { kind: "object", names }, value);
      const given = new Set(Object.keys(value));
      const other = [...given].find((name) => !known.has(name));
      if (other !== undefined) throw new TypeMismatch(recordName(layout), { kind: "field", names }, other);
      this.#spelling?.members(layout, given);
      write(to, at, value);
    };
  }

  #record(layout: RecordLayout | SectionLayout): RecordWriter {
    const members = this.#members(layout);
    if (layout.kind === "union") return unionWriter(layout, members);
    return (to, at, value) => {
      for (const { write } of members) write(to, at, value);
    };
  }

  #members(layout: RecordLayout | SectionLayout): Member[] {
    if (layout.kind !== "section") return layout.fields.map((field) => this.#member(field));
    return layout.vars.map(({ name, offset, layout: type }) => named(name, this.of(type, offset)));
  }

  #member(field: FieldLayout): Member {
    const { name, bitOffset, layout } = field;
    const isRecordLayout = layout.kind === "struct" || layout.kind === "union";
    if (name !== "" || !isRecordLayout) return named(name, this.#field(field));
    const write = this.#record(layout);
    const names = namedFields(layout).map((inner) => inner.name);
    return { names, write: (to, at, value) => write(to, at + bitOffset / 8, value) };
  }

  #field({ bitOffset, bitfieldBits, layout }: FieldLayout): Writer {
    if (bitfieldBits === 0 && bitOffset % 8 === 0) return this.of(layout, bitOffset / 8);
    if (layout.kind === "int" && bitfieldBits === 0)
      return intWriter(layout, placeOf(bitOffset + layout.bitOffset, layout.bits));
    const place = placeOf(bitOffset, bitfieldBits);
    if (layout.kind === "enum") return enumWriter(layout, place);
    if (layout.kind === "int") return intWriter(layout, place);
    return integerWriter(layout.typeName, place, false);
  }

  #array(layout: ArrayLayout): Writer {
    const { element, length, size, charsDirect } = layout;
    const isBytes = element.kind === "int" && element.size === 1 && element.bits === 8;
    const isText = charsDirect || (element.kind === "int" && element.isChar);
    return listWriter({ typeName: typeText(layout), length, size, isText, isBytes }, this.of(element, 0));
  }
}

function named(name: string, write: Writer): Member {
  return {
    names: [name],
    write(to, at, value) {
      // A member without a name is padding that somebody wrote down.
      if (name === "") return;
      inside(`.${name}`, () => write(to, at, Object.hasOwn(value, name) ? value[name] : undefined));
    },
  };
}

/** Any of the members will do, alone or together. */
function unionWriter(layout: RecordLayout, members: readonly Member[]): RecordWriter {
  const names = members.flatMap((member) => member.names);
  return (to, at, value) => {
    const given = members.filter((member) => member.names.some((name) => Object.hasOwn(value, name)));
    if (given.length === 0 && members.length > 0)
      throw new TypeMismatch(recordName(layout), { kind: "member", names }, undefined);
    for (const { write } of given) write(to, at, value);
  };
}

function placeOf(bit: number, width: number): BitPlace {
  return { offset: Math.floor(bit / 8), shift: bit % 8, width };
}

function recordName({ typeName, kind }: RecordLayout | SectionLayout): string {
  return typeName || kind;
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value) && !ArrayBuffer.isView(value);
}
