import { closeSync, openSync, readFileSync, statSync } from "node:fs";
import { textFromBytes } from "../../bytes.ts";
import type { Kernel } from "../../sys/kernel.ts";
import { cgroupPaths } from "../../sys/lookup-tables.ts";
import { BPF_MAP_TYPE } from "../../sys/map-types.ts";
import { parseMounts } from "../../sys/mounts.ts";
import {
  CGROUP_HOOKS,
  FLOW_DISSECTOR,
  NETKIT_HOOKS,
  PROGRAM_TYPE,
  SOCKMAP_HOOKS,
  TCX_HOOKS,
} from "../../sys/objects/attach-types.ts";
import type { InterfacePrograms, Link, LoadedProgram, ObjectKernel } from "../../sys/objects/kernel.ts";
import type { BpfProcess } from "../../sys/processes.ts";
import {
  type AttachmentContext,
  attachmentOf,
  attachmentText,
  cgroupAttachment,
  linkAttachment,
} from "./attachment.ts";
import type { Gaps } from "./gaps.ts";
import { attachmentNames } from "./names.ts";
import type { Attachment } from "./owners.ts";

/** The files that tell about this machine. */
export interface OwnerFiles {
  readonly proc: string;
  readonly mounts: string;
  readonly netns: string;
}

/** The sources from which attachments are found. */
export interface AttachmentSources {
  readonly kernel: Kernel;
  readonly objects: ObjectKernel;
  readonly files: OwnerFiles;
  readonly programs: ReadonlyMap<number, LoadedProgram>;
  readonly links: readonly Link[];
  readonly processes: readonly BpfProcess[];
  /** The ids of maps of sockets, to which programs can be attached. */
  readonly socketMaps: readonly number[];
}

const NO_INTERFACES: InterfacePrograms = { names: new Map(), programs: [] };

/** Program types whose attachments to interfaces netlink or a query tells. */
const INTERFACE_TYPES: readonly number[] = [PROGRAM_TYPE.schedCls, 6];
const PROBE_TYPES: readonly number[] = [PROGRAM_TYPE.kprobe, PROGRAM_TYPE.tracepoint, 17, 24];

/** The types of maps that are asked for attached programs. */
export function isSocketMap(type: number): boolean {
  return type === BPF_MAP_TYPE.SOCKMAP || type === BPF_MAP_TYPE.SOCKHASH;
}

/**
 * Finds the places that programs are attached to, by program: those of links, and those that only queries of control
 * groups, interfaces, socket maps and perf events tell. Only hooks for types of programs that are loaded are asked.
 */
export function findAttachments(sources: AttachmentSources, gaps: Gaps): ReadonlyMap<number, readonly Attachment[]> {
  return new AttachmentSearch(sources, gaps).find();
}

class AttachmentSearch {
  readonly #sources: AttachmentSources;
  readonly #gaps: Gaps;
  readonly #types: ReadonlySet<number>;
  readonly #found = new Map<number, Attachment[]>();

  constructor(sources: AttachmentSources, gaps: Gaps) {
    this.#sources = sources;
    this.#gaps = gaps;
    this.#types = new Set([...sources.programs.values()].map(({ type }) => type));
  }

  find(): ReadonlyMap<number, readonly Attachment[]> {
    const { kernel, links, files } = this.#sources;
    const root = this.#cgroupRoot();
    const interfaces = this.#interfaces();
    const tcx = this.#interfaceQueries(interfaces);
    const onInterface = new Set([...interfaces.programs, ...tcx].map((one) => `${one.ifindex} ${one.programId}`));
    const context: AttachmentContext = {
      names: attachmentNames(kernel, root),
      netns: inodeOf(files.netns),
      interfaceOf: (ifindex, programId) =>
        onInterface.has(`${ifindex} ${programId}`) ? (interfaces.names.get(ifindex) ?? `${ifindex}`) : undefined,
    };
    for (const link of links) if (link.programId !== 0) this.#add(link.programId, linkAttachment(link, context));
    for (const { ifindex, programId, kind, hook } of [...interfaces.programs, ...tcx]) {
      this.#addUnlinked(programId, { kind, hook, target: interfaces.names.get(ifindex) ?? `${ifindex}` });
    }
    if (root !== undefined) this.#findInCgroups(root, context);
    this.#findInSocketMaps();
    this.#findFlowDissector();
    this.#findPerfEvents(context);
    return this.#found;
  }

  #add(programId: number, attachment: Attachment): void {
    const list = this.#found.get(programId);
    if (list === undefined) this.#found.set(programId, [attachment]);
    else list.push(attachment);
  }

  /** Adds an attachment unless a link has told of it already; a link of XDP doesn't tell the mode. */
  #addUnlinked(programId: number, attachment: Attachment): void {
    const isSame = (known: Attachment): boolean =>
      known.kind === attachment.kind &&
      known.target === attachment.target &&
      (known.hook === attachment.hook || (known.kind === "xdp" && known.hook === undefined));
    const list = this.#found.get(programId) ?? [];
    if (list.some(isSame)) {
      this.#found.set(
        programId,
        list.map((known) => (isSame(known) ? { ...attachment, ...known } : known)),
      );
    } else this.#add(programId, attachment);
  }

  #has(types: Iterable<number>): boolean {
    for (const type of types) if (this.#types.has(type)) return true;
    return false;
  }

  #interfaces(): InterfacePrograms {
    if (!this.#has(INTERFACE_TYPES)) return NO_INTERFACES;
    return this.#gaps.try("attachments", () => this.#sources.objects.interfacePrograms(), NO_INTERFACES);
  }

  /** Asks each interface for programs of tcx and netkit, with and without links. */
  #interfaceQueries({
    names,
  }: InterfacePrograms): { ifindex: number; programId: number; kind: "tcx" | "netkit"; hook: string }[] {
    if (!this.#types.has(PROGRAM_TYPE.schedCls)) return [];
    const hooks = [
      ...TCX_HOOKS.map((hook) => ({ ...hook, kind: "tcx" as const })),
      ...NETKIT_HOOKS.map((hook) => ({ ...hook, kind: "netkit" as const })),
    ];
    return [...names.keys()].flatMap((ifindex) =>
      hooks.flatMap(({ attachType, name, kind }) =>
        this.#query({ ifindex }, attachType).map((programId) => ({ ifindex, programId, kind, hook: name })),
      ),
    );
  }

  #findInCgroups(root: string, { names }: AttachmentContext): void {
    const hooks = [...CGROUP_HOOKS].flatMap(([type, ofType]) => (this.#types.has(type) ? ofType : []));
    if (hooks.length === 0) return;
    for (const [id, path] of cgroupPaths(root)) {
      withFolder(root + path, (fd) => {
        for (const { attachType } of hooks) {
          for (const programId of this.#query({ fd }, attachType)) {
            this.#addUnlinked(programId, cgroupAttachment(id, attachType, names));
          }
        }
      });
    }
  }

  #findInSocketMaps(): void {
    const { kernel, socketMaps } = this.#sources;
    if (!this.#has([PROGRAM_TYPE.skSkb, PROGRAM_TYPE.skMsg])) return;
    for (const id of socketMaps) {
      const map = this.#gaps.try("attachments", () => kernel.openMap(id), undefined);
      if (map === undefined) continue;
      using fd = map;
      for (const { attachType, name } of SOCKMAP_HOOKS) {
        for (const programId of this.#query({ fd: fd.number }, attachType)) {
          this.#addUnlinked(programId, { kind: "sockmap", hook: name, target: `map id ${id}` });
        }
      }
    }
  }

  #findFlowDissector(): void {
    if (!this.#types.has(PROGRAM_TYPE.flowDissector)) return;
    withFolder(this.#sources.files.netns, (fd) => {
      for (const programId of this.#query({ fd }, FLOW_DISSECTOR)) {
        this.#addUnlinked(programId, { kind: "netns", hook: "flow_dissector", target: "this network namespace" });
      }
    });
  }

  /** Asks the perf events of processes for programs that were attached without a link. */
  #findPerfEvents(context: AttachmentContext): void {
    if (!this.#has(PROBE_TYPES)) return;
    const { processes, objects } = this.#sources;
    for (const { pid, perfEvents } of processes) {
      for (const fd of perfEvents) {
        const found = objects.perfProgram(pid, fd);
        if (found !== undefined) this.#addOnce(found.programId, attachmentOf(found.target, found.programId, context));
      }
    }
  }

  /** Adds an attachment to a probe, which has an event for each CPU. */
  #addOnce(programId: number, attachment: Attachment): void {
    const known = this.#found.get(programId)?.map(attachmentText) ?? [];
    if (!known.includes(attachmentText(attachment))) this.#add(programId, attachment);
  }

  #query(target: { readonly fd: number } | { readonly ifindex: number }, attachType: number): readonly number[] {
    return this.#gaps.try("attachments", () => this.#sources.objects.attachedTo(target, attachType), []);
  }

  /** Returns the folder of the unified hierarchy of control groups, which programs are attached to. */
  #cgroupRoot(): string | undefined {
    const isNeeded =
      this.#has(CGROUP_HOOKS.keys()) || this.#sources.links.some(({ target }) => target.kind === "cgroup");
    if (!isNeeded) return undefined;
    const root = mountsOf(this.#sources.files.mounts).find(({ type }) => type === "cgroup2")?.path;
    if (root === undefined) {
      this.#gaps.say(
        "attachments",
        "control groups (cgroup2) are not mounted here: programs attached to them are not found",
      );
    }
    return root;
  }
}

function mountsOf(path: string): ReturnType<typeof parseMounts> {
  try {
    return parseMounts(textFromBytes(readFileSync(path)));
  } catch {
    return [];
  }
}

function inodeOf(path: string): number | undefined {
  try {
    return statSync(path).ino;
  } catch {
    return undefined;
  }
}

/** Opens a folder or file for a query. One that is gone, or not for this user, is left out. */
function withFolder(path: string, use: (fd: number) => void): void {
  let fd: number;
  try {
    fd = openSync(path, "r");
  } catch {
    return;
  }
  try {
    use(fd);
  } finally {
    closeSync(fd);
  }
}
