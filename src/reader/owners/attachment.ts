import { hookName, tracingKind } from "../../sys/objects/attach-types.ts";
import type { Link, LinkTarget } from "../../sys/objects/kernel.ts";
import type { AttachmentNames } from "./names.ts";
import type { Attachment } from "./owners.ts";

/** The hooks of netfilter (`enum nf_inet_hooks`), and its protocol families. */
const NETFILTER_HOOKS: readonly string[] = ["prerouting", "input", "forward", "output", "postrouting"];
const NETFILTER_FAMILIES: ReadonlyMap<number, string> = new Map([
  [2, "ip"],
  [10, "ip6"],
]);

/** The context in which attachments are named: besides names, the interfaces that are known to have a program. */
export interface AttachmentContext {
  readonly names: AttachmentNames;
  /** Returns the name of an interface of this network namespace if the program is really on it. */
  readonly interfaceOf: (ifindex: number, programId: number) => string | undefined;
  /** The inode of this process's network namespace. */
  readonly netns: number | undefined;
}

/** Describes the place that a link attaches its program to. */
export function linkAttachment(link: Link, context: AttachmentContext): Attachment {
  return { ...attachmentOf(link.target, link.programId, context), link: link.id };
}

/** Returns an attachment as a line of text. */
export function attachmentText({ kind, hook, target }: Attachment): string {
  return [kind, hook, target].filter((part) => part !== undefined && part !== "").join(" ");
}

/** Describes a place in the kernel's terms by its names. */
export function attachmentOf(target: LinkTarget, programId: number, context: AttachmentContext): Attachment {
  const { names } = context;
  switch (target.kind) {
    case "tracing":
      return traced(target.objectId, target.typeId, tracingKind(target.attachType), names);
    case "cgroup":
      return cgroupAttachment(target.cgroupId, target.attachType, names);
    case "iter":
      return { kind: "iter", target: target.mapId === 0 ? target.name : `${target.name} map id ${target.mapId}` };
    case "netns": {
      const where = target.inode === context.netns ? "this network namespace" : `network namespace ${target.inode}`;
      return { kind: "netns", hook: hookName(target.attachType), target: where };
    }
    case "xdp":
      return { kind: "xdp", target: interfaceText(target.ifindex, programId, context) };
    case "tcx":
    case "netkit": {
      const where = interfaceText(target.ifindex, programId, context);
      return { kind: target.kind, hook: hookName(target.attachType), target: where };
    }
    case "struct_ops":
      return { kind: "struct_ops", target: `map id ${target.mapId}` };
    case "sockmap":
      return { kind: "sockmap", hook: hookName(target.attachType), target: `map id ${target.mapId}` };
    case "netfilter": {
      const family = NETFILTER_FAMILIES.get(target.family) ?? `family ${target.family}`;
      const hook = NETFILTER_HOOKS[target.hook] ?? `hook ${target.hook}`;
      return { kind: "netfilter", hook: `${family} ${hook}`, target: `priority ${target.priority}` };
    }
    case "kprobe_multi":
      return { kind: `${target.isReturn ? "kretprobe" : "kprobe"}_multi`, target: counted(target.count, "function") };
    case "uprobe_multi": {
      const kind = `${target.isReturn ? "uretprobe" : "uprobe"}_multi`;
      return { kind, hook: target.path, target: counted(target.count, "place") };
    }
    case "perf_event":
      return { kind: "perf_event", target: "" };
    case "unknown":
      return { kind: `link type ${target.type}`, target: "" };
    default:
      return { kind: target.kind, target: target.name + offsetText(target.offset) };
  }
}

export function cgroupAttachment(id: bigint, attachType: number, names: AttachmentNames): Attachment {
  return { kind: "cgroup", hook: hookName(attachType), target: names.cgroup(id) ?? `id ${id}` };
}

function traced(objectId: number, typeId: number, kind: string, names: AttachmentNames): Attachment {
  // The id is that of BTF, or of a program in which a function is replaced or traced.
  const name = kind === "freplace" ? undefined : names.kernelType(objectId, typeId);
  return { kind, target: name ?? `program id ${objectId}` };
}

function interfaceText(ifindex: number, programId: number, { interfaceOf }: AttachmentContext): string {
  if (ifindex === 0) return "detached";
  return interfaceOf(ifindex, programId) ?? `interface ${ifindex} of another network namespace`;
}

function offsetText(offset: bigint): string {
  return offset === 0n ? "" : `+0x${offset.toString(16)}`;
}

function counted(count: number, what: string): string {
  return `${count} ${what}${count === 1 ? "" : "s"}`;
}
