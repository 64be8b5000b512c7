import { findMaps } from "../../reader/find.ts";
import type { MapSource } from "../../reader/map-source.ts";
import { findOwners } from "../../reader/owners/find-owners.ts";
import { ownersText } from "../../reader/owners/owner-text.ts";
import type { MapOwners } from "../../reader/owners/owners.ts";
import type { Kernel } from "../../sys/kernel.ts";
import { mapTypeName } from "../../sys/map-types.ts";
import type { ObjectKernel } from "../../sys/objects/kernel.ts";
import { LinuxObjectKernel } from "../../sys/objects/linux.ts";
import { CommandError } from "../result/command-error.ts";
import type { Context } from "../session/context.ts";

/** The kernel that describes the maps. */
export interface DescribedFrom {
  readonly kernel: Kernel;
  /** Undefined where owners can't be looked for. */
  readonly objects: ObjectKernel | undefined;
  readonly pid: number;
}

/** Returns the programs and links to find owners by: those of this machine, unless maps are another kernel's. */
export function ownerObjects({ kernel, objects }: Context): ObjectKernel | undefined {
  return objects ?? (kernel === undefined ? new LinuxObjectKernel() : undefined);
}

/** The most maps that are described. */
const MOST_DESCRIBED = 10;

/** Adds a line for each map that an ambiguous name may mean, so that one can be chosen: type, sizes, pins, owners. */
export async function withMapsDescribed(error: CommandError, from: DescribedFrom): Promise<CommandError> {
  const { code, answer, details, status } = error;
  // Maps of a file have ids of the machine where it was written.
  if (details.name === undefined) return error;
  const ids = Array.isArray(details.ids) ? details.ids.filter((id) => typeof id === "number") : [];
  const owners = from.objects && (await findOwners({ kernel: from.kernel, objects: from.objects, self: from.pid }));
  const lines: string[] = [];
  for (const id of ids.slice(0, MOST_DESCRIBED)) {
    const line = lineOf(id, owners?.of(id), from.kernel);
    if (line !== undefined) lines.push(`  ${line}`);
  }
  const left = ids.length - MOST_DESCRIBED;
  if (left > 0) lines.push(`  … and ${left} more (list --owners shows all)`);
  return new CommandError(code, [error.message, ...lines].join("\n"), answer, { details, cause: error.cause, status });
}

/** Returns the description of a map; undefined if it has gone meanwhile. */
function lineOf(id: number, owners: MapOwners | undefined, kernel: Kernel): string | undefined {
  const map = openedMap(id, kernel);
  if (map === undefined) return undefined;
  using open = map;
  const { name, type, keySize, valueSize, maxEntries } = open.info;
  const parts = [
    `id ${id}`,
    name,
    mapTypeName(type) ?? `type ${type}`,
    `key ${keySize}B`,
    `value ${valueSize}B`,
    `max_entries ${maxEntries}`,
  ];
  if (owners !== undefined) parts.push(...owners.pins.map((pin) => `pinned ${pin}`), ownersText(owners));
  return parts.filter((part) => part !== "").join("  ");
}

function openedMap(id: number, kernel: Kernel): MapSource | undefined {
  try {
    return findMaps(kernel, { by: "id", id })[0];
  } catch {
    return undefined;
  }
}
