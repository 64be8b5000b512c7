import { closeSync, openSync } from "node:fs";
import { bytesFromText } from "../../src/bytes.ts";
import { EbpfMapError } from "../../src/errors.ts";
import { Attr, BPF_OBJ_GET } from "../../src/sys/bpf-attr.ts";
import { EAGAIN, ENOENT, ENOMEM, errnoName, errnoText } from "../../src/sys/errno.ts";
import { Fd } from "../../src/sys/fd.ts";
import { addressOf, bpf } from "../../src/sys/libc.ts";
import { MAP_TYPES, type MapTypeName } from "./map-types.ts";

/** The part of `enum bpf_cmd` that makes and changes things, which the product has no business with. */
const BPF_MAP_CREATE = 0;
const BPF_MAP_UPDATE_ELEM = 2;
const BPF_MAP_DELETE_ELEM = 3;
const BPF_PROG_LOAD = 5;
const BPF_OBJ_PIN = 6;
const BPF_PROG_TEST_RUN = 10;
const BPF_BTF_LOAD = 18;
const BPF_MAP_FREEZE = 22;
const BPF_MAP_UPDATE_BATCH = 26;
const BPF_MAP_DELETE_BATCH = 27;
const BPF_LINK_CREATE = 28;

export const BPF_F_NO_PREALLOC = 1 << 0;
export const BPF_F_WRONLY = 1 << 4;
/** Entries of a hash come in the same order wherever it is made. */
export const BPF_F_ZERO_SEED = 1 << 6;
export const BPF_F_RDONLY_PROG = 1 << 7;
export const BPF_F_MMAPABLE = 1 << 10;

export const BPF_PROG_TYPE_SOCKET_FILTER = 1;
export const BPF_PROG_TYPE_RAW_TRACEPOINT = 17;

/** The arguments of BPF_MAP_CREATE. Sizes in bytes; `key` and `value` of `btf` are type ids, 0 for none. */
export interface MapSpec {
  readonly type: MapTypeName;
  readonly keySize: number;
  readonly valueSize: number;
  readonly maxEntries: number;
  readonly flags?: number;
  /** At most 15 bytes of letters, digits, `_` and `.`; "" for none. */
  readonly name?: string;
  readonly btf?: { readonly fd: Fd; readonly key: number; readonly value: number };
  /** For maps of maps: a map that those inside must be like. */
  readonly inner?: Fd;
  readonly extra?: number;
}

/** Makes a map. Throws KERNEL with the errno: EINVAL is also what a kernel says that doesn't know the type. */
export function createMap(spec: MapSpec): Fd {
  const attr = new Attr(72);
  attr.u32(0, MAP_TYPES[spec.type]).u32(4, spec.keySize).u32(8, spec.valueSize).u32(12, spec.maxEntries);
  attr.u32(16, spec.flags ?? 0).u32(20, spec.inner?.number ?? 0);
  attr.bytes.set(bytesFromText(spec.name ?? "").subarray(0, 15), 28);
  attr
    .u32(48, spec.btf?.fd.number ?? 0)
    .u32(52, spec.btf?.key ?? 0)
    .u32(56, spec.btf?.value ?? 0);
  attr.u64(64, spec.extra ?? 0);
  return new Fd(expect(bpf(BPF_MAP_CREATE, attr), `create a map of type ${spec.type}`), closeSync);
}

/** Gives BTF bytes to the kernel. Throws KERNEL with the errno and the kernel's reason when it refuses them. */
export function loadBtf(bytes: Uint8Array): Fd {
  const attr = new Attr(28).u64(0, addressOf(bytes)).u32(16, bytes.length);
  const result = bpf(BPF_BTF_LOAD, attr);
  return new Fd(expect(result, result < 0 ? `load BTF (${btfRefusal(attr)})` : "load BTF"), closeSync);
}

/** Loads BTF again with a log and returns the line that says what is wrong with it. */
function btfRefusal(attr: Attr): string {
  const log = new Uint8Array(1 << 20);
  attr.u64(8, addressOf(log)).u32(20, log.length).u32(24, 1);
  bpf(BPF_BTF_LOAD, attr);
  const lines = Buffer.from(log.subarray(0, log.indexOf(0)))
    .toString("latin1")
    .trim()
    .split("\n");
  return lines.at(-1) ?? "no reason given";
}

/**
 * Loads a program that does nothing (`mov r0, RETURNS; exit`), as something to put in a prog_array, to pin or to link.
 */
export function loadProgram(
  type: number = BPF_PROG_TYPE_SOCKET_FILTER,
  { attachType = 0, returns = 0 }: { attachType?: number; returns?: number } = {},
): Fd {
  return loadInstructions(type, Uint8Array.of(0xb7, 0, 0, 0, returns, 0, 0, 0, 0x95, 0, 0, 0, 0, 0, 0, 0), attachType);
}

/** Loads a program of raw instructions, 8 bytes each. */
export function loadInstructions(type: number, instructions: Uint8Array, attachType = 0): Fd {
  const license = Buffer.from("GPL\0");
  const attr = new Attr(72).u32(0, type).u32(4, instructions.length / 8);
  attr.u64(8, addressOf(instructions)).u64(16, addressOf(license)).u32(68, attachType);
  return new Fd(expect(loadByAttr(attr), "load a program"), closeSync);
}

/** How often a program is loaded at most. */
const LOADS = 5;

/**
 * Loads the program of a `union bpf_attr` and returns the result, or -errno. The verifier gives up with EAGAIN where a
 * signal is pending, so it is asked again, as libbpf asks.
 */
export function loadByAttr(attr: Attr): number {
  let result = bpf(BPF_PROG_LOAD, attr);
  for (let loads = 1; result === -EAGAIN && loads < LOADS; loads++) result = bpf(BPF_PROG_LOAD, attr);
  return result;
}

/** Runs a program once (BPF_PROG_TEST_RUN), without any input. */
export function runProgram(program: Fd): void {
  expect(bpf(BPF_PROG_TEST_RUN, new Attr(80).u32(0, program.number)), "run a program");
}

/**
 * Attaches a program that lets every packet go its way (`mov r0, 1; exit`) to this network namespace, as a link:
 * something pinnable that is not a map.
 */
export function createLink(): Fd {
  const [progTypeSkLookup, attachTypeSkLookup, pass] = [30, 36, 1];
  using program = loadProgram(progTypeSkLookup, { attachType: attachTypeSkLookup, returns: pass });
  const namespace = openSync("/proc/self/ns/net", "r");
  try {
    const attr = new Attr(16).u32(0, program.number).u32(4, namespace).u32(8, attachTypeSkLookup);
    return new Fd(expect(bpf(BPF_LINK_CREATE, attr), "create a link"), closeSync);
  } finally {
    closeSync(namespace);
  }
}

/** Writes an entry. `key` is null for queues, stacks and bloom filters, where this is a push. */
export function updateElement(map: Fd, key: Uint8Array | null, value: Uint8Array, flags = 0): void {
  const attr = new Attr(32).u32(0, map.number).u64(8, key === null ? 0 : addressOf(key));
  attr.u64(16, addressOf(value)).u64(24, flags);
  const update = (): number => bpf(BPF_MAP_UPDATE_ELEM, attr);
  expect(whileRefilled(update), "update an entry");
}

const MOST_TRIES = 100;
const REFILL_MS = 5;
const NEVER = new Int32Array(new SharedArrayBuffer(4));

/**
 * The kernel takes memory from stores that it refills in the background, so what fails for want of it succeeds soon
 * after.
 */
function whileRefilled(update: () => number): number {
  let result = update();
  for (let tries = 1; result === -ENOMEM && tries < MOST_TRIES; tries++) {
    Atomics.wait(NEVER, 0, 0, REFILL_MS);
    result = update();
  }
  return result;
}

export function deleteElement(map: Fd, key: Uint8Array): void {
  expect(bpf(BPF_MAP_DELETE_ELEM, new Attr(24).u32(0, map.number).u64(8, addressOf(key))), "delete an entry");
}

/** Writes `count` entries that stand one behind the other in `keys` and `values`. */
export function updateBatch(map: Fd, keys: Uint8Array, values: Uint8Array, count: number): void {
  const attr = new Attr(56).u64(16, addressOf(keys)).u64(24, addressOf(values)).u32(36, map.number);
  // Entries that were written are written again.
  const update = (): number => bpf(BPF_MAP_UPDATE_BATCH, attr.u32(32, count));
  expect(whileRefilled(update), "update entries");
}

/** Deletes `count` keys that stand one behind the other. Keys that aren't there are no failure. */
export function deleteBatch(map: Fd, keys: Uint8Array, count: number): void {
  const attr = new Attr(56).u64(16, addressOf(keys)).u32(32, count).u32(36, map.number);
  const result = bpf(BPF_MAP_DELETE_BATCH, attr);
  if (result !== -ENOENT) expect(result, "delete entries");
}

/** From now on user space can't write to the map. */
export function freezeMap(map: Fd): void {
  expect(bpf(BPF_MAP_FREEZE, new Attr(4).u32(0, map.number)), "freeze a map");
}

/** Pins a map, program or link. */
export function pinObject(object: Fd, path: string): void {
  const name = bytesFromText(`${path}\0`);
  expect(bpf(BPF_OBJ_PIN, new Attr(16).u64(0, addressOf(name)).u32(8, object.number)), `pin ${path}`);
}

/** Opens a pinned map for reading and writing. */
export function openPinnedMap(path: string): Fd {
  const name = bytesFromText(`${path}\0`);
  return new Fd(expect(bpf(BPF_OBJ_GET, new Attr(16).u64(0, addressOf(name))), `open ${path}`), closeSync);
}

function expect(result: number, doing: string): number {
  if (result >= 0) return result;
  const details = { errno: -result, errnoName: errnoName(-result) };
  throw new EbpfMapError("KERNEL", `${doing}: ${errnoText(-result)}`, details);
}
