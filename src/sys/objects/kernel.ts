/** A loaded program: what tells who uses which map. */
export interface LoadedProgram {
  readonly id: number;
  readonly type: number;
  /** Its name, cut to 15 bytes by the kernel. */
  readonly name: string;
  /** 0: none. */
  readonly btfId: number;
  /** The maps that its instructions use; those that its object file only declares are not among them. */
  readonly mapIds: readonly number[];
}

/** An attachment that a link holds. */
export interface Link {
  readonly id: number;
  /** 0 for the link of a struct_ops map. */
  readonly programId: number;
  readonly target: LinkTarget;
}

/** The events of `enum bpf_perf_event_type` and `enum bpf_task_fd_type` that have a name. */
export type ProbeKind = "raw_tracepoint" | "tracepoint" | "kprobe" | "kretprobe" | "uprobe" | "uretprobe";

/** The place of a link in the kernel's own terms: numbers of interfaces, control groups, types. */
export type LinkTarget =
  | { readonly kind: ProbeKind; readonly name: string; readonly offset: bigint }
  | { readonly kind: "tracing"; readonly attachType: number; readonly objectId: number; readonly typeId: number }
  | { readonly kind: "cgroup"; readonly cgroupId: bigint; readonly attachType: number }
  | { readonly kind: "iter"; readonly name: string; readonly mapId: number }
  | { readonly kind: "netns"; readonly inode: number; readonly attachType: number }
  | { readonly kind: "xdp"; readonly ifindex: number }
  | { readonly kind: "tcx" | "netkit"; readonly ifindex: number; readonly attachType: number }
  | { readonly kind: "struct_ops"; readonly mapId: number }
  | { readonly kind: "sockmap"; readonly mapId: number; readonly attachType: number }
  | { readonly kind: "netfilter"; readonly family: number; readonly hook: number; readonly priority: number }
  | { readonly kind: "kprobe_multi"; readonly count: number; readonly isReturn: boolean }
  | { readonly kind: "uprobe_multi"; readonly path: string; readonly count: number; readonly isReturn: boolean }
  | { readonly kind: "perf_event" }
  /** A type of link that is newer than this program. */
  | { readonly kind: "unknown"; readonly type: number };

/** A program on a network interface of this process's network namespace, by netlink. */
export interface InterfaceProgram {
  readonly ifindex: number;
  readonly programId: number;
  /** `hook`: the mode of XDP, `ingress` or `egress` of tc, or the handle of another qdisc. */
  readonly kind: "xdp" | "tc";
  readonly hook: string;
}

/** The programs on network interfaces, and the names of the interfaces. */
export interface InterfacePrograms {
  readonly names: ReadonlyMap<number, string>;
  readonly programs: readonly InterfaceProgram[];
}

/** The object that programs are attached to, for a query: a descriptor's number, or an interface's. */
export type QueryTarget = { readonly fd: number } | { readonly ifindex: number };

/**
 * The door to programs, links and attachments. It opens, asks and closes; nothing is loaded, attached or changed.
 * Methods throw NO_PERMISSION or KERNEL where the kernel refuses; what has vanished meanwhile is undefined.
 */
export interface ObjectKernel {
  /** Lists the ids of all programs or links, rising. */
  ids(kind: "program" | "link"): number[];
  program(id: number): LoadedProgram | undefined;
  link(id: number): Link | undefined;
  /**
   * Returns the ids of the programs that are attached to an object (BPF_PROG_QUERY); none where it has no such hook.
   */
  attachedTo(target: QueryTarget, attachType: number): number[];
  /** Returns the program behind a process's perf event (BPF_TASK_FD_QUERY); undefined if there is none. */
  perfProgram(pid: number, fd: number): { readonly programId: number; readonly target: LinkTarget } | undefined;
  /** Asks netlink for the programs of XDP and tc. */
  interfacePrograms(): InterfacePrograms;
}
