import type { MapOwners } from "../../reader/owners/owners.ts";
import type { MapInfo } from "../../sys/info.ts";

/** A map of this kernel as `listMaps` found it. It is not open: `openMap` and the other functions take it by its id. */
export class ListedMap {
  /** The id of the map, until the kernel is restarted. */
  readonly id: number;
  /** The name, at most 15 bytes; "" for a map without one. */
  readonly name: string;
  /** The map's type as bpftool calls it: `hash`, `percpu_array`; its number where that is newer than this program. */
  readonly type: string;
  /** The map as messages name it: `map id 7 (conns)`. */
  readonly label: string;
  /** The kernel's `bpf_map_info` of the map. */
  readonly info: MapInfo;
  /** Bytes of kernel memory that the map takes; undefined where the kernel doesn't tell. */
  readonly memlock: number | undefined;
  /** True if nobody may change the map any more; undefined where the kernel doesn't tell. */
  readonly isFrozen: boolean | undefined;
  /** The paths of its pins, sorted; undefined where pins can't be looked for. */
  readonly pins: readonly string[] | undefined;

  /** The programs and processes that use it, where `listMaps` was to look for them (`owners: true`); else undefined. */
  readonly owners: MapOwners | undefined;

  /** @internal */
  constructor(facts: ListedMap) {
    this.id = facts.id;
    this.name = facts.name;
    this.type = facts.type;
    this.label = facts.label;
    this.info = facts.info;
    this.memlock = facts.memlock;
    this.isFrozen = facts.isFrozen;
    this.pins = facts.pins;
    this.owners = facts.owners;
  }
}
