import type { ArrayLayout, FieldLayout, Layout, RecordLayout, SectionLayout } from "../schema/layout.ts";
import { namedFields } from "../schema/named-fields.ts";
import { listWriter } from "./key-lists.ts";
import { inside, Misfit } from "./key-misfit.ts";
import {
  type BitPlace,
  enumWriter,
  floatWriter,
  integerWriter,
  intWriter,
  listed,
  type Target,
  type Writer,
} from "./key-scalars.ts";

/**
 * Turns a JavaScript value into the bytes of a key: a new array of the layout's size, padding zero. Throws KEY_INVALID
 * whose `details` say where (`path`: `key.addr[3]`), what the type takes (`expected`) and what there was (`got`).
 */
export type KeyEncoder = (value: unknown) => Uint8Array;

/**
 * Compiles a Layout into the inverse of `compileValueDecoder`, whatever its options: all that the decoder gives is
 * taken, unless a bool or NaN in a union hides which bytes it was made of. Integers are safe numbers, bigints, or digits in a string (0x… for hexadecimal); an array of char is a string,
 * filled up with NULs, or its bytes; an enum is a name or a number. A struct needs each of its fields by name and no
 * others, a union at least one of its members, which must agree where they overlap. `what` names the value in errors.
 */
export function compileKeyEncoder(layout: Layout, what = "key"): KeyEncoder {
  const write = writerOf(layout, 0, new Map());
  return (value) => {
    const bytes = new Uint8Array(new ArrayBuffer(layout.size));
    try {
      write({ bytes, written: new Uint8Array(layout.size) }, 0, value);
      return bytes;
    } catch (error) {
      throw error instanceof Misfit ? error.asError(what) : error;
    }
  };
}

/** Writers of records and arrays, each made once however often it occurs, so that the work is bounded by the types. */
type Made = Map<Layout, Writer>;

function writerOf(layout: Layout, offset: number, made: Made): Writer {
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
      const write = made.get(layout) ?? compositeWriter(layout, made);
      made.set(layout, write);
      return (to, at, value) => write(to, at + offset, value);
    }
  }
  return layout satisfies never;
}

function compositeWriter(layout: ArrayLayout | RecordLayout | SectionLayout, made: Made): Writer {
  if (layout.kind === "array") return arrayWriter(layout, made);
  const name = layout.typeName || layout.kind;
  const names = new Set(namedFields(layout).map((field) => field.name));
  const write = recordWriter(layout, made);
  return (to, at, value) => {
    if (!isRecord(value)) throw new Misfit(`${name} (an object with ${listed([...names])})`, value);
    for (const given of Object.keys(value)) {
      if (!names.has(given)) throw new Misfit(`only fields of ${name} (${listed([...names])})`, given);
    }
    write(to, at, value);
  };
}

type RecordWriter = (to: Target, at: number, value: Readonly<Record<string, unknown>>) => void;

/** One member: a field by its name, or an anonymous record whose fields stand in the object around it. */
interface Member {
  readonly names: readonly string[];
  readonly write: RecordWriter;
}

function recordWriter(layout: RecordLayout | SectionLayout, made: Made): RecordWriter {
  const members = membersOf(layout, made);
  if (layout.kind === "union") return unionWriter(layout, members);
  return (to, at, value) => {
    for (const { write } of members) write(to, at, value);
  };
}

function membersOf(layout: RecordLayout | SectionLayout, made: Made): Member[] {
  if (layout.kind !== "section") return layout.fields.map((field) => memberOf(field, made));
  return layout.vars.map(({ name, offset, layout: type }) => named(name, writerOf(type, offset, made)));
}

function memberOf(field: FieldLayout, made: Made): Member {
  const { name, bitOffset, layout } = field;
  const isRecordLayout = layout.kind === "struct" || layout.kind === "union";
  if (name !== "" || !isRecordLayout) return named(name, fieldWriter(field, made));
  const write = recordWriter(layout, made);
  const names = namedFields(layout).map((inner) => inner.name);
  return { names, write: (to, at, value) => write(to, at + bitOffset / 8, value) };
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

function fieldWriter({ bitOffset, bitfieldBits, layout }: FieldLayout, made: Made): Writer {
  if (bitfieldBits === 0 && bitOffset % 8 === 0) return writerOf(layout, bitOffset / 8, made);
  if (layout.kind === "int" && bitfieldBits === 0)
    return intWriter(layout, placeOf(bitOffset + layout.bitOffset, layout.bits));
  const place = placeOf(bitOffset, bitfieldBits);
  if (layout.kind === "enum") return enumWriter(layout, place);
  if (layout.kind === "int") return intWriter(layout, place);
  return integerWriter(layout.typeName, place, false);
}

function placeOf(bit: number, width: number): BitPlace {
  return { offset: Math.floor(bit / 8), shift: bit % 8, width };
}

/** Any of the members will do, alone or together. */
function unionWriter({ typeName }: RecordLayout, members: readonly Member[]): RecordWriter {
  const expected = `${typeName || "union"} (one or more of ${listed(members.flatMap(({ names }) => names))})`;
  return (to, at, value) => {
    const given = members.filter(({ names }) => names.some((name) => Object.hasOwn(value, name)));
    if (given.length === 0 && members.length > 0) throw new Misfit(expected, undefined);
    for (const { write } of given) write(to, at, value);
  };
}

function arrayWriter({ element, length, size, typeName, charsDirect }: ArrayLayout, made: Made): Writer {
  const isBytes = element.kind === "int" && element.size === 1 && element.bits === 8;
  const isText = charsDirect || (element.kind === "int" && element.isChar);
  const form = { typeName: typeName || "array", length, size, isText, isBytes };
  return listWriter(form, writerOf(element, 0, made));
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value) && !ArrayBuffer.isView(value);
}
