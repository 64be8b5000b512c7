/**
 * A key or value as a resolved tree: no BTF ids, no modifiers, no forward steps. Two fields of the same type share
 * one node, so the "tree" is a DAG whose size is bounded by the BTF, however often types nest. Pointers are leaves,
 * so it has no cycles. Compiled once by `src/codec` into functions over bytes.
 *
 * Sizes are bytes unless a name says bits. Nothing in a Layout reaches outside the `size` bytes of its node: the
 * builder has checked it.
 */
export type Layout =
  | IntLayout
  | FloatLayout
  | PointerLayout
  | EnumLayout
  | ArrayLayout
  | RecordLayout
  | SectionLayout
  | OpaqueLayout;

interface Common {
  /** Bytes of storage. */
  readonly size: number;
  /** The C name of the type as written: `u32`, `struct conn_key`, `enum state`; "" where it has none. */
  readonly typeName: string;
  /**
   * The type stands directly under a BTF type tag, with no typedef or qualifier in between. bpftool can't print such
   * a type; everything else may ignore it.
   */
  readonly tagged: boolean;
  /**
   * The name of the renderer by which formats of our own show values of this type. Undefined: as they are. Never set by
   * what builds a Layout from BTF, and no matter to the bpftool dialect.
   */
  readonly rendering?: string;
  /** BTF declaration tags of the type and of the typedefs in front of it, where they were asked for. */
  readonly tags?: readonly string[];
}

export interface IntLayout extends Common {
  readonly kind: "int";
  /** "unsigned" is BTF encoding 0; "other" is an encoding that no compiler emits. */
  readonly encoding: "unsigned" | "signed" | "char" | "bool" | "other";
  /** Bits in use, 1 to 128, and where they start in the storage. 8 * size and 0 for every ordinary integer. */
  readonly bits: number;
  readonly bitOffset: number;
  /** The most bits that a value takes, where fewer than `bits` are known to do: in the results of queries. */
  readonly valueBits?: number;
  /** One byte called `char`, or encoded as CHAR: an array of these can be a string. */
  readonly isChar: boolean;
}

export interface FloatLayout extends Common {
  readonly kind: "float";
}

export interface PointerLayout extends Common {
  readonly kind: "pointer";
  /** A BTF type tag hands the pointer to the kernel: see `special-fields.ts`. */
  readonly isKptr?: true;
}

export interface EnumLayout extends Common {
  readonly kind: "enum";
  /** BTF ENUM64 rather than ENUM. bpftool treats the two differently; see `src/codec/bpftool/dialect.ts`. */
  readonly wide: boolean;
  readonly signed: boolean;
  /** Enumerators in BTF's order. Values are sign-extended for a signed enum, zero-extended for an unsigned one. */
  readonly values: readonly { readonly name: string; readonly value: bigint }[];
}

export interface ArrayLayout extends Common {
  readonly kind: "array";
  readonly element: Layout;
  readonly length: number;
  /** The element is a char through qualifiers only, not through a typedef: what bpftool takes for a string. */
  readonly charsDirect: boolean;
  /**
   * The elements stand behind a u32 that says how many of them are in use; a single one is shown without a list. Only
   * per-CPU aggregation makes such an array, of what differs between CPUs.
   */
  readonly counted?: true;
  /**
   * The array was declared without a length and goes on to the end of a value; `length` is the most that there is room
   * for.
   */
  readonly open?: true;
}

export interface RecordLayout extends Common {
  readonly kind: "struct" | "union";
  readonly fields: readonly FieldLayout[];
}

export interface FieldLayout {
  /** "" for an anonymous member. */
  readonly name: string;
  /** From the start of the record. */
  readonly bitOffset: number;
  /** Width of a kind_flag bit-field, 1 to 128; 0 where the whole type is meant. */
  readonly bitfieldBits: number;
  readonly layout: Layout;
  /** BTF declaration tags of the member, where they were asked for. */
  readonly tags?: readonly string[];
}

/** BTF DATASEC: the value of a global data map (`.bss`, `.data`, `.rodata`). */
export interface SectionLayout extends Common {
  readonly kind: "section";
  readonly vars: readonly { readonly name: string; readonly offset: number; readonly layout: Layout }[];
}

/** A type that says nothing about bytes: void, a forward declaration, a function, or a kind unknown to this program. */
export interface OpaqueLayout extends Common {
  readonly kind: "opaque";
  readonly reason: "void" | "fwd" | "unsupported";
}
