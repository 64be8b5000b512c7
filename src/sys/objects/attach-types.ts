/** A hook of `enum bpf_attach_type`: its name as bpftool and libbpf write it, without `cgroup_`. */
interface Hook {
  readonly attachType: number;
  readonly name: string;
}

/** The numbers of program types that stand in rules of attachments. */
export const PROGRAM_TYPE = {
  socketFilter: 1,
  kprobe: 2,
  schedCls: 3,
  schedAct: 4,
  tracepoint: 5,
  perfEvent: 7,
  lwtIn: 10,
  lwtOut: 11,
  lwtXmit: 12,
  skSkb: 14,
  skMsg: 16,
  lwtSeg6local: 19,
  lircMode2: 20,
  skReuseport: 21,
  flowDissector: 22,
  structOps: 27,
  ext: 28,
} as const;

/** The hooks of a control group by the type of the programs that they take. */
export const CGROUP_HOOKS: ReadonlyMap<number, readonly Hook[]> = new Map([
  [8, hooks({ 0: "ingress", 1: "egress" })],
  [9, hooks({ 2: "sock_create", 12: "post_bind4", 13: "post_bind6", 34: "sock_release" })],
  [13, hooks({ 3: "sock_ops" })],
  [15, hooks({ 6: "device" })],
  [
    18,
    hooks({
      8: "bind4",
      9: "bind6",
      10: "connect4",
      11: "connect6",
      14: "sendmsg4",
      15: "sendmsg6",
      19: "recvmsg4",
      20: "recvmsg6",
      29: "getpeername4",
      30: "getpeername6",
      31: "getsockname4",
      32: "getsockname6",
      49: "connect_unix",
      50: "sendmsg_unix",
      51: "recvmsg_unix",
      52: "getpeername_unix",
      53: "getsockname_unix",
    }),
  ],
  [23, hooks({ 18: "sysctl" })],
  [25, hooks({ 21: "getsockopt", 22: "setsockopt" })],
]);

/** The hooks of socket maps. */
export const SOCKMAP_HOOKS: readonly Hook[] = hooks({
  4: "stream_parser",
  5: "stream_verdict",
  7: "msg_verdict",
  38: "skb_verdict",
});

/** The hooks of network interfaces that are asked for by BPF_PROG_QUERY. */
export const TCX_HOOKS: readonly Hook[] = hooks({ 46: "ingress", 47: "egress" });
export const NETKIT_HOOKS: readonly Hook[] = hooks({ 54: "primary", 55: "peer" });

export const FLOW_DISSECTOR = 17;
const OTHER_HOOKS: readonly Hook[] = hooks({ 17: "flow_dissector", 36: "sk_lookup", 43: "lsm" });

/** The kinds of attachment to a function or tracepoint that the kernel's BTF names. */
const TRACING_KINDS: ReadonlyMap<number, string> = new Map([
  [0, "freplace"],
  [23, "tp_btf"],
  [24, "fentry"],
  [25, "fexit"],
  [26, "fmod_ret"],
  [27, "lsm"],
  [28, "iter"],
]);

const HOOK_NAMES: ReadonlyMap<number, string> = new Map(
  [...CGROUP_HOOKS.values(), SOCKMAP_HOOKS, TCX_HOOKS, NETKIT_HOOKS, OTHER_HOOKS]
    .flat()
    .map(({ attachType, name }) => [attachType, name]),
);

/** Returns the name of a hook, or its number. */
export function hookName(attachType: number): string {
  return HOOK_NAMES.get(attachType) ?? `attach type ${attachType}`;
}

/** Returns the kind of an attachment through a trampoline, or the number of its attach type. */
export function tracingKind(attachType: number): string {
  return TRACING_KINDS.get(attachType) ?? `attach type ${attachType}`;
}

function hooks(names: Readonly<Record<number, string>>): readonly Hook[] {
  return Object.entries(names).map(([attachType, name]) => ({ attachType: Number(attachType), name }));
}
