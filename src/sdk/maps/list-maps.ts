import { isFrozen, type ListFacts } from "../../output/list/list-facts.ts";
import { memlockOf } from "../../output/stats/stats.ts";
import type { OwnerGap } from "../../reader/owners/owners.ts";
import type { Kernel } from "../../sys/kernel.ts";
import { mapTypeName } from "../../sys/map-types.ts";
import { ANY_TEXT, BOOLEAN, CALLBACK, checkNeeds, checkOptions, type OptionChecks, SIGNAL } from "../check-options.ts";
import { ownKernel } from "../handle.ts";
import { SignalTurns } from "../machine/signal-turns.ts";
import { ListedMap } from "./listed-map.ts";
import { type FactsOf, factsOfAll, lookAtMaps } from "./look-at-maps.ts";

/** Options of `listMaps`, which gives the maps that all of them fit. */
export type ListOptions = ListBase & OwnerOptions;

/** Options of `listMaps` apart from owners. */
export interface ListBase {
  /** Maps of exactly this name, or whose names match anywhere. */
  readonly name?: string | RegExp;
  /** Maps of this type, or of one of these: `hash`, `percpu_array`, as `ListedMap.type` has it. */
  readonly type?: string | readonly string[];
  /** Only maps with pins (true), or only those without (false). */
  readonly pinned?: boolean;
  /** Ends the list with ABORTED, whose `cause` is the signal's reason. */
  readonly signal?: AbortSignal;
}

/** The option of `listMaps` to look for owners, and what goes with it. */
export type OwnerOptions =
  | {
      /**
       * Look for the owners of each map: programs and where they are attached, processes, pins. It takes a look at all
       * programs, links and processes of the machine, once for the whole list. This process is no owner. False unless
       * given.
       */
      readonly owners: boolean;
      /** Told of what couldn't be looked at, so that owners may be missing: a sentence without a full stop. */
      readonly onGap?: (gap: OwnerGap) => void;
    }
  | { readonly owners?: undefined; readonly onGap?: undefined };

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
 * Iterates over all maps of this kernel in the order of their ids, one after the other as the kernel tells of them: a
 * map that is made meanwhile may be there, one that vanishes isn't. Nothing stays open. The event loop gets its turn in
 * between.
 *
 * Throws USAGE at once for wrong options; from the loop ABORTED, UNSUPPORTED_PLATFORM, and NO_PERMISSION without
 * CAP_SYS_ADMIN; with `pinned` also an error where the pins can't be looked for. What owners can't be looked for is no
 * error: `onGap` is told, and `owners.isComplete` is false.
 */
export function listMaps(options: ListOptions = {}): AsyncGenerator<ListedMap, void, undefined> {
  checkOptions("list maps", options, LIST_CHECKS);
  checkNeeds("list maps", options, [["onGap", "owners"]]);
  return listed(ownKernel(), options);
}

async function* listed(kernel: Kernel, options: ListOptions): AsyncGenerator<ListedMap, void, undefined> {
  const { signal, pinned, owners = false, onGap = (): void => undefined } = options;
  const turns = new SignalTurns("list maps", signal);
  await turns.take();
  const pins = pinned === undefined ? "wanted" : "needed";
  const factsOf = await lookAtMaps({ kernel, self: process.pid }, { owners, pins, onGap });
  let label = "";
  const looked: FactsOf = (map) => {
    label = map.label;
    return factsOf(map);
  };
  for (const facts of factsOfAll(kernel, looked)) {
    await turns.take();
    const found = describe(facts, label);
    if (isWanted(found, options)) yield found;
  }
}

function describe({ info, fdinfo, pins, owners }: ListFacts, label: string): ListedMap {
  return new ListedMap({
    id: info.id,
    name: info.name,
    type: mapTypeName(info.type) ?? String(info.type),
    label,
    info,
    memlock: memlockOf({ fdinfo }),
    isFrozen: isFrozen(fdinfo),
    pins,
    owners,
  });
}

function isWanted(map: ListedMap, { name, type, pinned }: ListOptions): boolean {
  if (typeof name === "string" ? map.name !== name : name !== undefined && map.name.search(name) < 0) return false;
  if (type !== undefined && ![type].flat().includes(map.type)) return false;
  return pinned === undefined || (map.pins ?? []).length > 0 === pinned;
}
