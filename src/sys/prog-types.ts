/** Names of `enum bpf_prog_type` by number, as libbpf writes them. */
const PROG_TYPE_NAMES: readonly string[] = [
  "unspec",
  "socket_filter",
  "kprobe",
  "sched_cls",
  "sched_act",
  "tracepoint",
  "xdp",
  "perf_event",
  "cgroup_skb",
  "cgroup_sock",
  "lwt_in",
  "lwt_out",
  "lwt_xmit",
  "sock_ops",
  "sk_skb",
  "cgroup_device",
  "sk_msg",
  "raw_tracepoint",
  "cgroup_sock_addr",
  "lwt_seg6local",
  "lirc_mode2",
  "sk_reuseport",
  "flow_dissector",
  "cgroup_sysctl",
  "raw_tracepoint_writable",
  "cgroup_sockopt",
  "tracing",
  "struct_ops",
  "ext",
  "lsm",
  "sk_lookup",
  "syscall",
  "netfilter",
];

/**
 * Returns the name of a program type, or undefined if it has none. Each bpftool knows the types of its time, those
 * below `namesBelow` (a column of its dialect), and prints the number of a newer one.
 */
export function progTypeName(type: number, namesBelow: number = PROG_TYPE_NAMES.length): string | undefined {
  return type < namesBelow ? PROG_TYPE_NAMES[type] : undefined;
}
