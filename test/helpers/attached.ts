import { spawnSync } from "node:child_process";
import { closeSync, openSync } from "node:fs";
import { bytesFromText } from "../../src/bytes.ts";
import { EbpfMapError } from "../../src/errors.ts";
import { Attr } from "../../src/sys/bpf-attr.ts";
import { errnoName, errnoText } from "../../src/sys/errno.ts";
import { Fd } from "../../src/sys/fd.ts";
import { addressOf, bpf } from "../../src/sys/libc.ts";
import { loadByAttr } from "./bpf.ts";
import type { Scratch } from "./scratch.ts";

const BPF_PROG_ATTACH = 8;
const BPF_PROG_DETACH = 9;
const BPF_RAW_TRACEPOINT_OPEN = 17;
const BPF_LINK_CREATE = 28;

/** Loads a program that uses a map and returns a number: `r1 = map; r0 = RETURNS; exit`. */
export function loadUser(
  map: Fd,
  { type, name, attachType = 0, returns = 1 }: { type: number; name: string; attachType?: number; returns?: number },
): Fd {
  const instructions = new Uint8Array(32);
  const view = new DataView(instructions.buffer);
  instructions.set([0x18, 0x11], 0);
  view.setUint32(4, map.number, true);
  instructions.set([0xb7, 0, 0, 0, returns], 16);
  instructions[24] = 0x95;
  const license = Buffer.from("GPL\0");
  const attr = new Attr(72).u32(0, type).u32(4, 4).u64(8, addressOf(instructions)).u64(16, addressOf(license));
  attr.bytes.set(bytesFromText(name).subarray(0, 15), 48);
  attr.u32(68, attachType);
  return opened(loadByAttr(attr), `load program ${name}`);
}

/** Attaches a program to an object without a link, for as long as the scope lives. */
export function attach(scratch: Scratch, target: number, program: Fd, attachType: number): void {
  const attr = (): Attr => new Attr(16).u32(0, target).u32(4, program.number).u32(8, attachType);
  checked(bpf(BPF_PROG_ATTACH, attr()), `attach type ${attachType}`);
  scratch.own({ [Symbol.dispose]: () => checked(bpf(BPF_PROG_DETACH, attr()), `detach type ${attachType}`) });
}

/** Attaches a program with a link: to an interface, or to the object behind a descriptor. */
export function link(program: Fd, target: number, attachType: number): Fd {
  const attr = new Attr(48).u32(0, program.number).u32(4, target).u32(8, attachType);
  return opened(bpf(BPF_LINK_CREATE, attr), `link attach type ${attachType}`);
}

/** Attaches a program to a tracepoint (BPF_RAW_TRACEPOINT_OPEN), which makes a link. */
export function openRawTracepoint(program: Fd, tracepoint: string): Fd {
  const name = bytesFromText(`${tracepoint}\0`);
  const attr = new Attr(16).u64(0, addressOf(name)).u32(8, program.number);
  return opened(bpf(BPF_RAW_TRACEPOINT_OPEN, attr), `attach to ${tracepoint}`);
}

/** Opens a folder or file until the scope ends. */
export function openPath(scratch: Scratch, path: string): number {
  return scratch.own(new Fd(openSync(path, "r"), closeSync)).number;
}

/** Makes a pair of network interfaces that goes with the scope. */
export function makeInterfaces(scratch: Scratch, name: string, peer: string): void {
  sh("ip", "link", "add", name, "type", "veth", "peer", "name", peer);
  scratch.own({ [Symbol.dispose]: () => spawnSync("ip", ["link", "del", name]) });
}

/** Runs a command that must succeed. */
export function sh(file: string, ...args: readonly string[]): string {
  const { status, stdout, stderr } = spawnSync(file, args, { encoding: "utf8" });
  if (status !== 0) throw new Error(`${file} ${args.join(" ")} ended with ${status}: ${stderr}`);
  return stdout;
}

function opened(result: number, doing: string): Fd {
  return new Fd(checked(result, doing), closeSync);
}

function checked(result: number, doing: string): number {
  if (result >= 0) return result;
  const details = { errno: -result, errnoName: errnoName(-result) };
  throw new EbpfMapError("KERNEL", `${doing}: ${errnoText(-result)}`, details);
}
