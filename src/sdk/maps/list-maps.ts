import { EbpfMapError } from "../../errors.ts";
import { memlockOf } from "../../output/stats/stats.ts";
import { allMaps } from "../../reader/find.ts";
import type { MapSource } from "../../reader/map-source.ts";
import type { OwnerGap, Owners } from "../../reader/owners/owners.ts";
import type { Kernel } from "../../sys/kernel.ts";
import { mapTypeName } from "../../sys/map-types.ts";
import { findPins } from "../../sys/pins.ts";
import { ANY_TEXT, BOOLEAN, CALLBACK, checkOptions, type OptionChecks, SIGNAL } from "../check-options.ts";
import { ownKernel } from "../handle.ts";
import { abortedWork } from "../reader/read-errors.ts";
import { YieldTimer } from "../reader/yield-timer.ts";
import { ListedMap } from "./listed-map.ts";

/** Which maps `listMaps` gives: those that all of the options fit. */
export interface ListOptions {
  /** Maps of this name, or whose names match. */
  readonly name?: string | RegExp;
  /** Maps of this type, or of one of these: `hash`, `percpu_array`, as `ListedMap.type` has it. */
  readonly type?: string | readonly string[];
  /** Only maps with pins, or only those without. */
  readonly pinned?: boolean;
  /**
   * Look for the owners of each map: programs and where they are attached, processes, pins. It takes a look at all
   * programs, links and processes of the machine, once for the whole list. This process is no owner.
   */
  readonly owners?: boolean;
  /** Told of what couldn't be looked at, so that owners may be missing: a sentence without a full stop. */
  readonly onGap?: (gap: OwnerGap) => void;
  /** Ends the list with ABORTED. */
  readonly signal?: AbortSignal;
}

const LIST_CHECKS: OptionChecks<ListOptions> = {
  name: { expected: "a text or a RegExp", accepts: (value) => ANY_TEXT.accepts(value) || value instanceof RegExp },
  type: {
    expected: "a text, or a list of texts",
    accepts: (value) => [value].flat().every((one) => ANY_TEXT.accepts(one)),
  },
  pinned: BOOLEAN,
  owners: BOOLEAN,
  onGap: CALLBACK,
  signal: SIGNAL,
};

/**
 * All maps of this kernel in the order of their ids, one after the other as the kernel tells of them: a map that is made
 * meanwhile may be there, one that vanishes isn't. Nothing stays open. The event loop gets its turn in between.
 *
 * Throws USAGE for wrong options, and from the loop NO_PERMISSION without CAP_SYS_ADMIN; with `pinned` also where the pins
 * can't be looked for. What owners can't be looked for is no error: `onGap` is told, and `owners.isComplete` is false.
 */
export function listMaps(options: ListOptions = {}): AsyncGenerator<ListedMap, void, undefined> {
  checkOptions("list maps", options, LIST_CHECKS);
  return listed(ownKernel(), options);
}

async function* listed(kernel: Kernel, options: ListOptions): AsyncGenerator<ListedMap, void, undefined> {
  const yieldTimer = new YieldTimer();
  // Owners are looked for first: so none are given that a map has not had before.
  const owners = options.owners === true ? await ownersOf(kernel, options.onGap) : undefined;
  const pins = pinsById(kernel, options.pinned !== undefined);
  for (const map of allMaps(kernel)) {
    using open = map;
    if (options.signal?.aborted) throw abortedWork("list maps", options.signal.reason);
    const found = describe(open, pins, owners);
    open[Symbol.dispose]();
    if (isWanted(found, options)) yield found;
    if (yieldTimer.due) await yieldTimer.yield();
  }
}

/** The paths of pins by map id; undefined where they can't be found, unless somebody needs them. */
function pinsById(kernel: Kernel, isNeeded: boolean): ReadonlyMap<number, readonly string[]> | undefined {
  try {
    const paths = new Map<number, string[]>();
    for (const { mapId, path } of findPins(kernel)) paths.set(mapId, [...(paths.get(mapId) ?? []), path].sort());
    return paths;
  } catch (error) {
    if (isNeeded || !(error instanceof EbpfMapError)) throw error;
    return undefined;
  }
}

/** Loaded when somebody asks: it takes calls that nothing else needs. */
async function ownersOf(kernel: Kernel, onGap: ListOptions["onGap"]): Promise<Owners> {
  const [{ findOwners }, { LinuxObjectKernel }] = await Promise.all([
    import("../../reader/owners/find-owners.ts"),
    import("../../sys/objects/linux.ts"),
  ]);
  const owners = await findOwners({ kernel, objects: new LinuxObjectKernel(), self: process.pid });
  for (const gap of owners.gaps) onGap?.(gap);
  return owners;
}

function describe(
  map: MapSource,
  pins: ReadonlyMap<number, readonly string[]> | undefined,
  owners: Owners | undefined,
): ListedMap {
  const { info, label, fdinfo } = map;
  return new ListedMap({
    id: info.id,
    name: info.name,
    type: mapTypeName(info.type) ?? String(info.type),
    label,
    info,
    memlock: memlockOf(map),
    isFrozen: fdinfo.frozen === undefined ? undefined : fdinfo.frozen.trim() !== "0",
    pins: pins && (pins.get(info.id) ?? []),
    owners: owners?.of(info.id),
  });
}

function isWanted(map: ListedMap, { name, type, pinned }: ListOptions): boolean {
  if (typeof name === "string" ? map.name !== name : name !== undefined && map.name.search(name) < 0) return false;
  if (type !== undefined && ![type].flat().includes(map.type)) return false;
  return pinned === undefined || (map.pins ?? []).length > 0 === pinned;
}
