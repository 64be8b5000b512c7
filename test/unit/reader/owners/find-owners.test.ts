import { mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { attachmentText } from "../../../../src/reader/owners/attachment.ts";
import { findOwners } from "../../../../src/reader/owners/find-owners.ts";
import { ownerName, ownersText } from "../../../../src/reader/owners/owner-text.ts";
import type { Owners } from "../../../../src/reader/owners/owners.ts";
import { EPERM } from "../../../../src/sys/errno.ts";
import { FakeKernel, fakeMap } from "../../../helpers/fake-kernel.ts";
import { type FakeObjectSpec, fakeObjects, fakeProgram } from "../../../helpers/fake-objects.ts";
import { NO_OWNERS } from "../../../helpers/no-owners.ts";
import { Scratch } from "../../../helpers/scratch.ts";

const KPROBE = 2;
const { info } = fakeMap(1);

/** Looks for owners of maps 1 and 2. `held`: what links in the descriptors of process 40 point to, and their fdinfo. */
async function find(
  scratch: Scratch,
  spec: FakeObjectSpec,
  { held = [], kernel = twoMaps() }: { held?: [target: string, fdinfo: string][]; kernel?: FakeKernel } = {},
): Promise<Owners> {
  const proc = join(scratch.folder, "proc");
  for (const folder of ["fd", "fdinfo"]) mkdirSync(join(proc, "40", folder), { recursive: true });
  writeFileSync(join(proc, "40", "comm"), "agent\n");
  for (const [fd, [target, fdinfo]] of held.entries()) {
    symlinkSync(target, join(proc, "40", "fd", `${fd}`));
    writeFileSync(join(proc, "40", "fdinfo", `${fd}`), fdinfo);
  }
  writeFileSync(join(scratch.folder, "mounts"), "");
  const files = { proc, mounts: join(scratch.folder, "mounts"), netns: "/nowhere" };
  return await findOwners({ kernel, objects: fakeObjects(spec), self: 1, files });
}

function twoMaps(): FakeKernel {
  return new FakeKernel([fakeMap(1), fakeMap(1, { info: { ...info, id: 2, btfId: 9 } })]);
}

test("a program that other processes hold by its link", async () => {
  using scratch = new Scratch();
  const spec: FakeObjectSpec = {
    programs: [fakeProgram(3, { mapIds: [1, 1] })],
    links: [{ id: 8, programId: 3, target: { kind: "raw_tracepoint", name: "sched_switch", offset: 0n } }],
  };
  const held: [string, string][] = [["anon_inode:bpf_link", "link_type:\traw\nlink_id:\t8\nprog_id:\t3\n"]];
  const owners = (await find(scratch, spec, { held })).of(1);
  expect(owners.processes).toEqual([{ pid: 40, comm: "agent", holds: ["link"] }]);
  expect(ownersText(owners)).toBe("agent(40), prog3 [raw_tracepoint sched_switch]");
  expect(ownerName(owners)).toBe("agent");
});

test("a perf event of each CPU is one place, and one that a link has told of is no other", async () => {
  using scratch = new Scratch();
  const target = { kind: "kprobe", name: "tcp_connect", offset: 0n } as const;
  const spec: FakeObjectSpec = {
    programs: [fakeProgram(3, { type: KPROBE, mapIds: [1] }), fakeProgram(4, { type: KPROBE, mapIds: [2] })],
    links: [{ id: 8, programId: 4, target }],
    perf: (pid, fd) => (pid === 40 && fd < 2 ? { programId: 3, target } : { programId: 4, target }),
  };
  const held: [string, string][] = Array.from({ length: 3 }, () => ["anon_inode:[perf_event]", ""]);
  const owners = await find(scratch, spec, { held });
  expect(owners.of(1).programs[0]?.attachments.map(attachmentText)).toEqual(["kprobe tcp_connect"]);
  expect(owners.of(2).programs[0]?.attachments).toEqual([{ kind: "kprobe", target: "tcp_connect", link: 8 }]);
});

test("a link and netlink tell of one attachment, the one its number and the other its mode", async () => {
  using scratch = new Scratch();
  const spec: FakeObjectSpec = {
    programs: [fakeProgram(3, { mapIds: [1] })],
    links: [
      { id: 8, programId: 3, target: { kind: "xdp", ifindex: 2 } },
      { id: 9, programId: 3, target: { kind: "xdp", ifindex: 5 } },
    ],
    interfaces: {
      names: new Map([
        [2, "eth0"],
        [5, "eth1"],
      ]),
      programs: [{ ifindex: 2, programId: 3, kind: "xdp", hook: "native" }],
    },
  };
  const [program] = (await find(scratch, spec)).of(1).programs;
  expect(program?.attachments).toEqual([
    { kind: "xdp", hook: "native", target: "eth0", link: 8 },
    { kind: "xdp", target: "interface 5 of another network namespace", link: 9 },
  ]);
});

test("a map that no program uses belongs to those with its BTF; others don't", async () => {
  using scratch = new Scratch();
  const spec: FakeObjectSpec = { programs: [fakeProgram(3, { btfId: 9, mapIds: [1] }), fakeProgram(4, { btfId: 9 })] };
  const owners = await find(scratch, spec);
  expect(owners.of(1).programs.map(({ id, relation }) => [id, relation])).toEqual([[3, "uses"]]);
  expect(owners.of(2).programs.map(({ id, relation }) => [id, relation])).toEqual([
    [3, "declares"],
    [4, "declares"],
  ]);
  expect(ownersText(owners.of(2))).toBe("prog3 (declares it), prog4 (declares it)");
});

test("without rights for programs, links and queries, the gaps say so", async () => {
  using scratch = new Scratch();
  const owners = await find(scratch, { refused: ["ids"] });
  expect(owners.gaps).toEqual([
    { what: "programs", reason: "ids: operation not permitted" },
    { what: "links", reason: "ids: operation not permitted" },
  ]);
  expect(owners.of(1)).toMatchObject({ programs: [], isOrphaned: false, isComplete: false });
});

test("a refused query is said once, and places are unknown", async () => {
  using scratch = new Scratch();
  const spec: FakeObjectSpec = {
    programs: [fakeProgram(3, { mapIds: [1] }), fakeProgram(4, { type: 3, mapIds: [1] })],
    refused: ["interfacePrograms"],
  };
  const owners = await find(scratch, spec);
  expect(owners.gaps).toEqual([{ what: "attachments", reason: "interfacePrograms: operation not permitted" }]);
  expect(owners.of(1).programs.map(({ isUntold }) => isUntold)).toEqual([true, true]);
  expect(owners.of(1).isComplete).toBe(true);
});

test("maps that can't be listed are a gap, and a map that is newer has no owners", async () => {
  using scratch = new Scratch();
  const kernel = new FakeKernel([fakeMap(1)], (call) => (call === "nextMapId" ? EPERM : undefined));
  const owners = await find(scratch, {}, { kernel });
  expect(owners.gaps.map(({ what }) => what)).toEqual(["maps"]);
  expect(owners.of(1)).toMatchObject({ programs: [], processes: [], pins: [], isComplete: false });
});

test("without control groups mounted, programs of theirs are said to be missed", async () => {
  using scratch = new Scratch();
  const owners = await find(scratch, { programs: [fakeProgram(3, { type: 15, mapIds: [1] })] });
  expect(owners.gaps.map(({ what }) => what)).toEqual(["attachments"]);
  expect(owners.gaps[0]?.reason).toContain("cgroup2");
});

test("names for groups: a process, a program, a place, a folder of pins", () => {
  const program = { id: 7, name: "", type: "xdp", relation: "uses", attachments: [], isUntold: false } as const;
  expect(ownerName({ ...NO_OWNERS, programs: [program] })).toBe("xdp 7");
  expect(ownerName({ ...NO_OWNERS, attachments: [{ kind: "struct_ops", target: "bbr" }] })).toBe("struct_ops bbr");
  expect(ownerName({ ...NO_OWNERS, pins: ["/sys/fs/bpf/app/m"] })).toBe("/sys/fs/bpf/app");
  expect(ownerName(NO_OWNERS)).toBe("");
  expect(ownersText({ ...NO_OWNERS, pins: ["/p"], isOrphaned: true })).toBe("orphaned");
  expect(ownersText({ ...NO_OWNERS, pins: ["/p"], isOrphaned: true, isComplete: false })).toBe("orphaned?");
});
