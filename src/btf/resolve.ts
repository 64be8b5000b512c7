import { invalidBtf } from "./invalid.ts";
import type { BtfType, TypeSource } from "./types.ts";

/** The longest chain of types that only lead to the next one: libbpf's MAX_RESOLVE_DEPTH. */
export const MAX_RESOLVE_DEPTH = 32;

/** A pointer in BPF, whatever the machine. */
export const POINTER_SIZE = 8;

/** The deepest nesting of records. The kernel takes 32 levels; the deepest type of vmlinux has 19. */
const MAX_NESTING = 64;

const MAX_SIZE = 0xffff_ffff;

/**
 * The id of the type behind typedefs, qualifiers, type tags and variables, as `btf__resolve_type` of libbpf finds it
 * (but void is an answer here). Throws BTF_INVALID for a chain of MAX_RESOLVE_DEPTH or more, so for every cycle.
 */
export function resolveModifiers(source: TypeSource, id: number): number {
  let resolved = id;
  for (let depth = 0; depth < MAX_RESOLVE_DEPTH; depth++) {
    const type = source.type(resolved);
    if (!isModifier(type)) return resolved;
    resolved = type.type;
  }
  throw tooDeep(id);
}

type Modifier = Extract<BtfType, { kind: "typedef" | "volatile" | "const" | "restrict" | "type_tag" | "var" }>;

function isModifier(type: BtfType): type is Modifier {
  switch (type.kind) {
    case "typedef":
    case "volatile":
    case "const":
    case "restrict":
    case "type_tag":
    case "var":
      return true;
    default:
      return false;
  }
}

/**
 * The size of a type in bytes, as `btf__resolve_size` of libbpf finds it. Throws BTF_INVALID for a type without size
 * (void, a forward declaration, a function, an unknown kind), for one of 4 GiB or more and for cycles.
 */
export function sizeOf(source: TypeSource, id: number): number {
  let count = 1;
  let at = id;
  for (let depth = 0; depth < MAX_RESOLVE_DEPTH; depth++) {
    const type = source.type(at);
    if (type.kind === "array") {
      count = boundedProduct(count, type.nelems, id);
      at = type.type;
    } else if (isModifier(type) || type.kind === "decl_tag") {
      at = type.type;
    } else {
      return boundedProduct(count, ownSize(type, id), id);
    }
  }
  throw tooDeep(id);
}

function ownSize(type: BtfType, typeId: number): number {
  if (type.kind === "ptr") return POINTER_SIZE;
  if ("size" in type) return type.size;
  throw invalidBtf("find the size of a BTF type", `a ${type.kind} has none`, { typeId });
}

/** The product may have 64 bits, which a number can't hold exactly, but well enough to see that it is too large. */
function boundedProduct(a: number, b: number, typeId: number): number {
  if (a * b <= MAX_SIZE) return a * b;
  throw invalidBtf("find the size of a BTF type", `${a} times ${b} bytes are more than 32 bits can count`, { typeId });
}

/** Alignments of records, so that records which share members cost each of them once. */
const recordAlignments = new WeakMap<TypeSource, Map<number, number>>();

/**
 * The alignment of a type in bytes, 1 for a packed record, 0 for a type without (void, a forward declaration, a
 * function, an unknown kind). Mirrors `btf__align_of` of libbpf, so no alignment is above 8.
 * Throws BTF_INVALID for cycles and for records that are nested too deeply.
 */
export function alignOf(source: TypeSource, id: number): number {
  return alignAt(source, id, 0);
}

function alignAt(source: TypeSource, id: number, depth: number): number {
  if (depth > MAX_NESTING) throw tooDeep(id);
  const resolved = resolveModifiers(source, id);
  const type = source.type(resolved);
  switch (type.kind) {
    case "ptr":
      return POINTER_SIZE;
    case "int":
    case "enum":
    case "enum64":
    case "float":
      return Math.max(1, Math.min(POINTER_SIZE, type.size));
    case "array":
      return alignAt(source, type.type, depth + 1);
    case "struct":
    case "union":
      return recordAlign(source, resolved, type, depth);
    default:
      return 0;
  }
}

type RecordType = Extract<BtfType, { kind: "struct" | "union" }>;

function recordAlign(source: TypeSource, id: number, record: RecordType, depth: number): number {
  const known = recordAlignments.get(source) ?? new Map<number, number>();
  recordAlignments.set(source, known);
  const align = known.get(id) ?? naturalAlign(source, record, depth) ?? 1;
  known.set(id, align);
  return align;
}

/** The largest alignment of the members; undefined if the record doesn't keep to it, so must have been packed. */
function naturalAlign(source: TypeSource, { members, size }: RecordType, depth: number): number | undefined {
  let largest = 1;
  for (const { type, bitOffset, bitfieldSize } of members) {
    const align = Math.max(1, alignAt(source, type, depth + 1));
    if (bitfieldSize === 0 && bitOffset % (8 * align) !== 0) return undefined;
    largest = Math.max(largest, align);
  }
  return size % largest === 0 ? largest : undefined;
}

function tooDeep(typeId: number): Error {
  return invalidBtf("resolve a BTF type", "it leads through too many others (a cycle?)", { typeId });
}
