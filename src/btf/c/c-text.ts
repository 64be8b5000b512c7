import { ifValid } from "../invalid.ts";
import { resolveModifiers, sizeOf } from "../resolve.ts";
import type { BtfMember, BtfType, TypeSource } from "../types.ts";
import { enumBody, isEnumSize } from "./enum-text.ts";
import { commentName, Identifiers, originalName } from "./identifiers.ts";
import { MemberNames, scopeNames } from "./member-names.ts";
import { type PlacedMember, recordLines } from "./record-lines.ts";
import { bitFieldType, floatStorage, intStorage, type Storage } from "./scalar-storage.ts";
import {
  type EnumType,
  isRecordType,
  joined,
  keywordOf,
  parenthesized,
  type RecordType,
  type TaggedType,
} from "./tagged.ts";

/** A type to declare, and the name for one that C can't declare without: an int, an array, an anonymous struct. */
export interface CRoot {
  readonly id: number;
  readonly name: string;
}

/** The most members and enumerators that a text has: several times those of the kernel's largest type. */
const MAX_PARTS = 100_000;
/** The deepest nesting; the kernel takes 32 levels. */
const MAX_DEPTH = 64;
/** The widest bit-field. */
const MAX_BITS = 128;
/** The longest way from a declaration to its base type: twice what libbpf resolves. */
const MAX_CHAIN = 64;

/**
 * C text that compiles alone and declares these types: whatever they are made of stands before them, and what only
 * pointers lead to is declared forward. Compiled by clang for BPF, each struct, union and enum has the sizes and
 * offsets of the BTF. Pointers to functions are `void *`. A name that C can't have, or that is taken, is changed; a
 * comment shows the original. What is nested too deeply, too large or malformed is an array of as many bytes. Throws
 * BTF_INVALID for a root that isn't there.
 */
export function cText(source: TypeSource, roots: readonly CRoot[]): string {
  const text = new CText(source);
  for (const root of roots) text.declareRoot(root);
  return text.definitions.map((definition) => `${definition}\n`).join("\n");
}

class CText {
  readonly definitions: string[] = [];
  readonly #source: TypeSource;
  /** Structs, unions and enums share one space of names; typedefs and enumerators another. */
  readonly #tags = new Identifiers();
  readonly #words = new Identifiers();
  /** Names in the text, by type id. */
  readonly #names = new Map<number, string>();
  /** By keyword and name in the BTF: a forward declaration and the record that it announces are one type. */
  readonly #shared = new Map<string, { readonly name: string; readonly hasRecord: boolean }>();
  /** Records that are declared or defined, by their names. */
  readonly #known = new Set<string>();
  /** The types that are being spelled, to end circles, and those that are defined. */
  readonly #state = new Map<number, "open" | "defined">();
  readonly #aligns = new Map<number, number>();
  #left = MAX_PARTS;
  #depth = 0;

  constructor(source: TypeSource) {
    this.#source = source;
  }

  declareRoot({ id, name }: CRoot): void {
    const type = this.#source.type(id);
    if (type.kind === "datasec") this.#section(type);
    else if (type.kind === "typedef") this.#typedef(id, type, this.#size(id) === undefined);
    else if (type.kind === "fwd" && type.name !== "") this.#forward(id, type);
    else if (isDefinable(type)) this.#define(id, type);
    else this.definitions.push(`typedef ${this.#declaration(id, this.#words.take(name))};`);
  }

  /** `int (*name)[4]`: something of a type, for the declarator `name`. Defines before what it is made of. */
  #declaration(id: number, declarator: string, mayBeIncomplete = false): string {
    let inner = declarator;
    let qualifiers = new Set<string>();
    let isPointee = mayBeIncomplete;
    let at = id;
    for (let steps = 0; steps < MAX_CHAIN; steps++) {
      const type = this.#type(at);
      switch (type.kind) {
        case "const":
        case "volatile":
          qualifiers.add(type.kind);
          break;
        // Only a pointer can be restrict, and the attribute means nothing to a layout.
        case "restrict":
        case "type_tag":
        case "decl_tag":
        case "var":
          break;
        case "ptr":
          inner = `*${joined([...qualifiers].join(" "), inner)}`;
          qualifiers = new Set();
          isPointee = true;
          break;
        case "array":
          if (this.#size(at) === undefined) return joined([...qualifiers, NOTHING].join(" "), inner);
          inner = `${parenthesized(inner)}[${type.nelems}]`;
          isPointee = false;
          break;
        default:
          return joined([...qualifiers, this.#baseName(at, type, isPointee)].join(" "), inner);
      }
      at = type.type;
    }
    return joined(isPointee ? "void" : NOTHING, inner);
  }

  /** The name of a type that is no pointer or array. `isPointee`: it need not be complete. */
  #baseName(id: number, type: BtfType, isPointee: boolean): string {
    this.#depth++;
    try {
      return this.#depth > MAX_DEPTH ? this.#instead(id, isPointee) : this.#nameWithin(id, type, isPointee);
    } finally {
      this.#depth--;
    }
  }

  #nameWithin(id: number, type: BtfType, isPointee: boolean): string {
    switch (type.kind) {
      case "int":
        return this.#scalar(id, type.name, intStorage(type));
      case "float":
        return this.#scalar(id, type.name, floatStorage(type));
      case "struct":
      case "union":
      case "enum":
      case "enum64":
        return this.#tagged(id, type, isPointee);
      case "fwd":
        return isPointee ? this.#forward(id, type) : NOTHING;
      case "typedef":
        return this.#typedef(id, type, isPointee);
      default:
        return isPointee ? "void" : NOTHING;
    }
  }

  #tagged(id: number, type: RecordType | EnumType, isPointee: boolean): string {
    if (isPointee && isRecordType(type) && type.name !== "") return this.#forward(id, type);
    if (this.#state.get(id) === "open" || (!isRecordType(type) && !isEnumSize(type.size)))
      return this.#instead(id, isPointee);
    if (type.name !== "") return this.#define(id, type);
    this.#state.set(id, "open");
    const text = this.#body(id, type, keywordOf(type));
    this.#state.delete(id);
    return text;
  }

  /** Defines a named type, once; returns its name. */
  #define(id: number, type: RecordType | EnumType): string {
    const name = this.#tag(id, type);
    if (this.#state.get(id) === "defined") return name;
    this.#state.set(id, "open");
    const text = this.#body(id, type, name);
    this.#state.set(id, "defined");
    this.#known.add(name);
    this.definitions.push(`${originalName(type.name, name)}${text};`);
    return name;
  }

  /** Declares a record that only pointers lead to; returns its name. */
  #forward(id: number, type: TaggedType): string {
    if (type.name === "") return "void";
    const name = this.#tag(id, type);
    if (this.#state.get(id) === undefined && !this.#known.has(name)) {
      this.#known.add(name);
      this.definitions.push(`${originalName(type.name, name)}${name};`);
    }
    return name;
  }

  #tag(id: number, type: TaggedType): string {
    const known = this.#names.get(id);
    if (known !== undefined) return known;
    const key = `${keywordOf(type)} ${type.name}`;
    const shared = this.#shared.get(key);
    const isForward = type.kind === "fwd";
    const isSame = shared !== undefined && (isForward || !shared.hasRecord);
    const name = isSame ? shared.name : `${keywordOf(type)} ${this.#tags.take(type.name)}`;
    this.#shared.set(key, { name, hasRecord: !isForward || shared?.hasRecord === true });
    this.#names.set(id, name);
    return name;
  }

  /** Declares a typedef, once, and completes its type unless it is only pointed to; returns its name. */
  #typedef(id: number, type: BtfType & { kind: "typedef" }, isPointee: boolean): string {
    const target = this.#resolved(type.type);
    if (target === undefined || target.type.kind === "func_proto") return isPointee ? "void" : NOTHING;
    // C23 and C++ have bool as a keyword.
    if (type.name === "bool" && target.type.kind === "int" && intStorage(target.type).text === "_Bool") return "_Bool";
    if (!isPointee && this.#size(type.type) === undefined) return NOTHING;
    if (!isPointee && isRecordType(target.type) && target.type.name !== "") {
      if (this.#state.get(target.id) === "open") return this.#instead(id, false);
      this.#define(target.id, target.type);
    }
    const known = this.#names.get(id);
    if (known !== undefined) return known;
    if (this.#state.get(id) === "open") return this.#instead(id, isPointee);
    this.#state.set(id, "open");
    const name = this.#words.take(type.name);
    const declaration = this.#declaration(type.type, name, true);
    this.#names.set(id, name);
    this.#state.set(id, "defined");
    this.definitions.push(`${originalName(type.name, name)}typedef ${declaration};`);
    return name;
  }

  /** An integer or float by its name in C; others have typedefs. */
  #scalar(id: number, name: string, storage: Storage): string {
    if (storage.isNamed) return storage.text;
    const known = this.#names.get(id);
    if (known !== undefined) return known;
    const own = this.#words.take(name === "" ? "number" : name);
    this.#names.set(id, own);
    this.definitions.push(`${originalName(name, own)}typedef ${storage.text} ${own}${storage.suffix};`);
    return own;
  }

  /** A record or enum with its body. */
  #body(id: number, type: RecordType | EnumType, head: string): string {
    if (!isRecordType(type)) {
      this.#left -= type.values.length;
      return `${head} ${enumBody(this.#left > 0 ? type : { ...type, values: [] }, (name) => this.#words.take(name))}`;
    }
    const { text, align } = this.#record(type, head, this.#memberNames(type));
    this.#aligns.set(id, align);
    return text;
  }

  #record(type: RecordType, head: string, names: MemberNames): { text: string; align: number } {
    const members = this.#left > 0 ? type.members.flatMap((member) => this.#member(member, names)) : [undefined];
    const paddingName = (): string => names.extra("__padding");
    const body = members.includes(undefined)
      ? undefined
      : recordLines(members as PlacedMember[], { union: type.kind === "union", size: type.size, paddingName });
    if (body === undefined) return { text: `${head} ${bytesBody(names.extra("bytes"), type.size)}`, align: 1 };
    const lines = body.lines.map((line) => `\t${line.replaceAll("\n", "\n\t")}\n`).join("");
    return { text: `${head} {\n${lines}}${body.packed ? " __attribute__((packed))" : ""}`, align: body.align };
  }

  /** Nothing for an unnamed bit-field, which is padding; undefined for a member that has no place in a record of C. */
  #member(member: BtfMember, names: MemberNames): (PlacedMember | undefined)[] {
    this.#left--;
    const { name, type, bitOffset } = member;
    const bits = this.#bitField(member);
    if (bits !== undefined && (bits.width === 0 || bits.width > MAX_BITS)) return [undefined];
    const merged = this.#anonymousRecord(member);
    const own = merged === undefined ? names.next() : "";
    if (bits !== undefined && name === "") return [];
    if (bits !== undefined) {
      const storage = this.#bitStorage(type, bits.width);
      const text = `${storage.text ?? this.#declaration(type, "")} ${own}: ${bits.width}`;
      const shape = { size: storage.size, align: storage.size, bits: bits.width, attributes: PLAIN };
      return [{ bitOffset: bits.offset, text, shape }];
    }
    if (bitOffset % 8 !== 0) return [undefined];
    const { text, align } =
      merged === undefined
        ? { text: this.#declaration(type, own), align: this.#align(type) }
        : this.#merged(merged.id, merged.type, names);
    return [{ bitOffset, text, shape: { size: this.#size(type) ?? 0, align, bits: undefined, attributes: PLAIN } }];
  }

  /** The body of an anonymous record inside of another one, whose names its members share. */
  #merged(id: number, type: RecordType, names: MemberNames): { text: string; align: number } {
    const state = this.#state.get(id);
    if (this.#depth >= MAX_DEPTH || state === "open") {
      return { text: `unsigned char ${names.extra("bytes")}[${type.size}]`, align: 1 };
    }
    this.#depth++;
    this.#state.set(id, "open");
    const record = this.#record(type, type.kind, names);
    if (state === undefined) this.#state.delete(id);
    else this.#state.set(id, state);
    this.#depth--;
    return record;
  }

  #memberNames(record: RecordType): MemberNames {
    return new MemberNames(scopeNames(record, (member) => this.#anonymousRecord(member)?.type));
  }

  /** The record whose members stand beside a member without a name. */
  #anonymousRecord(member: BtfMember): { id: number; type: RecordType } | undefined {
    if (member.name !== "" || this.#bitField(member) !== undefined) return undefined;
    const resolved = this.#resolved(member.type);
    return resolved !== undefined && isRecordType(resolved.type) ? { id: resolved.id, type: resolved.type } : undefined;
  }

  /** Place and width of a bit-field; in BTF without kind_flag those are its integer's own. */
  #bitField({ type, bitOffset, bitfieldSize }: BtfMember): { offset: number; width: number } | undefined {
    if (bitfieldSize > 0) return { offset: bitOffset, width: bitfieldSize };
    const target = this.#resolved(type)?.type;
    if (target?.kind !== "int") return undefined;
    if (target.bits === target.size * 8 && bitOffset % 8 === 0) return undefined;
    return { offset: bitOffset + target.offset, width: target.bits };
  }

  /** The type to declare a bit-field with: its own, without `text`, where that can have so many bits. */
  #bitStorage(id: number, width: number): { text: string | undefined; size: number } {
    const target = this.#resolved(id)?.type;
    const isInt = target?.kind === "int" && intStorage(target).isBitField && target.bits === target.size * 8;
    const isBool = target?.kind === "int" && intStorage(target).text === "_Bool";
    const isEnum = (target?.kind === "enum" || target?.kind === "enum64") && isEnumSize(target.size);
    const fits = (isInt || isEnum) && width <= (isBool ? 1 : target.size * 8);
    if (fits) return { text: undefined, size: target.size };
    const signed = target?.kind === "int" && target.encoding === 1;
    return bitFieldType(width, signed, target?.kind === "int" ? target.size : 0);
  }

  /** Global data as a struct of the section's variables. */
  #section({ name, size, vars }: BtfType & { kind: "datasec" }): void {
    const members = vars.map(({ type, offset }): BtfMember => {
      const variable = this.#type(type);
      return { name: "name" in variable ? variable.name : "", type, bitOffset: offset * 8, bitfieldSize: 0 };
    });
    const head = `struct ${this.#tags.take(name)}`;
    const record = { kind: "struct", name, size, members } as const;
    const { text } = this.#record(record, head, this.#memberNames(record));
    this.definitions.push(`/* section ${commentName(name)} */\n${text};`);
  }

  /** A stand-in for a type that can't be named where it is wanted. */
  #instead(id: number, isPointee: boolean): string {
    if (isPointee) return "void";
    const size = this.#size(id) ?? 0;
    return size === 0 ? NOTHING : `struct ${bytesBody("bytes", size)}`;
  }

  #align(id: number): number {
    const element = this.#elementOf(id);
    const resolved = element === undefined ? undefined : this.#resolved(element);
    if (resolved === undefined || this.#depth >= MAX_DEPTH) return 1;
    const { type } = resolved;
    switch (type.kind) {
      case "ptr":
        return 8;
      case "int":
        return intStorage(type).align;
      case "float":
        return floatStorage(type).align;
      case "enum":
      case "enum64":
        return isEnumSize(type.size) ? type.size : 1;
      case "struct":
      case "union":
        return this.#state.get(resolved.id) === "open" ? 1 : (this.#aligns.get(resolved.id) ?? 1);
      default:
        return 1;
    }
  }

  /** The innermost element of arrays of arrays. */
  #elementOf(id: number): number | undefined {
    let at = id;
    for (let steps = 0; steps < MAX_CHAIN; steps++) {
      const resolved = this.#resolved(at);
      if (resolved?.type.kind !== "array") return at;
      at = resolved.type.type;
    }
    return undefined;
  }

  #type(id: number): BtfType {
    return ifValid(() => this.#source.type(id)) ?? { kind: "unknown", number: 0 };
  }

  #resolved(id: number): { id: number; type: BtfType } | undefined {
    const resolved = ifValid(() => resolveModifiers(this.#source, id));
    return resolved === undefined ? undefined : { id: resolved, type: this.#type(resolved) };
  }

  /** The size in bytes; undefined for a type that has none. */
  #size(id: number): number | undefined {
    return ifValid(() => sizeOf(this.#source, id));
  }
}

/** The type of what has no bytes. */
const NOTHING = "struct {}";

const PLAIN = { packed: false, aligned: 1 };

/** True if C can define a type under its own name. */
function isDefinable(type: BtfType): type is RecordType | EnumType {
  if (type.kind === "enum" || type.kind === "enum64") return type.name !== "" && isEnumSize(type.size);
  return isRecordType(type) && type.name !== "";
}

function bytesBody(name: string, size: number): string {
  return `{\n\tunsigned char ${name}[${size}];\n}`;
}
