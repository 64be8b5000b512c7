import type { BtfType, DeclTag, SearchableTypes, TypeSource } from "../btf/types.ts";
import { EbpfMapError } from "../errors.ts";

/** Types that were declared by hand; their ids follow those of a BTF if there is one. */
export class TypeTable implements TypeSource {
  readonly littleEndian: boolean;
  readonly kinds: readonly number[];
  readonly fourBitKinds: boolean;
  readonly base: SearchableTypes | undefined;
  readonly #types: BtfType[] = [];
  readonly #first: number;

  constructor(base?: SearchableTypes) {
    this.base = base;
    this.littleEndian = base?.littleEndian ?? true;
    this.kinds = base?.kinds ?? [];
    this.fourBitKinds = base?.fourBitKinds ?? true;
    this.#first = base?.typeCount ?? 1;
  }

  type(id: number): BtfType {
    if (id === 0) return { kind: "void" };
    const own = this.#types[id - this.#first];
    if (own !== undefined) return own;
    if (this.base !== undefined) return this.base.type(id);
    throw new EbpfMapError("BTF_INVALID", `read a declared type: there is no type ${id}`, { typeId: id });
  }

  /** The declaration tags of the BTF; declared types have none. */
  *declTags(): Generator<readonly [id: number, tag: DeclTag]> {
    yield* this.base?.declTags?.() ?? [];
  }

  /** Adds a type and returns its id. */
  add(type: BtfType): number {
    return this.#first + this.#types.push(type) - 1;
  }
}
