import { expect, test } from "vitest";
import { type AttachmentContext, attachmentText, linkAttachment } from "../../../../src/reader/owners/attachment.ts";
import type { LinkTarget } from "../../../../src/sys/objects/kernel.ts";

const CONTEXT: AttachmentContext = {
  names: {
    cgroup: (id) => (id === 77n ? "/system.slice" : undefined),
    kernelType: (btf, type) => (btf === 1 && type === 5 ? "tcp_connect" : undefined),
  },
  interfaceOf: (ifindex, program) => (ifindex === 2 && program === 9 ? "eth0" : undefined),
  netns: 4026,
};

test.each<[LinkTarget, string]>([
  [{ kind: "raw_tracepoint", name: "sched_switch", offset: 0n }, "raw_tracepoint sched_switch"],
  [{ kind: "kprobe", name: "tcp_sendmsg", offset: 16n }, "kprobe tcp_sendmsg+0x10"],
  [{ kind: "tracing", attachType: 24, objectId: 1, typeId: 5 }, "fentry tcp_connect"],
  [{ kind: "tracing", attachType: 0, objectId: 1, typeId: 5 }, "freplace program id 1"],
  [{ kind: "tracing", attachType: 25, objectId: 31, typeId: 5 }, "fexit program id 31"],
  [{ kind: "tracing", attachType: 99, objectId: 1, typeId: 5 }, "attach type 99 tcp_connect"],
  [{ kind: "cgroup", cgroupId: 77n, attachType: 10 }, "cgroup connect4 /system.slice"],
  [{ kind: "cgroup", cgroupId: 78n, attachType: 43 }, "cgroup lsm id 78"],
  [{ kind: "iter", name: "task", mapId: 0 }, "iter task"],
  [{ kind: "iter", name: "bpf_map_elem", mapId: 7 }, "iter bpf_map_elem map id 7"],
  [{ kind: "netns", inode: 4026, attachType: 36 }, "netns sk_lookup this network namespace"],
  [{ kind: "netns", inode: 4027, attachType: 17 }, "netns flow_dissector network namespace 4027"],
  [{ kind: "xdp", ifindex: 2 }, "xdp eth0"],
  [{ kind: "xdp", ifindex: 3 }, "xdp interface 3 of another network namespace"],
  [{ kind: "xdp", ifindex: 0 }, "xdp detached"],
  [{ kind: "tcx", ifindex: 2, attachType: 46 }, "tcx ingress eth0"],
  [{ kind: "netkit", ifindex: 2, attachType: 55 }, "netkit peer eth0"],
  [{ kind: "struct_ops", mapId: 4 }, "struct_ops map id 4"],
  [{ kind: "sockmap", mapId: 4, attachType: 7 }, "sockmap msg_verdict map id 4"],
  [{ kind: "netfilter", family: 2, hook: 1, priority: -10 }, "netfilter ip input priority -10"],
  [{ kind: "netfilter", family: 7, hook: 9, priority: 0 }, "netfilter family 7 hook 9 priority 0"],
  [{ kind: "kprobe_multi", count: 12, isReturn: true }, "kretprobe_multi 12 functions"],
  [{ kind: "uprobe_multi", path: "/bin/x", count: 1, isReturn: false }, "uprobe_multi /bin/x 1 place"],
  [{ kind: "perf_event" }, "perf_event"],
  [{ kind: "unknown", type: 31 }, "link type 31"],
])("%o is %s", (target, text) => {
  const attachment = linkAttachment({ id: 3, programId: 9, target }, CONTEXT);
  expect(attachmentText(attachment)).toBe(text);
  expect(attachment.link).toBe(3);
});
