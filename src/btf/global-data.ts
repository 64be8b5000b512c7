import type { ElfFile } from "./elf/elf.ts";
import { ifValid } from "./invalid.ts";
import { sizeOf } from "./resolve.ts";
import type { BtfType, DeclTag, NamedType, SearchableTypes } from "./types.ts";

type DataSection = Extract<BtfType, { kind: "datasec" }>;

/** The linkage of a variable that its file keeps to itself: the compiler wrote its offset. */
const STATIC = 0;

/**
 * The types of an object file with sizes and offsets in its sections of global data. A compiler leaves them 0, and what
 * loads the object takes them from its sections and symbols: this is `btf_fixup_datasec` of libbpf.
 */
export function withDataSections(btf: SearchableTypes, elf: ElfFile): SearchableTypes {
  const unplaced: [id: number, section: DataSection][] = [];
  for (const { id, kind } of btf.names()) {
    if (kind !== "datasec") continue;
    const section = btf.type(id);
    if (section.kind === "datasec" && section.size === 0) unplaced.push([id, section]);
  }
  if (unplaced.length === 0) return btf;
  const values = new Map<string, number>();
  for (const { name, section, value } of elf.symbols()) values.set(`${section} ${name}`, value);
  const placed = unplaced.map(([id, section]) => [id, placedSection(btf, elf, section, values)] as const);
  return new PlacedBtf(btf, new Map(placed));
}

function placedSection(
  btf: SearchableTypes,
  elf: ElfFile,
  section: DataSection,
  values: ReadonlyMap<string, number>,
): DataSection {
  const extent = elf.extent(section.name);
  if (extent === undefined) return section;
  const vars = section.vars.map((one) => {
    const variable = ifValid(() => btf.type(one.type));
    if (variable?.kind !== "var" || variable.linkage === STATIC) return one;
    const offset = values.get(`${extent.index} ${variable.name}`) ?? one.offset;
    return { ...one, offset, size: one.size || (ifValid(() => sizeOf(btf, variable.type)) ?? 0) };
  });
  const isInside = vars.every(({ offset, size }) => offset + size <= extent.size);
  return isInside ? { ...section, size: extent.size, vars: vars.sort((a, b) => a.offset - b.offset) } : section;
}

/** Types some of whose sections have been placed. */
class PlacedBtf implements SearchableTypes {
  readonly typeCount: number;
  readonly littleEndian: boolean;
  readonly kinds: readonly number[];
  readonly fourBitKinds: boolean;
  readonly #btf: SearchableTypes;
  readonly #sections: ReadonlyMap<number, DataSection>;

  constructor(btf: SearchableTypes, sections: ReadonlyMap<number, DataSection>) {
    this.#btf = btf;
    this.#sections = sections;
    this.typeCount = btf.typeCount;
    this.littleEndian = btf.littleEndian;
    this.kinds = btf.kinds;
    this.fourBitKinds = btf.fourBitKinds;
  }

  type(id: number): BtfType {
    return this.#sections.get(id) ?? this.#btf.type(id);
  }

  idsByName(name: string): readonly number[] {
    return this.#btf.idsByName(name);
  }

  names(): Iterable<NamedType> {
    return this.#btf.names();
  }

  declTags(): Iterable<readonly [id: number, tag: DeclTag]> {
    return this.#btf.declTags?.() ?? [];
  }
}
