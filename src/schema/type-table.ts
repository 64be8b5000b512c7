import type { BtfType, DeclTag, TypeSource } from "../btf/types.ts";
import { EbpfMapError } from "../errors.ts";

/** A source of types that can be built upon: parsed BTF is one. */
export interface BaseTypes extends TypeSource {
  /** One more than the highest id. */
  readonly typeCount: number;
  idsByName(name: string): readonly number[];
}

/** Types that were declared by hand, behind those of a BTF if there is one. */
export class TypeTable implements TypeSource {
  readonly littleEndian: boolean;
  readonly kinds: readonly number[];
  readonly fourBitKinds: boolean;
  readonly base: BaseTypes | undefined;
  readonly #types: BtfType[] = [];
  readonly #first: number;

  constructor(base?: BaseTypes) {
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

  /** Those of the BTF: C that is written by hand has none. */
  *declTags(): Generator<readonly [id: number, tag: DeclTag]> {
    yield* this.base?.declTags?.() ?? [];
  }

  /** Adds a type and returns its id. */
  add(type: BtfType): number {
    return this.#first + this.#types.push(type) - 1;
  }
}
