import { typeName } from "../btf/type-name.ts";
import type { BtfMember, BtfType, TypeSource } from "../btf/types.ts";
import { EbpfMapError } from "../errors.ts";
import type { EnumLayout, FieldLayout, IntLayout, Layout, OpaqueLayout } from "./layout.ts";
import { isKptrTarget } from "./special-fields.ts";

/** The deepest nesting of records and arrays. The kernel refuses more than 32 levels (MAX_RESOLVE_DEPTH). */
const MAX_DEPTH = 64;
/** The widest integer: as wide as bpftool can print, and as the kernel lets a bit-field be. */
const MAX_BITS = 128;

/**
 * Builds the Layout of a BTF type. Throws BTF_INVALID for ids that aren't there and for chains that don't end, and
 * LAYOUT_INVALID for types that reach outside of their own size, nest too deep or come from a big-endian machine.
 * `misread`: the types were read with four-bit kinds, which may make a member longer than its place; then only the
 * whole must hold all that is read. `tags`: declaration tags are kept, for which all types have to be looked at.
 */
export function layoutFromBtf(
  source: TypeSource,
  typeId: number,
  { misread = false, tags = false }: { misread?: boolean; tags?: boolean } = {},
): Layout {
  if (!source.littleEndian) {
    throw new EbpfMapError("LAYOUT_INVALID", "build the layout of a type: its BTF comes from a big-endian machine");
  }
  const layout = new LayoutBuilder(source, misread, tags ? declTags(source) : NO_TAGS).build(typeId, 0);
  if (misread && reach(layout) > layout.size) throw invalid(typeId, `reaches behind its ${layout.size} bytes`);
  return layout;
}

class LayoutBuilder {
  readonly #source: TypeSource;
  readonly #misread: boolean;
  readonly #tags: DeclTags;
  readonly #built = new Map<number, Layout>();

  constructor(source: TypeSource, misread: boolean, tags: DeclTags) {
    this.#source = source;
    this.#misread = misread;
    this.#tags = tags;
  }

  build(id: number, depth: number): Layout {
    const known = this.#built.get(id);
    if (known !== undefined) return known;
    if (depth > MAX_DEPTH) throw invalid(id, `nests more than ${MAX_DEPTH} levels deep`);
    const layout = this.#resolve(id, depth);
    this.#built.set(id, layout);
    return layout;
  }

  /** Skips typedefs and qualifiers; what stands directly under a type tag is marked. */
  #resolve(id: number, depth: number): Layout {
    const name = typeName(this.#source, id);
    const tagged = this.#source.type(id).kind === "type_tag";
    let target = id;
    let tags: readonly string[] = [];
    for (let steps = 0; ; steps++) {
      const type = this.#source.type(target);
      tags = [...tags, ...(this.#tags.get(tagKey(target, -1)) ?? [])];
      if (!isModifier(type)) {
        return { ...this.#inflate(target, type, depth), typeName: name, tagged, ...(tags.length > 0 ? { tags } : {}) };
      }
      if (steps === 32) throw invalid(id, "is a chain of more than 32 typedefs and qualifiers");
      target = type.type;
    }
  }

  #inflate(id: number, type: BtfType, depth: number): Layout {
    const common = { typeName: "", tagged: false };
    switch (type.kind) {
      case "int":
        return intLayout(id, type);
      case "float":
        return { kind: "float", size: type.size, ...common };
      case "ptr":
        return {
          kind: "pointer",
          size: 8,
          ...common,
          ...(isKptrTarget(this.#source, type.type) ? { isKptr: true } : {}),
        };
      case "enum":
      case "enum64":
        return { ...enumLayout(id, type), ...common };
      case "array":
        return this.#array(id, type, depth);
      case "struct":
      case "union":
        return {
          kind: type.kind,
          size: type.size,
          fields: type.members.map((member, i) => this.#field(id, type.size, member, i, depth)),
          ...common,
        };
      case "datasec":
        return this.#section(id, type, depth);
      case "void":
        return opaque("void");
      case "fwd":
        return opaque("fwd");
      case "func":
      case "func_proto":
      case "var":
      case "decl_tag":
      case "unknown":
        return opaque("unsupported");
      default:
        throw invalid(id, `is a ${type.kind} that leads nowhere`);
    }
  }

  #array(id: number, type: BtfType & { kind: "array" }, depth: number): Layout {
    const element = this.build(type.type, depth + 1);
    const size = element.size * type.nelems;
    if (size > 0xffff_ffff) throw invalid(id, `has ${type.nelems} elements of ${element.size} bytes: too large`);
    const charsDirect = this.#isCharThroughQualifiers(type.type);
    return { kind: "array", size, element, length: type.nelems, charsDirect, typeName: "", tagged: false };
  }

  /** bpftool takes an array for a string if its element is a char behind qualifiers and type tags, but no typedef. */
  #isCharThroughQualifiers(id: number): boolean {
    let type = this.#source.type(id);
    for (let steps = 0; steps <= 32 && isModifier(type) && type.kind !== "typedef"; steps++) {
      type = this.#source.type(type.type);
    }
    return type.kind === "int" && isChar(type);
  }

  #field(id: number, size: number, member: BtfMember, index: number, depth: number): FieldLayout {
    const { name, bitOffset, bitfieldSize: bitfieldBits } = member;
    const type = this.build(member.type, depth + 1);
    const layout = bitfieldBits > 0 ? ofBits(type) : type;
    const has = `has a member ${JSON.stringify(name)}`;
    if (bitfieldBits > MAX_BITS) throw invalid(id, `${has} of ${bitfieldBits} bits, more than ${MAX_BITS}`);
    if (bitOffset % 8 !== 0 && bitfieldBits === 0 && layout.kind !== "int") {
      throw invalid(id, `${has} that begins inside a byte (bit ${bitOffset})`);
    }
    const end = bitOffset + (bitfieldBits > 0 ? bitfieldBits : bitsUsed(layout));
    if (end > size * 8 && !this.#misread)
      throw invalid(id, `${has} that ends at bit ${end}, behind the ${size} bytes of the type`);
    const tags = this.#tags.get(tagKey(id, index));
    return { name, bitOffset, bitfieldBits, layout, ...(tags === undefined ? {} : { tags }) };
  }

  #section(id: number, type: BtfType & { kind: "datasec" }, depth: number): Layout {
    const vars = type.vars.map(({ type: varId, offset }) => {
      const variable = this.#source.type(varId);
      if (variable.kind !== "var") throw invalid(id, `holds type ${varId}, which is not a variable`);
      const layout = this.build(variable.type, depth + 1);
      const end = offset + layout.size;
      if (end > type.size && !this.#misread) {
        throw invalid(
          id,
          `variable ${JSON.stringify(variable.name)} ends at ${end}, behind the section's ${type.size} bytes`,
        );
      }
      return { name: variable.name, offset, layout };
    });
    return { kind: "section", size: type.size, vars, typeName: type.name, tagged: false };
  }
}

/** Declaration tags by the type, or the member of a type, that they are on. */
type DeclTags = ReadonlyMap<string, readonly string[]>;

const NO_TAGS: DeclTags = new Map();

function declTags(source: TypeSource): DeclTags {
  const tags = new Map<string, string[]>();
  for (const [, { name, type, componentIndex }] of source.declTags?.() ?? []) {
    const key = tagKey(type, componentIndex);
    tags.set(key, [...(tags.get(key) ?? []), name]);
  }
  return tags;
}

/** `member` is -1 for the type itself. */
function tagKey(typeId: number, member: number): string {
  return `${typeId}/${member}`;
}

type Modifier = BtfType & { kind: "typedef" | "volatile" | "const" | "restrict" | "type_tag" };

function isModifier(type: BtfType): type is Modifier {
  return ["typedef", "volatile", "const", "restrict", "type_tag"].includes(type.kind);
}

function isChar(type: BtfType & { kind: "int" }): boolean {
  return type.size === 1 && (type.encoding === 2 || type.name === "char");
}

const ENCODINGS: Record<number, IntLayout["encoding"]> = { 0: "unsigned", 1: "signed", 2: "char", 4: "bool" };

function intLayout(id: number, type: BtfType & { kind: "int" }): Layout {
  const { size, bits, offset: bitOffset } = type;
  if (bits < 1 || bits > MAX_BITS || bitOffset + bits > size * 8) {
    throw invalid(id, `is an integer with bits ${bitOffset} to ${bitOffset + bits} in ${size} bytes`);
  }
  const encoding = ENCODINGS[type.encoding] ?? "other";
  return { kind: "int", size, encoding, bits, bitOffset, isChar: isChar(type), typeName: "", tagged: false };
}

/**
 * A bit-field is a number. Of a type that is none, which no compiler makes, only so many bits are there: no members.
 */
function ofBits(layout: Layout): Layout {
  if (layout.kind === "int" || layout.kind === "enum" || layout.kind === "pointer") return layout;
  const { typeName, tagged } = layout;
  const size = MAX_BITS / 8;
  return { kind: "int", size, encoding: "unsigned", bits: MAX_BITS, bitOffset: 0, isChar: false, typeName, tagged };
}

function opaque(reason: OpaqueLayout["reason"]): Layout {
  return { kind: "opaque", size: 0, reason, typeName: "", tagged: false };
}

/** Bits of a member from where it begins; an integer need not use all of its storage. */
function bitsUsed(layout: Layout): number {
  return layout.kind === "int" ? layout.bitOffset + layout.bits : layout.size * 8;
}

/** The bytes that are read for a value, from its start: its size, unless a member overhangs. */
function reach(layout: Layout): number {
  switch (layout.kind) {
    case "array":
      return layout.length === 0 ? 0 : (layout.length - 1) * layout.element.size + reach(layout.element);
    case "struct":
    case "union":
      return Math.max(0, ...layout.fields.map(fieldReach));
    case "section":
      return Math.max(0, ...layout.vars.map((variable) => variable.offset + reach(variable.layout)));
    default:
      return layout.size;
  }
}

function fieldReach({ bitOffset, bitfieldBits, layout }: FieldLayout): number {
  if (bitfieldBits > 0) return Math.ceil((bitOffset + bitfieldBits) / 8);
  if (layout.kind === "int") return Math.ceil((bitOffset + bitsUsed(layout)) / 8);
  return bitOffset / 8 + reach(layout);
}

/** The kernel takes no other sizes, and neither printing nor decoding has to know what they would mean. */
const ENUM_SIZES: readonly number[] = [1, 2, 4, 8];

function enumLayout(id: number, type: BtfType & { kind: "enum" | "enum64" }): Omit<EnumLayout, "typeName" | "tagged"> {
  const { size, signed } = type;
  if (!ENUM_SIZES.includes(size)) throw invalid(id, `is an enum of ${size} bytes`);
  if (type.kind === "enum")
    return { kind: "enum", wide: false, size, signed, values: type.values.map(narrowValue(signed)) };
  return { kind: "enum", wide: true, size, signed, values: type.values.map(wideValue(signed)) };
}

function narrowValue(signed: boolean) {
  return ({ name, value }: { name: string; value: number }): { name: string; value: bigint } => ({
    name,
    value: BigInt(signed ? value : value >>> 0),
  });
}

function wideValue(signed: boolean) {
  return ({ name, value }: { name: string; value: bigint }): { name: string; value: bigint } => ({
    name,
    value: signed ? BigInt.asIntN(64, value) : value,
  });
}

function invalid(typeId: number, what: string): EbpfMapError {
  return new EbpfMapError("LAYOUT_INVALID", `build the layout of BTF type ${typeId}: it ${what}`, { typeId });
}
