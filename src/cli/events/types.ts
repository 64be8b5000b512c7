import { readFileSync } from "node:fs";
import { loadBtf } from "../../btf/load.ts";
import type { Btf } from "../../btf/parse.ts";
import { EbpfMapError } from "../../errors.ts";
import type { MapSource } from "../../reader/map-source.ts";
import { layoutFromBtf } from "../../schema/from-btf.ts";
import { typeIdByName } from "../../schema/type-by-name.ts";
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

/** Where types are looked for, and what to say where one isn't there. */
interface TypeLibrary {
  readonly btfs: readonly Btf[];
  readonly where: string;
}

/** The options that say what events are. */
export type EventTypeOptions = Pick<EventFlags, "type" | "types" | "type-by"> & { readonly btf?: string | undefined };

/**
 * The types that `--type`, or `--types` and `--type-by`, ask for, out of `--btf FILE` or the BTF of the programs that
 * use the map. Throws USAGE where the options don't go together or a type isn't there.
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
  const btfs = programBtfs(kernel, streams, mapId);
  if (btfs.length > 0) return { btfs, where: `in the BTF of the programs that use map id ${mapId}` };
  throw new EbpfMapError(
    "BTF_UNAVAILABLE",
    `find the types of events: no program with BTF uses map id ${mapId} (--btf FILE names a file that has them)`,
  );
}

function typesInFile(path: string): TypeLibrary {
  let bytes: Uint8Array;
  try {
    bytes = readFileSync(path);
  } catch (error) {
    throw new EbpfMapError("FILE", `read --btf ${path}: ${(error as Error).message}`, { path }, error);
  }
  return { btfs: [loadBtf(bytes, { what: path })], where: `in ${path}` };
}

function findType({ btfs, where }: TypeLibrary, name: string): EventType {
  for (const btf of btfs) {
    const id = typeIdByName(btf, name);
    if (id === undefined) continue;
    const layout = layoutFromBtf(btf, id);
    if (layout.size > 0) return { name, layout };
    throw new EbpfMapError("LAYOUT_INVALID", `decode events as '${name}': it has no bytes`);
  }
  throw usage(`there is no type '${name}' ${where} (${KEEP})`);
}

/** The types with the renderers of their fields. */
export async function withRenderers(types: EventTypes, map: MapSource, session: Session): Promise<EventTypes> {
  const all = types.all.map(async ({ name, layout }) => {
    const { value } = await renderedSides({ key: undefined, value: layout, untyped: undefined }, map, session);
    return { name, layout: value };
  });
  return { ...types, all: await Promise.all(all) };
}
