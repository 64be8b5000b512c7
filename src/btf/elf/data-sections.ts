import type { BtfType, SearchableTypes } from "../types.ts";
import type { ElfFile } from "./elf.ts";
import { elfSymbols } from "./elf-symbols.ts";

type DataSection = Extract<BtfType, { kind: "datasec" }>;

/** The linkage of a variable that only its own file knows: the compiler knows its place, too. */
const STATIC = 0;

/**
 * The types of an object file with its data sections as a loader makes them. A compiler leaves the size of a section and
 * the offsets of its global variables at 0; section headers and symbols have them. Mirrors btf_fixup_datasec in libbpf.
 */
export function withDataSections(types: SearchableTypes, elf: ElfFile): SearchableTypes {
  const places = new Places(elf);
  return {
    littleEndian: types.littleEndian,
    kinds: types.kinds,
    fourBitKinds: types.fourBitKinds,
    typeCount: types.typeCount,
    idsByName: (name) => types.idsByName(name),
    names: () => types.names(),
    ...(types.declTags && { declTags: () => types.declTags?.() ?? [] }),
    type(id) {
      const type = types.type(id);
      return type.kind === "datasec" ? placed(type, types, places) : type;
    },
  };
}

/** A section with a size went through a linker, which set the offsets, too. */
function placed(section: DataSection, types: SearchableTypes, places: Places): DataSection {
  const size = section.size === 0 ? places.sizeOf(section.name) : undefined;
  if (size === undefined) return section;
  const vars = section.vars.map((one) => {
    const variable = types.type(one.type);
    if (variable.kind !== "var" || variable.linkage === STATIC) return one;
    return { ...one, offset: places.offsetOf(section.name, variable.name) ?? one.offset };
  });
  return { ...section, size, vars: vars.toSorted((a, b) => a.offset - b.offset) };
}

/** The sizes of sections, and the offsets of symbols in them. */
class Places {
  readonly #sizes = new Map<string, number>();
  readonly #offsets = new Map<string, number>();

  constructor(elf: ElfFile) {
    const names = new Map<number, string>();
    for (const { index, name, size } of elf.heads()) {
      if (this.#sizes.has(name)) continue;
      names.set(index, name);
      this.#sizes.set(name, size);
    }
    for (const { name, section, value } of elfSymbols(elf)) {
      const of = names.get(section);
      if (of !== undefined && name !== "") this.#offsets.set(`${of}/${name}`, value);
    }
  }

  sizeOf(section: string): number | undefined {
    return this.#sizes.get(section);
  }

  offsetOf(section: string, name: string): number | undefined {
    return this.#offsets.get(`${section}/${name}`);
  }
}
