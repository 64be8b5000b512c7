import type { SearchableTypes, TypeSource } from "../btf/types.ts";
import { EbpfMapError } from "../errors.ts";
import { declareType } from "../schema/c/declaration.ts";
import { layoutFromBtf } from "../schema/from-btf.ts";
import { withoutNewtypes } from "../schema/newtypes.ts";
import { typeIdByName, typeSuggestion } from "../schema/type-by-name.ts";
import { TypeTable } from "../schema/type-table.ts";
import type { StreamKernel } from "../sys/events/kernel.ts";
import type { Kernel } from "../sys/kernel.ts";
import type { EventType } from "./event-types.ts";
import { programBtfs } from "./program-types.ts";

/** The BTFs that names of types are looked up in, and the error for a name that none of them has. */
export interface TypeLibrary {
  /** Looked for when they are needed: it takes rights that a declaration in C doesn't. */
  readonly btfs: () => readonly SearchableTypes[];
  readonly missing: (name: string) => EbpfMapError;
}

/** The cure for a type of the program's source that is missing: local variables leave no trace in BTF. */
const KEEP = "clang keeps it if a global refers to it: struct event *unused __attribute__((unused));";

/** The types of the programs that use a map: it has none of its own, but whoever fills it knows them. */
export function typesOfPrograms(kernel: Kernel, streams: StreamKernel, mapId: number): TypeLibrary {
  let found: readonly SearchableTypes[] | undefined;
  const btfs = (): readonly SearchableTypes[] => {
    found ??= programBtfs(kernel, streams, mapId);
    return found;
  };
  const none = `no program with BTF uses map id ${mapId} (--btf FILE names a file that has them)`;
  return {
    btfs,
    missing: (name) =>
      btfs().length > 0
        ? missingType(name, `in the BTF of the programs that use map id ${mapId}`, btfs())
        : new EbpfMapError("BTF_UNAVAILABLE", `find the type '${name}' of events: ${none}`),
  };
}

/** The types of one BTF; `where` names it in messages. */
export function typesOfBtf(btf: SearchableTypes, where: string): TypeLibrary {
  return { btfs: () => [btf], missing: (name) => missingType(name, `in ${where}`, [btf]) };
}

/**
 * A type by its name, or declared in C, which may use those that have names. Throws TYPE_INVALID for one that isn't
 * there or can't be read, LAYOUT_INVALID for one without bytes, and BTF_UNAVAILABLE where there are no types at all.
 */
export function findType(library: TypeLibrary, text: string): EventType {
  const isDeclaration = /[{}[\]*"]/.test(text);
  // A declaration may need no BTF at all, which takes rights to find.
  const btfs = isDeclaration ? [] : library.btfs();
  for (const btf of btfs) {
    const id = typeIdByName(btf, text);
    if (id !== undefined) return eventType(text, btf, id);
  }
  try {
    return declaredType(library, text);
  } catch (error) {
    throw error instanceof EbpfMapError && !isDeclaration ? library.missing(text) : error;
  }
}

function declaredType(library: TypeLibrary, text: string): EventType {
  const declare = (base: SearchableTypes | undefined): EventType => {
    const table = new TypeTable(base);
    return eventType(text, table, declareType(table, text));
  };
  try {
    return declare(undefined);
  } catch (error) {
    // It may be that a name is missing.
    const [btf] = library.btfs();
    if (btf === undefined) throw error;
    return declare(btf);
  }
}

/** A type of a BTF as one that events can have. Throws LAYOUT_INVALID for one without bytes. */
export function eventType(name: string, types: TypeSource, id: number): EventType {
  const layout = withoutNewtypes(layoutFromBtf(types, id));
  if (layout.size > 0) return { name, layout };
  throw new EbpfMapError("LAYOUT_INVALID", `decode events as '${name}': it has no bytes`);
}

function missingType(name: string, where: string, btfs: readonly SearchableTypes[]): EbpfMapError {
  const near = btfs.map((btf) => typeSuggestion(btf, name)).find((one) => one !== "") ?? ` (${KEEP})`;
  return new EbpfMapError("TYPE_INVALID", `there is no type '${name}' ${where}${near}`);
}
