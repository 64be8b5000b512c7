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

/** The numbers of the kinds in the binary format, by name. */
export const BTF_KIND_NUMBERS: Readonly<Record<Exclude<BtfKind, "unknown">, number>> = {
  void: 0,
  int: 1,
  ptr: 2,
  array: 3,
  struct: 4,
  union: 5,
  enum: 6,
  fwd: 7,
  typedef: 8,
  volatile: 9,
  const: 10,
  restrict: 11,
  func: 12,
  func_proto: 13,
  var: 14,
  datasec: 15,
  float: 16,
  decl_tag: 17,
  type_tag: 18,
  enum64: 19,
};

const KINDS: ReadonlyMap<number, BtfKind> = new Map(
  Object.entries(BTF_KIND_NUMBERS).map(([kind, number]) => [number, kind as BtfKind]),
);

/** The kind with this number in the binary format. */
export function kindOfNumber(number: number): BtfKind {
  return KINDS.get(number) ?? "unknown";
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
  /** Whether a reader that takes a kind for four bits gets through the BTF: see `four-bit-kinds.ts`. */
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
