/** A place that a program is attached to: `xdp native eth0`, `tc ingress eth0`, `cgroup connect4 /system.slice`. */
export interface Attachment {
  /** `xdp`, `tc`, `tcx`, `cgroup`, `tracepoint`, `kprobe`, `fentry`, `struct_ops` … */
  readonly kind: string;
  /** `native`, `ingress`, `connect4` …; absent where the kind says it all. */
  readonly hook?: string;
  /** The interface, control group, function, tracepoint, map …; a number where it has no name here. */
  readonly target: string;
  /** The id of the link that holds it. */
  readonly link?: number;
}

/**
 * The way in which a program has to do with a map.
 * - "uses": its instructions do.
 * - "inner": it uses a map of maps in which the map lies.
 * - "struct_ops": it is a function of the struct_ops map.
 * - "declares": it comes from the same object file (the same BTF), and no program uses the map.
 */
export type ProgramRelation = "uses" | "inner" | "struct_ops" | "declares";

/** A program that has to do with a map. */
export interface OwnerProgram {
  /** The id of the program. */
  readonly id: number;
  /** The program's name; "" for one without. */
  readonly name: string;
  /** The name of its type as libbpf writes it, or `type N`. */
  readonly type: string;
  /** The relation of the program to the map. */
  readonly relation: ProgramRelation;
  /** The places that it is attached to. */
  readonly attachments: readonly Attachment[];
  /** True if the kernel doesn't tell where a program of this type is attached, or couldn't be asked. */
  readonly isUntold: boolean;
}

/** A process that keeps a map alive. */
export interface OwnerProcess {
  /** The number of the process. */
  readonly pid: number;
  /** The process's name as in `/proc/PID/comm`, 15 bytes at most. */
  readonly comm: string;
  /** The objects it holds open: the map, a map of maps in which the map lies, a program that uses it, a link of one. */
  readonly holds: readonly ("map" | "outer map" | "program" | "link")[];
}

/** All that uses a map or keeps it alive. */
export interface MapOwners {
  /** The programs that have to do with the map, by rising id. */
  readonly programs: readonly OwnerProgram[];
  /** The processes that keep the map alive, by rising pid. */
  readonly processes: readonly OwnerProcess[];
  /** The paths of its pins, sorted. */
  readonly pins: readonly string[];
  /** The ids of the maps of maps in which it lies. */
  readonly outerMaps: readonly number[];
  /** The attachments of the map itself: the registration of a struct_ops map, an iterator over the map. */
  readonly attachments: readonly Attachment[];
  /**
   * True if only pins, its own or those of a map of maps in which it lies, keep it alive: no program that uses it and
   * no process that holds it was found.
   */
  readonly isOrphaned: boolean;
  /** True if all programs and processes could be looked at. If false, there may be owners besides these. */
  readonly isComplete: boolean;
}

/** The owners of all maps. */
export interface Owners {
  /** Returns the owners of a map by its id; for a map that is newer than the look, none. */
  of(mapId: number): MapOwners;
  /** The things that couldn't be looked up, and why; empty if all could. */
  readonly gaps: readonly OwnerGap[];
}

/** Something that couldn't be looked up, so that owners may be missing. */
export interface OwnerGap {
  /** The kind of thing that couldn't be looked at. */
  readonly what: "maps" | "programs" | "links" | "attachments" | "processes" | "pins";
  /** A sentence without a full stop. */
  readonly reason: string;
}
