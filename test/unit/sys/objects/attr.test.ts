import { expect, test } from "vitest";
import { Attr } from "../../../../src/sys/bpf-attr.ts";
import {
  LINK_INFO_SIZE,
  LOADED_PROGRAM_SIZE,
  nameFields,
  unpackLink,
  unpackProgram,
  unpackTaskFd,
} from "../../../../src/sys/objects/attr.ts";
import type { LinkTarget } from "../../../../src/sys/objects/kernel.ts";

/** A link's info of u32 words, from the type on; 5 and 6 are its id and its program's. */
function linkInfo(type: number, ...words: readonly number[]): Attr {
  const info = new Attr(LINK_INFO_SIZE).u32(0, type).u32(4, 5).u32(8, 6);
  for (const [i, word] of words.entries()) info.u32(16 + 4 * i, word);
  return info;
}

const NAME = Uint8Array.from(Buffer.from("name\0rest"));

test.each<[string, Attr, LinkTarget]>([
  ["raw tracepoint", linkInfo(1), { kind: "raw_tracepoint", name: "name", offset: 0n }],
  ["tracing", linkInfo(2, 24, 1, 77), { kind: "tracing", attachType: 24, objectId: 1, typeId: 77 }],
  ["cgroup", linkInfo(3, 9, 1, 10), { kind: "cgroup", cgroupId: 0x1_0000_0009n, attachType: 10 }],
  ["iter", linkInfo(4, 0, 0, 5, 31), { kind: "iter", name: "name", mapId: 31 }],
  ["netns", linkInfo(5, 4026, 36), { kind: "netns", inode: 4026, attachType: 36 }],
  ["xdp", linkInfo(6, 2), { kind: "xdp", ifindex: 2 }],
  ["tracepoint", linkInfo(7, 5), { kind: "tracepoint", name: "name", offset: 0n }],
  ["kprobe", linkInfo(7, 3, 0, 0, 0, 5, 16), { kind: "kprobe", name: "name", offset: 16n }],
  ["perf event", linkInfo(7, 6), { kind: "perf_event" }],
  ["kprobe multi", linkInfo(8, 0, 0, 12, 1), { kind: "kprobe_multi", count: 12, isReturn: true }],
  ["struct_ops", linkInfo(9, 4), { kind: "struct_ops", mapId: 4 }],
  ["netfilter", linkInfo(10, 2, 1, 0xffff_fff6), { kind: "netfilter", family: 2, hook: 1, priority: -10 }],
  ["tcx", linkInfo(11, 2, 46), { kind: "tcx", ifindex: 2, attachType: 46 }],
  [
    "uprobe multi",
    linkInfo(12, 0, 0, 0, 0, 0, 0, 0, 0, 5, 3, 1),
    { kind: "uprobe_multi", path: "name", count: 3, isReturn: true },
  ],
  ["netkit", linkInfo(13, 2, 54), { kind: "netkit", ifindex: 2, attachType: 54 }],
  ["sockmap", linkInfo(14, 4, 7), { kind: "sockmap", mapId: 4, attachType: 7 }],
  ["newer", linkInfo(99), { kind: "unknown", type: 99 }],
])("a link of type %s", (_, info, target) => {
  expect(unpackLink(info, NAME)).toEqual({ id: 5, programId: 6, target });
});

test("links with names ask for them where the kernel expects the buffer", () => {
  expect(nameFields(linkInfo(1))).toEqual({ address: 16, size: 24 });
  expect(nameFields(linkInfo(4))).toEqual({ address: 16, size: 24 });
  expect(nameFields(linkInfo(7, 1))).toEqual({ address: 24, size: 32 });
  expect(nameFields(linkInfo(7, 6))).toBeUndefined();
  expect(nameFields(linkInfo(12))).toEqual({ address: 16, size: 48 });
  expect(nameFields(linkInfo(6))).toBeUndefined();
});

test("a program whose maps don't fit says how many it has", () => {
  const info = new Attr(LOADED_PROGRAM_SIZE).u32(0, 6).u32(4, 9).u32(52, 3).u32(128, 44);
  info.bytes.set(Buffer.from("count_all"), 64);
  const mapIds = new Attr(12).u32(0, 7).u32(4, 8).u32(8, 9);
  expect(unpackProgram(info, mapIds, 2)).toBe(3);
  expect(unpackProgram(info, mapIds, 3)).toEqual({ id: 9, type: 6, name: "count_all", btfId: 44, mapIds: [7, 8, 9] });
});

test("the program of a perf event", () => {
  const attr = new Attr(48).u32(24, 9).u32(28, 2).u32(32, 8);
  expect(unpackTaskFd(attr, NAME)).toEqual({ programId: 9, target: { kind: "kprobe", name: "name", offset: 8n } });
});
