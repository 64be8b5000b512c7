import { readFileSync } from "node:fs";
import { loadBtf } from "../../btf/load.ts";
import type { Btf } from "../../btf/parse.ts";
import type { TypeSource } from "../../btf/types.ts";
import { EbpfMapError } from "../../errors.ts";
import type { MapSource } from "../../reader/map-source.ts";
import { declareType } from "../../schema/c-declaration.ts";
import { layoutFromBtf } from "../../schema/from-btf.ts";
import { typeIdByName } from "../../schema/type-by-name.ts";
import { TypeTable } from "../../schema/type-table.ts";
import {
  type EventType,
  type EventTypes,
  NO_TYPES,
  oneType,
  parseCases,
  parseDiscriminator,
  typesBy,
} from "../../stream/event-types.ts";
import { programBtfs } from "../../stream/program-types.ts";
import type { Kernel } from "../../sys/kernel.ts";
import type { StreamKernel } from "../../sys/stream/kernel.ts";
import type { EventFlags } from "../event-flags.ts";
import { renderedSides } from "../open-query.ts";
import { usage } from "../query-spec.ts";
import type { Session } from "../session.ts";

/** Why a type that the program's source has may be missing: local variables leave no trace in BTF. */
const KEEP = "clang keeps it if a global refers to it: struct event *unused __attribute__((unused));";

/** Where the names of types are looked for, and what to say where one isn't there. */
interface TypeLibrary {
  /** Looked for when they are needed: it takes rights that a declaration in C doesn't. */
  readonly btfs: () => readonly Btf[];
  readonly missing: (name: string) => EbpfMapError;
}

/** The options that say what events are. */
export type EventTypeOptions = Pick<EventFlags, "type" | "types" | "type-by"> & { readonly btf?: string | undefined };

/**
 * The types that `--type`, or `--types` and `--type-by`, ask for: declared in C, or by name out of `--btf FILE` or the
 * BTF of the programs that use the map. Throws TYPE_INVALID for a declaration that can't be read, and USAGE where the options don't go together or a type isn't there.
 */
export function eventTypes(
  options: EventTypeOptions,
  mapId: number,
  kernel: Kernel,
  streams: StreamKernel,
): EventTypes {
  const { type, types, "type-by": by, btf } = options;
  if ((types === undefined) !== (by === undefined)) throw usage("--types and --type-by go together");
  if (type !== undefined && types !== undefined) throw usage("--type and --types exclude each other");
  if (type === undefined && types === undefined) {
    if (btf !== undefined) throw usage("--btf needs a --type");
    return NO_TYPES;
  }
  const library = btf === undefined ? typesOfPrograms(kernel, streams, mapId) : typesInFile(btf);
  if (type !== undefined) return oneType(findType(library, type));
  const cases = parseCases(types ?? "").map(({ value, name }) => ({ value, type: findType(library, name) }));
  return typesBy(parseDiscriminator(by ?? ""), cases);
}

function typesOfPrograms(kernel: Kernel, streams: StreamKernel, mapId: number): TypeLibrary {
  let found: readonly Btf[] | undefined;
  const btfs = (): readonly Btf[] => {
    found ??= programBtfs(kernel, streams, mapId);
    return found;
  };
  const none = `no program with BTF uses map id ${mapId} (--btf FILE names a file that has them)`;
  return {
    btfs,
    missing: (name) =>
      btfs().length > 0
        ? missingType(name, `in the BTF of the programs that use map id ${mapId}`)
        : new EbpfMapError("BTF_UNAVAILABLE", `find the type '${name}' of events: ${none}`),
  };
}

function typesInFile(path: string): TypeLibrary {
  const btf = readBtfFile(path);
  return { btfs: () => [btf], missing: (name) => missingType(name, `in ${path}`) };
}

function readBtfFile(path: string): Btf {
  try {
    return loadBtf(readFileSync(path), { what: path });
  } catch (error) {
    if (error instanceof EbpfMapError) throw error;
    throw new EbpfMapError("FILE", `read --btf ${path}: ${(error as Error).message}`, { path }, error);
  }
}

function missingType(name: string, where: string): EbpfMapError {
  return usage(`there is no type '${name}' ${where} (${KEEP})`);
}

/** A type by its name, or declared in C, which may use those that have names. */
function findType(library: TypeLibrary, text: string): EventType {
  if (!/^[\w\s]*$/.test(text)) return declaredType(library, text);
  for (const btf of library.btfs()) {
    const id = typeIdByName(btf, text);
    if (id !== undefined) return eventType(text, btf, id);
  }
  try {
    return declaredType(library, text);
  } catch (error) {
    throw error instanceof EbpfMapError ? library.missing(text) : error;
  }
}

function declaredType(library: TypeLibrary, text: string): EventType {
  const declare = (base: Btf | undefined): EventType => {
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

function eventType(name: string, types: TypeSource, id: number): EventType {
  const layout = layoutFromBtf(types, id);
  if (layout.size > 0) return { name, layout };
  throw new EbpfMapError("LAYOUT_INVALID", `decode events as '${name}': it has no bytes`);
}

/** The types with the renderers of their fields. */
export async function withRenderers(types: EventTypes, map: MapSource, session: Session): Promise<EventTypes> {
  const all = types.all.map(async ({ name, layout }) => {
    const { value } = await renderedSides({ key: undefined, value: layout, untyped: undefined }, map, session);
    return { name, layout: value };
  });
  return { ...types, all: await Promise.all(all) };
}
