import { EbpfMapError } from "../../errors.ts";
import type { ListFacts } from "../../output/list/list-facts.ts";
import { allMaps } from "../../reader/find.ts";
import type { MapSource } from "../../reader/map-source.ts";
import type { OwnerGap, Owners } from "../../reader/owners/owners.ts";
import type { Kernel } from "../../sys/kernel.ts";
import type { ObjectKernel } from "../../sys/objects/kernel.ts";
import { findPins } from "../../sys/pins.ts";

/** The machine whose maps are listed. */
export interface ListedMachine {
  readonly kernel: Kernel;
  /** Another kernel for programs and links than the one that this process runs on. */
  readonly objects?: ObjectKernel | undefined;
  /** The process that looks, which is no owner. */
  readonly self: number;
  /** A file like `/proc/mounts`, which lists the bpf file systems. */
  readonly mounts?: string;
}

/** The facts about maps that a list has beside their info. */
export interface ListNeeds {
  readonly owners: boolean;
  /** "needed": where pins can't be looked for, that is an error. */
  readonly pins: "needed" | "wanted" | "unasked";
  /** Told of what couldn't be looked at, so that owners may be missing. */
  readonly onGap: (gap: OwnerGap) => void;
  /** Told why pins that are wanted couldn't be looked for. */
  readonly onNoPins?: (error: EbpfMapError) => void;
}

/** The facts of an open map. Pins are undefined where they can't be looked for. */
export type FactsOf = (map: MapSource) => ListFacts;

/**
 * Looks at what all maps of a list need, once: for `listMaps()`, and for `list` of the command in formats of our own.
 * Owners are looked for before maps: so none are given that a map has not had before.
 */
export async function lookAtMaps(machine: ListedMachine, needs: ListNeeds): Promise<FactsOf> {
  const owners = needs.owners ? await ownersOf(machine, needs.onGap) : undefined;
  const knowsPins = needs.pins !== "unasked" && owners?.gaps.every(({ what }) => what !== "pins") === true;
  const paths = knowsPins ? undefined : pinsById(machine, needs);
  return ({ info, fdinfo }) => {
    const found = owners?.of(info.id);
    return { info, fdinfo, pins: knowsPins ? found?.pins : paths && (paths.get(info.id) ?? []), owners: found };
  };
}

/** The facts of all maps in the order of their ids, each of which is open while it is looked at. */
export function* factsOfAll(kernel: Kernel, factsOf: FactsOf): Generator<ListFacts> {
  for (const map of allMaps(kernel)) {
    let facts: ListFacts;
    {
      using open = map;
      facts = factsOf(open);
    }
    yield facts;
  }
}

/** Loaded when somebody asks: it takes calls that nothing else needs. */
async function ownersOf({ kernel, objects, self }: ListedMachine, onGap: ListNeeds["onGap"]): Promise<Owners> {
  const [{ findOwners }, { LinuxObjectKernel }] = await Promise.all([
    import("../../reader/owners/find-owners.ts"),
    import("../../sys/objects/linux.ts"),
  ]);
  const owners = await findOwners({ kernel, objects: objects ?? new LinuxObjectKernel(), self });
  for (const gap of owners.gaps) onGap(gap);
  return owners;
}

/** The paths of pins by map id, sorted. */
function pinsById(
  { kernel, mounts }: ListedMachine,
  { pins, onNoPins }: ListNeeds,
): ReadonlyMap<number, readonly string[]> | undefined {
  if (pins === "unasked") return undefined;
  try {
    const paths = new Map<number, string[]>();
    for (const { mapId, path } of findPins(kernel, mounts))
      paths.set(mapId, [...(paths.get(mapId) ?? []), path].sort());
    return paths;
  } catch (error) {
    if (pins === "needed" || !(error instanceof EbpfMapError)) throw error;
    onNoPins?.(error);
    return undefined;
  }
}
