import type { ArrayLayout, Layout, RecordLayout, SectionLayout } from "../../schema/layout.ts";
import { type Member, membersOfRecord } from "../../schema/named-fields.ts";
import { typeText } from "../access/accessor.ts";
import { integerBits, type ScalarField } from "../access/field.ts";
import { listWriter } from "./list-writer.ts";
import {
  type BitRange,
  enumWriter,
  floatWriter,
  integerWriter,
  intWriter,
  putBytes,
  type Target,
  type Writer,
} from "./scalar-writer.ts";
import { inside, TypeMismatch } from "./type-mismatch.ts";

/** Rules for keys that people write in JSON. Both functions throw a TypeMismatch for a value that they refuse. */
export interface Spelling {
  /** Returns the bytes of a value in a spelling of its type's own, such as an address; undefined for other values. */
  readonly bytes: (layout: Layout, value: unknown) => Uint8Array | undefined;
  /** Checks which members of a record are given. */
  readonly members: (
    layout: RecordLayout | SectionLayout,
    members: readonly Member[],
    given: ReadonlySet<string>,
  ) => void;
}

/**
 * Compiles a Layout into a writer of JavaScript values. It accepts integers as safe numbers, bigints or strings of
 * digits (0x… for hexadecimal), char arrays as strings (padded with NULs) or bytes, and enums as names or numbers. A
 * struct takes exactly its fields, a union one or more members, which must agree where they overlap. Anything else is
 * thrown as a TypeMismatch.
 */
export function compileWriter(layout: Layout, spelling?: Spelling): Writer {
  return new WriterCompiler(spelling).of(layout, 0);
}

type RecordWriter = (to: Target, at: number, value: Readonly<Record<string, unknown>>) => void;

/** The writer of one member: a field by name, or an anonymous record whose fields belong to the enclosing object. */
interface MemberWriter {
  readonly names: readonly string[];
  readonly write: RecordWriter;
}

class WriterCompiler {
  readonly #spelling: Spelling | undefined;
  /** Writers of records and arrays. Each is compiled once, so the work is bounded by the number of types. */
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
        return intWriter(layout, bitRange(offset * 8 + layout.bitOffset, layout.bits));
      case "enum":
        return enumWriter(layout, bitRange(offset * 8, layout.size * 8));
      case "pointer":
        return integerWriter(layout.typeName || "pointer", bitRange(offset * 8, 64), false);
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
    const members = membersOfRecord(layout);
    const names = namesOf(members);
    const known = new Set(names);
    const write = this.#record(layout, members);
    return (to, at, value) => {
      if (!isRecord(value)) throw new TypeMismatch(recordName(layout), { kind: "object", names }, value);
      const given = new Set(Object.keys(value));
      const other = [...given].find((name) => !known.has(name));
      if (other !== undefined) throw new TypeMismatch(recordName(layout), { kind: "field", names }, other);
      this.#spelling?.members(layout, members, given);
      write(to, at, value);
    };
  }

  #record(layout: Layout, members: readonly Member[]): RecordWriter {
    const writers = members.map((member) => this.#member(member));
    if (layout.kind === "union") return unionWriter(layout, writers);
    return (to, at, value) => {
      for (const { write } of writers) write(to, at, value);
    };
  }

  #member({ name, bitOffset, field, members }: Member): MemberWriter {
    const { layout, bitfieldBits } = field;
    if (members === undefined) return named(name, this.#field({ layout, bitOffset, bitfieldBits }));
    return { names: namesOf(members), write: this.#record(layout, members) };
  }

  #field(field: ScalarField): Writer {
    const { layout, bitOffset, bitfieldBits } = field;
    if (bitfieldBits === 0 && bitOffset % 8 === 0) return this.of(layout, bitOffset / 8);
    const { start, width, signed } = integerBits(field) ?? { start: bitOffset, width: bitfieldBits, signed: false };
    if (layout.kind === "enum") return enumWriter(layout, bitRange(start, width));
    if (layout.kind === "int") return intWriter(layout, bitRange(start, width));
    return integerWriter(layout.typeName, bitRange(start, width), signed);
  }

  #array(layout: ArrayLayout): Writer {
    const { element, length, size, charsDirect } = layout;
    const isBytes = element.kind === "int" && element.size === 1 && element.bits === 8;
    const isChars = charsDirect || (element.kind === "int" && element.isChar);
    const isText = isChars || (isBytes && layout.rendering === "char");
    return listWriter({ typeName: typeText(layout), length, size, isText, isBytes }, this.of(element, 0));
  }
}

function namesOf(members: readonly Member[]): string[] {
  return members.flatMap(({ name, members: inner }) => (inner === undefined ? [name] : namesOf(inner)));
}

function named(name: string, write: Writer): MemberWriter {
  return {
    names: [name],
    write(to, at, value) {
      inside(`.${name}`, () => write(to, at, Object.hasOwn(value, name) ? value[name] : undefined));
    },
  };
}

/** Writes one or more members of a union. */
function unionWriter(layout: RecordLayout, members: readonly MemberWriter[]): RecordWriter {
  const names = members.flatMap((member) => member.names);
  return (to, at, value) => {
    const given = members.filter((member) => member.names.some((name) => Object.hasOwn(value, name)));
    if (given.length === 0 && members.length > 0)
      throw new TypeMismatch(recordName(layout), { kind: "member", names }, undefined);
    for (const { write } of given) write(to, at, value);
  };
}

function bitRange(bit: number, width: number): BitRange {
  return { offset: Math.floor(bit / 8), shift: bit % 8, width };
}

function recordName({ typeName, kind }: RecordLayout | SectionLayout): string {
  return typeName || kind;
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value) && !ArrayBuffer.isView(value);
}
