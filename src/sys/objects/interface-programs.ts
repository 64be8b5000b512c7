import { textFromBytes } from "../../bytes.ts";
import type { InterfaceProgram, InterfacePrograms } from "./kernel.ts";
import { forEachAttribute, type Netlink, openNetlink } from "./netlink.ts";

const RTM_NEWLINK = 16;
const RTM_GETLINK = 18;
const RTM_NEWQDISC = 36;
const RTM_GETQDISC = 38;
const RTM_NEWTFILTER = 44;
const RTM_GETTFILTER = 46;

/** `struct ifinfomsg`: the index at 4. */
const LINK_BYTES = 16;
const IFLA_IFNAME = 3;
const IFLA_EXT_MASK = 29;
const IFLA_XDP = 43;
const RTEXT_FILTER_SKIP_STATS = 8;

/** The attributes in IFLA_XDP that have a program's id, by mode. IFLA_XDP_PROG_ID repeats the only one. */
const XDP_MODES: ReadonlyMap<number, string> = new Map([
  [5, "native"],
  [6, "generic"],
  [7, "offloaded"],
]);

/** `struct tcmsg`: index at 4, handle at 8, parent at 12. */
const TC_BYTES = 20;
const TCA_KIND = 1;
const TCA_OPTIONS = 2;
const TCA_INGRESS_BLOCK = 13;
const TCA_EGRESS_BLOCK = 14;
const TCA_BPF_ID = 11;

/** The handles of the hooks of the qdiscs `ingress` and `clsact`. */
const TC_INGRESS = 0xffff_0000;
const TC_CLSACT_INGRESS = 0xffff_fff2;
const TC_CLSACT_EGRESS = 0xffff_fff3;
/** The index in place of an interface's that asks for a block of filters that interfaces share. */
const TCM_IFINDEX_MAGIC_BLOCK = 0xffff_ffff;

/** Asks netlink for the interfaces of this network namespace, and for the programs of XDP and tc on them. */
export function interfacePrograms(): InterfacePrograms {
  using netlink = openNetlink();
  const names = new Map<number, string>();
  const programs: InterfaceProgram[] = [];
  for (const body of netlink.dump(RTM_GETLINK, RTM_NEWLINK, linkRequest())) readInterface(body, names, programs);
  for (const hook of filterHooks(netlink.dump(RTM_GETQDISC, RTM_NEWQDISC, tcRequest(0, 0)))) {
    for (const programId of filterPrograms(netlink, hook)) {
      programs.push({ ifindex: hook.ifindex, programId, kind: "tc", hook: hook.name });
    }
  }
  return { names, programs };
}

function linkRequest(): Uint8Array {
  const body = new Uint8Array(LINK_BYTES + 8);
  const view = new DataView(body.buffer);
  view.setUint16(LINK_BYTES, 8, true);
  view.setUint16(LINK_BYTES + 2, IFLA_EXT_MASK, true);
  view.setUint32(LINK_BYTES + 4, RTEXT_FILTER_SKIP_STATS, true);
  return body;
}

/** Reads an interface's name and programs of XDP from a RTM_NEWLINK message. */
export function readInterface(body: Uint8Array, names: Map<number, string>, programs: InterfaceProgram[]): void {
  if (body.length < LINK_BYTES) return;
  const ifindex = u32(body, 4);
  forEachAttribute(body, LINK_BYTES, (type, data) => {
    if (type === IFLA_IFNAME) names.set(ifindex, text(data));
    if (type !== IFLA_XDP) return;
    forEachAttribute(data, 0, (mode, id) => {
      const hook = XDP_MODES.get(mode);
      if (hook !== undefined && id.length >= 4) programs.push({ ifindex, programId: u32(id, 0), kind: "xdp", hook });
    });
  });
}

/** A place for tc filters. `target` and `parent` ask for them; for a shared block `target` is no interface. */
interface FilterHook {
  readonly ifindex: number;
  readonly target: number;
  readonly parent: number;
  readonly name: string;
}

/** Returns the places for filters of all qdiscs, by RTM_NEWQDISC messages. */
export function filterHooks(qdiscs: readonly Uint8Array[]): FilterHook[] {
  return qdiscs.flatMap((body) => {
    if (body.length < TC_BYTES) return [];
    const [ifindex, handle] = [u32(body, 4), u32(body, 8)];
    let kind = "";
    const blocks: FilterHook[] = [];
    const addBlock = (name: string, data: Uint8Array): void => {
      if (data.length < 4) return;
      blocks.push({ ifindex, target: TCM_IFINDEX_MAGIC_BLOCK, parent: u32(data, 0), name });
    };
    forEachAttribute(body, TC_BYTES, (type, data) => {
      if (type === TCA_KIND) kind = text(data);
      if (type === TCA_INGRESS_BLOCK) addBlock("ingress", data);
      if (type === TCA_EGRESS_BLOCK) addBlock("egress", data);
    });
    return [...hooksOf(kind, ifindex, handle), ...blocks];
  });
}

function hooksOf(kind: string, ifindex: number, handle: number): FilterHook[] {
  const hook = (parent: number, name: string): FilterHook => ({ ifindex, target: ifindex, parent, name });
  if (kind === "clsact") return [hook(TC_CLSACT_INGRESS, "ingress"), hook(TC_CLSACT_EGRESS, "egress")];
  if (kind === "ingress") return [hook(TC_INGRESS, "ingress")];
  // A qdisc without a handle has no filters.
  return handle === 0 ? [] : [hook(handle, `${kind} ${(handle >>> 16).toString(16)}:`)];
}

function filterPrograms(netlink: Netlink, { target, parent }: FilterHook): number[] {
  return netlink.dump(RTM_GETTFILTER, RTM_NEWTFILTER, tcRequest(target, parent)).flatMap(filterProgram);
}

/** Returns the program of a RTM_NEWTFILTER message, if it is a filter of type `bpf` with an eBPF program. */
export function filterProgram(body: Uint8Array): number[] {
  let kind = "";
  const ids: number[] = [];
  forEachAttribute(body, TC_BYTES, (type, data) => {
    if (type === TCA_KIND) kind = text(data);
    if (type !== TCA_OPTIONS) return;
    forEachAttribute(data, 0, (option, id) => {
      if (option === TCA_BPF_ID && id.length >= 4) ids.push(u32(id, 0));
    });
  });
  return kind === "bpf" ? ids : [];
}

function tcRequest(ifindex: number, parent: number): Uint8Array {
  const body = new Uint8Array(TC_BYTES);
  const view = new DataView(body.buffer);
  view.setUint32(4, ifindex, true);
  view.setUint32(12, parent, true);
  return body;
}

function u32(bytes: Uint8Array, offset: number): number {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.length).getUint32(offset, true);
}

function text(bytes: Uint8Array): string {
  const end = bytes.indexOf(0);
  return textFromBytes(end < 0 ? bytes : bytes.subarray(0, end));
}
