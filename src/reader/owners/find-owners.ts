import type { MapInfo } from "../../sys/info.ts";
import type { Kernel } from "../../sys/kernel.ts";
import { PROGRAM_TYPE } from "../../sys/objects/attach-types.ts";
import type { Link, LoadedProgram, ObjectKernel } from "../../sys/objects/kernel.ts";
import { findPins, type Pin } from "../../sys/pins.ts";
import { type BpfProcess, bpfProcesses } from "../../sys/processes.ts";
import { progTypeName } from "../../sys/prog-types.ts";
import { findAttachments, isSocketMap, type OwnerFiles } from "./attachments.ts";
import { Gaps } from "./gaps.ts";
import { type OwnershipFacts, readMapFacts } from "./map-facts.ts";
import type { Attachment, MapOwners, OwnerProcess, OwnerProgram, Owners, ProgramRelation } from "./owners.ts";

/** The places in which owners are looked for. */
export interface OwnerSources {
  readonly kernel: Kernel;
  readonly objects: ObjectKernel;
  /** The process that looks, which is no owner. */
  readonly self: number;
  readonly files?: OwnerFiles;
}

const FILES: OwnerFiles = { proc: "/proc", mounts: "/proc/mounts", netns: "/proc/self/ns/net" };

const NO_OWNERS: MapOwners = {
  programs: [],
  processes: [],
  pins: [],
  outerMaps: [],
  attachments: [],
  isOrphaned: false,
  isComplete: false,
};

/** Types of programs whose attachments no query tells. A perf event program is told by its link, if it has one. */
const UNTOLD: ReadonlySet<number> = new Set([
  PROGRAM_TYPE.socketFilter,
  PROGRAM_TYPE.schedAct,
  PROGRAM_TYPE.perfEvent,
  PROGRAM_TYPE.lwtIn,
  PROGRAM_TYPE.lwtOut,
  PROGRAM_TYPE.lwtXmit,
  PROGRAM_TYPE.lwtSeg6local,
  PROGRAM_TYPE.lircMode2,
  PROGRAM_TYPE.skReuseport,
]);

/**
 * Finds the owners of all maps: programs and where they are attached, processes, pins. Loads and attaches nothing. What
 * can't be looked up is in `gaps`; this never throws for it. Only the network namespace, the control groups and the
 * processes that this process sees are looked at.
 */
export async function findOwners({ kernel, objects, self, files = FILES }: OwnerSources): Promise<Owners> {
  const gaps = new Gaps();
  const maps = await readMapFacts(kernel, gaps);
  const programs = loadedPrograms(objects, gaps);
  const links = allLinks(objects, gaps);
  const { processes, hidden } = gaps.try("processes", () => bpfProcesses(self, files.proc), {
    processes: [],
    hidden: 0,
  });
  if (hidden > 0)
    gaps.say("processes", `${hidden} ${hidden === 1 ? "process" : "processes"} can't be inspected by this user`);
  const pins = gaps.try<Pin[]>("pins", () => findPins(kernel, files.mounts), []);
  const socketMaps = [...maps.infos.values()].filter(({ type }) => isSocketMap(type)).map(({ id }) => id);
  const attachments = findAttachments({ kernel, objects, files, programs, links, processes, socketMaps }, gaps);
  const index = new OwnerIndex({ maps, programs, links, processes, pins, attachments, gaps });
  const owners = new Map([...maps.infos.values()].map((info) => [info.id, index.ownersOf(info)]));
  return { of: (id) => owners.get(id) ?? NO_OWNERS, gaps: gaps.all };
}

function loadedPrograms(objects: ObjectKernel, gaps: Gaps): ReadonlyMap<number, LoadedProgram> {
  const ids = gaps.try("programs", () => objects.ids("program"), []);
  const programs = ids.map((id) => gaps.try("programs", () => objects.program(id), undefined));
  return new Map(programs.flatMap((program) => (program === undefined ? [] : [[program.id, program]])));
}

function allLinks(objects: ObjectKernel, gaps: Gaps): readonly Link[] {
  const ids = gaps.try("links", () => objects.ids("link"), []);
  return ids.flatMap((id) => gaps.try("links", () => objects.link(id), undefined) ?? []);
}

interface Found {
  readonly maps: OwnershipFacts;
  readonly programs: ReadonlyMap<number, LoadedProgram>;
  readonly links: readonly Link[];
  readonly processes: readonly BpfProcess[];
  readonly pins: readonly Pin[];
  readonly attachments: ReadonlyMap<number, readonly Attachment[]>;
  readonly gaps: Gaps;
}

type Held = OwnerProcess["holds"][number];

/** All that was found, by the ids by which it is looked up. */
class OwnerIndex {
  readonly #found: Found;
  readonly #users: ReadonlyMap<number, readonly LoadedProgram[]>;
  readonly #byBtf: ReadonlyMap<number, readonly LoadedProgram[]>;
  readonly #pins: ReadonlyMap<number, readonly string[]>;
  readonly #programLinks: ReadonlyMap<number, readonly number[]>;
  readonly #mapLinks: ReadonlyMap<number, readonly Link[]>;
  readonly #holders: Readonly<Record<"maps" | "programs" | "links", ReadonlyMap<number, readonly BpfProcess[]>>>;

  constructor(found: Found) {
    this.#found = found;
    const { programs, pins, links, processes } = found;
    const all = [...programs.values()];
    this.#users = grouped(all.flatMap((program) => [...new Set(program.mapIds)].map((id) => [id, program])));
    this.#byBtf = grouped(all.filter(({ btfId }) => btfId !== 0).map((program) => [program.btfId, program]));
    this.#pins = grouped(pins.map(({ mapId, path }) => [mapId, path]));
    this.#programLinks = grouped(links.map(({ programId, id }) => [programId, id]));
    this.#mapLinks = grouped(links.flatMap((link) => mapsOfLink(link).map((mapId) => [mapId, link])));
    const holders = (kind: "maps" | "programs" | "links"): ReadonlyMap<number, readonly BpfProcess[]> =>
      grouped(processes.flatMap((process) => [...process[kind]].map((id) => [id, process])));
    this.#holders = { maps: holders("maps"), programs: holders("programs"), links: holders("links") };
  }

  ownersOf(info: MapInfo): MapOwners {
    const { id } = info;
    const outerMaps = this.#found.maps.outerMaps.get(id) ?? [];
    const programs = this.#programsOf(info, outerMaps);
    const processes = this.#processesOf(id, outerMaps, programs);
    const pins = [...(this.#pins.get(id) ?? [])].sort();
    const attachments = this.#attachmentsOf(id);
    const isPinned = [id, ...outerMaps].some((map) => this.#pins.has(map));
    const isUsed = programs.length + processes.length + attachments.length > 0;
    const isComplete = this.#found.gaps.all.every(({ what }) => what === "attachments" || what === "pins");
    return { programs, processes, pins, outerMaps, attachments, isOrphaned: isPinned && !isUsed, isComplete };
  }

  #programsOf(info: MapInfo, outerMaps: readonly number[]): OwnerProgram[] {
    const relations = new Map<LoadedProgram, ProgramRelation>();
    const relate = (programs: readonly LoadedProgram[], relation: ProgramRelation): void => {
      for (const program of programs) if (!relations.has(program)) relations.set(program, relation);
    };
    relate(this.#users.get(info.id) ?? [], "uses");
    relate(this.#structOpsPrograms(info), "struct_ops");
    for (const outer of outerMaps) relate(this.#users.get(outer) ?? [], "inner");
    if (relations.size === 0) relate(this.#byBtf.get(info.btfId) ?? [], "declares");
    return [...relations].map(([program, relation]) => this.#owner(program, relation)).sort(byId);
  }

  #structOpsPrograms({ id, btfId }: MapInfo): LoadedProgram[] {
    const value = this.#found.maps.structOps.get(id);
    if (value === undefined) return [];
    return (this.#byBtf.get(btfId) ?? []).filter(
      (one) => one.type === PROGRAM_TYPE.structOps && value.words.has(one.id),
    );
  }

  #owner({ id, name, type }: LoadedProgram, relation: ProgramRelation): OwnerProgram {
    const found = this.#found.attachments.get(id) ?? [];
    const isBlind = this.#found.gaps.all.some(({ what }) => what === "attachments" || what === "links");
    const isUntold = found.length === 0 && relation !== "struct_ops" && (UNTOLD.has(type) || isBlind);
    return { id, name, type: progTypeName(type) ?? `type ${type}`, relation, attachments: found, isUntold };
  }

  #processesOf(id: number, outerMaps: readonly number[], programs: readonly OwnerProgram[]): OwnerProcess[] {
    const held = new Map<BpfProcess, Set<Held>>();
    const hold = (processes: readonly BpfProcess[] = [], what: Held): void => {
      for (const process of processes) held.set(process, (held.get(process) ?? new Set()).add(what));
    };
    hold(this.#holders.maps.get(id), "map");
    for (const outer of outerMaps) hold(this.#holders.maps.get(outer), "outer map");
    for (const program of programs) {
      hold(this.#holders.programs.get(program.id), "program");
      for (const link of this.#programLinks.get(program.id) ?? []) hold(this.#holders.links.get(link), "link");
    }
    for (const link of this.#mapLinks.get(id) ?? []) hold(this.#holders.links.get(link.id), "link");
    return [...held].map(([{ pid, comm }, holds]) => ({ pid, comm, holds: [...holds] })).sort((a, b) => a.pid - b.pid);
  }

  /** The places that the map itself is attached to. */
  #attachmentsOf(id: number): Attachment[] {
    const { name } = this.#found.maps.infos.get(id) ?? { name: "" };
    const links = (this.#mapLinks.get(id) ?? []).map((link): Attachment => {
      const { target } = link;
      return { kind: target.kind, target: target.kind === "iter" ? target.name : name, link: link.id };
    });
    const isRegistered = this.#found.maps.structOps.get(id)?.isInUse === true;
    return isRegistered && links.length === 0 ? [{ kind: "struct_ops", target: name }] : links;
  }
}

/** The maps that a link keeps alive by itself, not through its program. */
function mapsOfLink({ target }: Link): number[] {
  if (target.kind === "struct_ops" || target.kind === "sockmap") return [target.mapId];
  return target.kind === "iter" && target.mapId !== 0 ? [target.mapId] : [];
}

function grouped<T>(pairs: readonly (readonly [number, T])[]): Map<number, T[]> {
  const groups = new Map<number, T[]>();
  for (const [key, one] of pairs) {
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [one]);
    else group.push(one);
  }
  return groups;
}

function byId(a: { readonly id: number }, b: { readonly id: number }): number {
  return a.id - b.id;
}
