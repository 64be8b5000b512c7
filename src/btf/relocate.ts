import { invalidBtf } from "./invalid.ts";
import type { Btf } from "./parse.ts";
import { withReferences } from "./references.ts";
import type { BtfType, DeclTag, NamedType, SearchableTypes } from "./types.ts";

/**
 * Split BTF moved from the distilled base that it was built with (`.BTF.base`, which has the names and sizes of the
 * types it needs, but no members) to the real base, as `btf__relocate` of libbpf does. The base's ids stay; the split
 * types follow them. Throws BTF_INVALID where the base lacks a type that the distilled one names, or has it with
 * another size.
 */
export function relocate(split: Btf, distilled: Btf, base: Btf, what: string): SearchableTypes {
  if (base.littleEndian !== split.littleEndian) {
    throw invalidBtf(`read ${what}`, "its byte order is not that of its base", { offset: 0 });
  }
  return new RelocatedBtf(split, distilled.typeCount, base, baseIds(distilled, base, what));
}

class RelocatedBtf implements SearchableTypes {
  readonly typeCount: number;
  readonly littleEndian: boolean;
  readonly kinds: readonly number[];
  readonly fourBitKinds: boolean;
  readonly #split: Btf;
  readonly #firstSplit: number;
  readonly #base: Btf;
  /** The ids in the base of the distilled types. */
  readonly #baseIds: readonly number[];
  readonly #moved: Map<number, BtfType> = new Map();

  constructor(split: Btf, firstSplit: number, base: Btf, baseIds: readonly number[]) {
    this.#split = split;
    this.#firstSplit = firstSplit;
    this.#base = base;
    this.#baseIds = baseIds;
    this.typeCount = base.typeCount + split.typeCount - firstSplit;
    this.littleEndian = split.littleEndian;
    this.kinds = [...new Set([...base.kinds, ...split.kinds])].sort((a, b) => a - b);
    this.fourBitKinds = base.fourBitKinds && split.fourBitKinds;
  }

  type(id: number): BtfType {
    if (id < this.#base.typeCount) return this.#base.type(id);
    const known = this.#moved.get(id);
    if (known !== undefined) return known;
    const type = withReferences(this.#split.type(this.#splitId(id)), (one) => this.#movedId(one));
    this.#moved.set(id, type);
    return type;
  }

  idsByName(name: string): readonly number[] {
    const own = this.#split.idsByName(name).filter((id) => id >= this.#firstSplit);
    return [...this.#base.idsByName(name), ...own.map((id) => this.#movedId(id))];
  }

  *names(): Generator<NamedType> {
    yield* this.#base.names();
    for (const named of this.#split.names()) {
      if (named.id >= this.#firstSplit) yield { ...named, id: this.#movedId(named.id) };
    }
  }

  *declTags(): Generator<[id: number, tag: DeclTag]> {
    yield* this.#base.declTags();
    for (const [id] of this.#split.declTags()) {
      const tag = this.type(this.#movedId(id));
      if (tag.kind === "decl_tag") yield [this.#movedId(id), tag];
    }
  }

  #splitId(id: number): number {
    return id - this.#base.typeCount + this.#firstSplit;
  }

  #movedId(id: number): number {
    return this.#baseIds[id] ?? id - this.#firstSplit + this.#base.typeCount;
  }
}

/** The kinds that lose their contents in a distilled base, and get them back. */
const CONTENTS: readonly BtfType["kind"][] = ["struct", "union", "enum", "enum64"];

/** For each type of the distilled base the id of the same one in the real base. */
function baseIds(distilled: Btf, base: Btf, what: string): number[] {
  const byName = new Map<string, number[]>();
  for (const { name } of distilled.names()) byName.set(name, []);
  for (const { id, name } of base.names()) byName.get(name)?.push(id);
  return Array.from({ length: distilled.typeCount }, (_, id) => {
    const type = distilled.type(id);
    if (type.kind === "void") return 0;
    const name = "name" in type ? type.name : "";
    const [found, other] = byName.get(name)?.filter((candidate) => isSameType(type, base.type(candidate))) ?? [];
    const wanted = `${type.kind} ${JSON.stringify(name)}${"size" in type ? ` of ${type.size} bytes` : ""}`;
    if (found === undefined) {
      const cure = "of another kernel? --btf-base FILE names the right one";
      throw invalidBtf(`read ${what}`, `its base has no ${wanted} (${cure})`, { typeId: id });
    }
    // Types that a BTF has twice differ, and nothing tells which is meant. Behind a pointer it doesn't matter.
    if (other !== undefined && CONTENTS.includes(type.kind)) {
      throw invalidBtf(`read ${what}`, `its base has more than one ${wanted}`, { typeId: id });
    }
    return found;
  });
}

/**
 * True if a type of the base is the one that a distilled type stands for: records and enums have lost their contents.
 */
function isSameType(distilled: BtfType, type: BtfType): boolean {
  switch (distilled.kind) {
    case "int":
      return type.kind === "int" && type.size === distilled.size && type.encoding === distilled.encoding;
    case "float":
      return type.kind === "float" && type.size === distilled.size;
    case "enum":
    case "enum64":
      return (type.kind === "enum" || type.kind === "enum64") && type.size === distilled.size;
    case "struct":
    case "union":
      return type.kind === distilled.kind && type.size === distilled.size;
    case "fwd":
      return type.kind === (distilled.union ? "union" : "struct") || isSameForward(distilled, type);
    default:
      return false;
  }
}

function isSameForward(distilled: BtfType & { kind: "fwd" }, type: BtfType): boolean {
  return type.kind === "fwd" && type.union === distilled.union;
}
