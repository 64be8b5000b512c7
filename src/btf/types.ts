/**
 * BTF types as plain data (include/uapi/linux/btf.h). Type ids refer to the BTF they came from; id 0 is void.
 * Names are strings made by `textFromBytes`; an anonymous type or member has the name "".
 */
export type BtfType =
  | { readonly kind: "void" }
  | {
      readonly kind: "int";
      readonly name: string;
      /** Bytes of storage. */
      readonly size: number;
      /** BTF_INT_SIGNED = 1, BTF_INT_CHAR = 2, BTF_INT_BOOL = 4; other values are kept as they are. */
      readonly encoding: number;
      /** Bit offset inside the storage; 0 but in old or hand-made BTF. */
      readonly offset: number;
      readonly bits: number;
    }
  | { readonly kind: "ptr"; readonly type: number }
  | { readonly kind: "array"; readonly type: number; readonly indexType: number; readonly nelems: number }
  | {
      readonly kind: "struct" | "union";
      readonly name: string;
      readonly size: number;
      readonly members: readonly BtfMember[];
    }
  | {
      readonly kind: "enum";
      readonly name: string;
      readonly size: number;
      /** kind_flag: the enumerators are signed. */
      readonly signed: boolean;
      /** Values as stored: signed 32 bits. */
      readonly values: readonly { readonly name: string; readonly value: number }[];
    }
  | {
      readonly kind: "enum64";
      readonly name: string;
      readonly size: number;
      readonly signed: boolean;
      /** Values as stored: unsigned 64 bits. */
      readonly values: readonly { readonly name: string; readonly value: bigint }[];
    }
  | { readonly kind: "fwd"; readonly name: string; readonly union: boolean }
  | { readonly kind: "typedef"; readonly name: string; readonly type: number }
  | { readonly kind: "volatile" | "const" | "restrict"; readonly type: number }
  | { readonly kind: "func"; readonly name: string; readonly type: number; readonly linkage: number }
  | {
      readonly kind: "func_proto";
      readonly type: number;
      readonly params: readonly { readonly name: string; readonly type: number }[];
    }
  | { readonly kind: "var"; readonly name: string; readonly type: number; readonly linkage: number }
  | {
      readonly kind: "datasec";
      readonly name: string;
      readonly size: number;
      readonly vars: readonly { readonly type: number; readonly offset: number; readonly size: number }[];
    }
  | { readonly kind: "float"; readonly name: string; readonly size: number }
  | {
      readonly kind: "decl_tag";
      readonly name: string;
      readonly type: number;
      /** -1: the type itself; else the member or parameter. */
      readonly componentIndex: number;
    }
  | { readonly kind: "type_tag"; readonly name: string; readonly type: number }
  /** A kind newer than this program. Everything up to it in the section was read; nothing behind it can be. */
  | { readonly kind: "unknown"; readonly number: number };

/** A member of a struct or union. `bitfieldSize` is 0 for a member that isn't a bit-field of kind_flag. */
export interface BtfMember {
  readonly name: string;
  readonly type: number;
  /** From the start of the struct, in bits. */
  readonly bitOffset: number;
  readonly bitfieldSize: number;
}

export type BtfKind = BtfType["kind"];

/** A kind in the binary format. */
export interface BinaryKind {
  readonly number: number;
  /** Bytes of a record after the `struct btf_type` that it starts with, without its elements. */
  readonly fixedSize: number;
  /** Bytes of each of the `vlen` elements. */
  readonly elementSize: number;
}

/** The kinds in the binary format, by name. */
export const BTF_KINDS: Readonly<Record<Exclude<BtfKind, "unknown">, BinaryKind>> = {
  // No record has it: it is the type with the id 0.
  void: { number: 0, fixedSize: 0, elementSize: 0 },
  int: { number: 1, fixedSize: 4, elementSize: 0 },
  ptr: { number: 2, fixedSize: 0, elementSize: 0 },
  array: { number: 3, fixedSize: 12, elementSize: 0 },
  struct: { number: 4, fixedSize: 0, elementSize: 12 },
  union: { number: 5, fixedSize: 0, elementSize: 12 },
  enum: { number: 6, fixedSize: 0, elementSize: 8 },
  fwd: { number: 7, fixedSize: 0, elementSize: 0 },
  typedef: { number: 8, fixedSize: 0, elementSize: 0 },
  volatile: { number: 9, fixedSize: 0, elementSize: 0 },
  const: { number: 10, fixedSize: 0, elementSize: 0 },
  restrict: { number: 11, fixedSize: 0, elementSize: 0 },
  // Its vlen is the linkage.
  func: { number: 12, fixedSize: 0, elementSize: 0 },
  func_proto: { number: 13, fixedSize: 0, elementSize: 8 },
  var: { number: 14, fixedSize: 4, elementSize: 0 },
  datasec: { number: 15, fixedSize: 0, elementSize: 12 },
  float: { number: 16, fixedSize: 0, elementSize: 0 },
  decl_tag: { number: 17, fixedSize: 4, elementSize: 0 },
  type_tag: { number: 18, fixedSize: 0, elementSize: 0 },
  enum64: { number: 19, fixedSize: 0, elementSize: 12 },
};

const KIND_NAMES: readonly BtfKind[] = kindsInOrder();

function kindsInOrder(): BtfKind[] {
  const kinds: BtfKind[] = [];
  for (const kind of Object.keys(BTF_KINDS) as (keyof typeof BTF_KINDS)[]) kinds[BTF_KINDS[kind].number] = kind;
  return kinds;
}

/** The kind with this number in the binary format. */
export function kindOfNumber(number: number): BtfKind {
  return KIND_NAMES[number] ?? "unknown";
}

export type DeclTag = Extract<BtfType, { kind: "decl_tag" }>;

/**
 * A source of types: parsed BTF, or the part of it that a snapshot keeps. `type` throws BTF_INVALID for an id
 * that isn't there, so callers never see undefined.
 */
export interface TypeSource {
  type(id: number): BtfType;
  /** All declaration tags by their ids; absent where the source can't list them. */
  declTags?(): Iterable<readonly [id: number, tag: DeclTag]>;
  /** Byte order of the machine that the BTF, and so the map's data, comes from. */
  readonly littleEndian: boolean;
  /** The numbers of all kinds in the BTF, ascending; includes kinds in parts that a snapshot left out. */
  readonly kinds: readonly number[];
  /** True if a reader that takes a kind for four bits gets through the BTF: see `four-bit-kinds.ts`. */
  readonly fourBitKinds: boolean;
}

/** Types that can be searched by name and that others can be added to: parsed BTF, or split BTF on its base. */
export interface SearchableTypes extends TypeSource {
  /** One more than the highest id. */
  readonly typeCount: number;
  /** The ids of the types with exactly this name, ascending. An empty name finds nothing. */
  idsByName(name: string): readonly number[];
  /** All types that have a name, ascending, without making an object of any. */
  names(): Iterable<NamedType>;
}

/** A type's id, name and kind. */
export interface NamedType {
  readonly id: number;
  readonly name: string;
  readonly kind: BtfKind;
}
