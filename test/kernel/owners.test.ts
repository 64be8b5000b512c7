import { type ChildProcess, spawn } from "node:child_process";
import { mkdirSync, rmdirSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { attachmentText } from "../../src/reader/owners/attachment.ts";
import { findOwners } from "../../src/reader/owners/find-owners.ts";
import { ownersText } from "../../src/reader/owners/owner-text.ts";
import type { MapOwners } from "../../src/reader/owners/owners.ts";
import type { Fd } from "../../src/sys/fd.ts";
import { LinuxKernel } from "../../src/sys/linux.ts";
import { LinuxObjectKernel } from "../../src/sys/objects/linux.ts";
import { attach, link, loadUser, makeInterfaces, openPath, openRawTracepoint, sh } from "../helpers/attached.ts";
import { createMap, type MapSpec, updateElement } from "../helpers/bpf.ts";
import { bpftoolPath } from "../helpers/bpftools.ts";
import { waitFor } from "../helpers/compare.ts";
import { compileObject, loadObject, registerStructOps } from "../helpers/objects.ts";
import { liveSuite } from "../helpers/requirements.ts";
import type { Scratch } from "../helpers/scratch.ts";
import { useScratch } from "../helpers/use-scratch.ts";

const kernel = new LinuxKernel();
const ARRAY = { type: "array", keySize: 4, valueSize: 8, maxEntries: 1 } as const satisfies MapSpec;
const CGROUPS = "/sys/fs/cgroup/unified";

const [SOCKET_FILTER, SCHED_CLS, XDP, CGROUP_SKB, CGROUP_DEVICE, SK_SKB, RAW_TRACEPOINT] = [1, 3, 6, 8, 15, 14, 17];
const [CGROUP_INGRESS, CGROUP_EGRESS, CGROUP_DEVICE_HOOK, SKB_VERDICT, BPF_XDP, TCX_EGRESS] = [0, 1, 6, 38, 37, 47];

/** The process that runs the tests holds what they make: another number lets it be found as a holder. */
const NOBODY = 0;

async function ownersOf(map: Fd | number, self: number = process.pid): Promise<MapOwners> {
  const id = typeof map === "number" ? map : kernel.mapInfo(map).id;
  const owners = await findOwners({ kernel, objects: new LinuxObjectKernel(), self });
  return owners.of(id);
}

/** The programs of a map: name, relation, and where they are attached. */
function programsOf({ programs }: MapOwners): string[] {
  return programs.map(({ name, relation, attachments }) => {
    return [name, relation, ...attachments.map(attachmentText)].join(" | ");
  });
}

liveSuite("owners of maps", ["kernel", "bpftools"], () => {
  const scratch = useScratch();
  const array = (name = "owned_here", more: Partial<MapSpec> = {}): Fd =>
    scratch.own(createMap({ ...ARRAY, name, ...more }));
  const user = (map: Fd, type: number, name: string, attachType = 0): Fd =>
    scratch.own(loadUser(map, { type, name, attachType }));

  test("programs that use a map, the process that holds it, its pins", async () => {
    const map = array();
    user(map, SOCKET_FILTER, "first_user");
    user(map, XDP, "second_user");
    const path = scratch.pin(map, "owned");
    const owners = await ownersOf(map, NOBODY);
    expect(programsOf(owners)).toEqual(["first_user | uses", "second_user | uses"]);
    expect(owners.programs.map(({ isUntold, type }) => [type, isUntold])).toEqual([
      ["socket_filter", true],
      ["xdp", false],
    ]);
    const itself = owners.processes.find(({ pid }) => pid === process.pid);
    expect(itself?.holds).toEqual(["map", "program"]);
    expect(owners.pins).toEqual([path]);
    expect(owners.isOrphaned).toBe(false);
    expect((await ownersOf(map)).processes).toEqual([]);
  });

  test("XDP and tc without links, by netlink", async () => {
    const [name, peer] = interfaceNames();
    makeInterfaces(scratch, name, peer);
    const map = array();
    const [xdp, tc] = [user(map, XDP, "on_xdp"), user(map, SCHED_CLS, "on_tc")];
    sh("ip", "link", "set", "dev", name, "xdpgeneric", "pinned", scratch.pin(xdp, "xdp"));
    sh("tc", "qdisc", "add", "dev", name, "clsact");
    const pinned = scratch.pin(tc, "tc");
    for (const hook of ["ingress", "egress"])
      sh("tc", "filter", "add", "dev", name, hook, "bpf", "object-pinned", pinned, "da");
    sh("tc", "qdisc", "add", "dev", peer, "ingress");
    sh("tc", "filter", "add", "dev", peer, "parent", "ffff:", "bpf", "object-pinned", pinned, "da");
    expect(programsOf(await ownersOf(map))).toEqual([
      `on_xdp | uses | xdp generic ${name}`,
      `on_tc | uses | tc ingress ${peer} | tc ingress ${name} | tc egress ${name}`,
    ]);
  });

  test("XDP and tcx with links", async () => {
    const [name, peer] = interfaceNames();
    makeInterfaces(scratch, name, peer);
    const ifindex = Number(sh("cat", `/sys/class/net/${name}/ifindex`));
    const map = array();
    const xdpLink = scratch.own(link(user(map, XDP, "on_xdp", BPF_XDP), ifindex, BPF_XDP));
    const tcxLink = scratch.own(link(user(map, SCHED_CLS, "on_tcx", TCX_EGRESS), ifindex, TCX_EGRESS));
    const owners = await ownersOf(map);
    expect(programsOf(owners)).toEqual([
      expect.stringMatching(new RegExp(`^on_xdp \\| uses \\| xdp (native|generic) ${name}$`)),
      `on_tcx | uses | tcx egress ${name}`,
    ]);
    const ids = [xdpLink, tcxLink].map((fd) => Number(kernel.fdinfo(fd).get("link_id")));
    expect(owners.programs.map(({ attachments }) => attachments[0]?.link)).toEqual(ids);
  });

  test("an interface of another network namespace is not taken for one of the same number here", async () => {
    const map = array();
    const program = user(map, XDP, "elsewhere");
    const pinned = scratch.pin(program, "xdp");
    const script = `ip link set lo xdpgeneric pinned ${pinned} && echo there && read line`;
    const child = startProcess(scratch, "unshare", ["--net", "sh", "-c", script]);
    await firstOutput(child);
    expect(programsOf(await ownersOf(map))).toEqual(["elsewhere | uses"]);
  });

  test("control groups, with and without links", async () => {
    const folder = join(CGROUPS, `ebpf-map-owners-${process.pid}`);
    mkdirSync(folder);
    scratch.own({ [Symbol.dispose]: () => rmdirSync(folder) });
    const group = openPath(scratch, folder);
    const map = array();
    attach(scratch, group, user(map, CGROUP_DEVICE, "devices"), CGROUP_DEVICE_HOOK);
    attach(scratch, group, user(map, CGROUP_SKB, "packets"), CGROUP_INGRESS);
    scratch.own(link(user(map, CGROUP_SKB, "linked"), group, CGROUP_EGRESS));
    const path = folder.slice(CGROUPS.length);
    expect(programsOf(await ownersOf(map))).toEqual([
      `devices | uses | cgroup device ${path}`,
      `packets | uses | cgroup ingress ${path}`,
      `linked | uses | cgroup egress ${path}`,
    ]);
  });

  test("a tracepoint, and the process that holds its link", async () => {
    const map = array();
    scratch.own(openRawTracepoint(user(map, RAW_TRACEPOINT, "on_switch"), "sched_switch"));
    const owners = await ownersOf(map, NOBODY);
    expect(programsOf(owners)).toEqual(["on_switch | uses | raw_tracepoint sched_switch"]);
    expect(owners.processes.find(({ pid }) => pid === process.pid)?.holds).toEqual(["map", "program", "link"]);
  });

  test("a map of sockets has programs of its own", async () => {
    const sockets = array("owned_sockets", { type: "sockmap", valueSize: 4 });
    const map = array();
    attach(scratch, sockets.number, user(map, SK_SKB, "verdict"), SKB_VERDICT);
    const { id } = kernel.mapInfo(sockets);
    expect(programsOf(await ownersOf(map))).toEqual([`verdict | uses | sockmap skb_verdict map id ${id}`]);
  });

  test("an inner map belongs to those who use the outer one", async () => {
    const inner = array("owned_inner");
    const outer = array("owned_outer", { type: "hash_of_maps", valueSize: 4, inner, maxEntries: 4 });
    updateElement(outer, Uint8Array.of(7, 0, 0, 0), Uint8Array.of(inner.number, 0, 0, 0));
    user(outer, SOCKET_FILTER, "outer_user");
    const owners = await ownersOf(inner, NOBODY);
    expect(programsOf(owners)).toEqual(["outer_user | inner"]);
    expect(owners.outerMaps).toEqual([kernel.mapInfo(outer).id]);
    expect(owners.processes.find(({ pid }) => pid === process.pid)?.holds).toEqual(["map", "outer map", "program"]);
  });

  test("a map that only a pin keeps is orphaned, and so is what lies in it", async () => {
    const inner = array("owned_inner");
    const outer = createMap({ ...ARRAY, type: "array_of_maps", valueSize: 4, inner, name: "owned_outer" });
    updateElement(outer, new Uint8Array(4), Uint8Array.of(inner.number, 0, 0, 0));
    const ids = [inner, outer].map((map) => kernel.mapInfo(map).id);
    scratch.pin(outer, "outer");
    inner.close();
    outer.close();
    for (const id of ids) {
      const owners = await waitFor("the descriptors to be gone", async () => {
        const found = await ownersOf(id, NOBODY);
        return found.processes.length === 0 ? found : undefined;
      });
      expect([owners.isOrphaned, owners.programs, owners.attachments]).toEqual([true, [], []]);
      expect(ownersText(owners)).toMatch(/^orphaned\??$/);
    }
  });
});

liveSuite("owners of maps of compiled programs", ["kernel", "bpftools", "clang", "libbpf"], () => {
  const scratch = useScratch();

  test("a struct_ops map belongs to its functions and is registered", async () => {
    const id = await registerStructOps(scratch, "congestion");
    const owners = await ownersOf(id);
    expect(programsOf(owners)).toEqual(["ssthresh | struct_ops", "cong_avoid | struct_ops", "undo_cwnd | struct_ops"]);
    expect(owners.attachments.map(attachmentText)).toEqual(["struct_ops nothing"]);
    expect(owners.isOrphaned).toBe(false);
  });

  test("a function of a library, by its file", async () => {
    const object = await compileObject(scratch, "traced");
    sh(
      bpftoolPath("7.8"),
      "prog",
      "loadall",
      object,
      join(scratch.pins, "links"),
      "pinmaps",
      scratch.pins,
      "autoattach",
    );
    using map = kernel.openPinned(join(scratch.pins, "traced"));
    expect(programsOf(await ownersOf(map))).toEqual([
      expect.stringMatching(/^on_getpgid \| uses \| uprobe \/.*libc\.so\.6\+0x[0-9a-f]+$/),
    ]);
  });

  test("a map that no program uses belongs to those of its object file", async () => {
    const maps = await loadObject(scratch, "declared");
    const idle = maps.find((path) => path.endsWith("idle")) ?? "";
    using map = kernel.openPinned(idle);
    expect(programsOf(await ownersOf(map))).toEqual(["uses_busy | declares"]);
  });
});

liveSuite("owners of maps of running programs", ["kernel", "libbpfTools"], () => {
  const scratch = useScratch();

  test("hardirqs: tracepoints by name, the process by its links", async () => {
    const child = startProcess(scratch, "hardirqs", ["3600"]);
    const owners = await waitFor("hardirqs to be attached", async () => {
      const all = await findOwners({ kernel, objects: new LinuxObjectKernel(), self: NOBODY });
      for (let id = 0; ; ) {
        const next = kernel.nextMapId(id);
        if (next.errno !== 0) return undefined;
        id = next.id;
        const found = all.of(id);
        const isHeld = found.processes.some(({ pid, holds }) => pid === child.pid && holds.includes("link"));
        if (isHeld && found.programs.length === 2) return found;
      }
    });
    expect(programsOf(owners).map((text) => text.replace(/^\w+ \| uses \| /, ""))).toEqual([
      "raw_tracepoint irq_handler_entry",
      "raw_tracepoint irq_handler_exit",
    ]);
    expect(owners.processes.map(({ comm }) => comm)).toEqual(["hardirqs"]);
  });
});

/** Names of two interfaces that no other run of the tests has. */
function interfaceNames(): [string, string] {
  return [`emo${process.pid}a`, `emo${process.pid}b`];
}

function startProcess(scratch: Scratch, file: string, args: readonly string[]): ChildProcess {
  const child = spawn(file, args, { stdio: ["pipe", "pipe", "ignore"] });
  scratch.own({ [Symbol.dispose]: () => child.kill("SIGKILL") });
  return child;
}

async function firstOutput(child: ChildProcess): Promise<string> {
  return await new Promise((resolve) => child.stdout?.once("data", (data) => resolve(String(data))));
}
