import { EbpfMapError } from "../../src/errors.ts";
import { EINVAL, ENOENT, ENOSPC, ENOTSUPP, EPERM } from "../../src/sys/errno.ts";
import type { WritableMap } from "../../src/sys/events/kernel.ts";
import type { RingPositions } from "../../src/sys/events/ring-positions.ts";
import { Fd } from "../../src/sys/fd.ts";
import type { BtfInfo, MapInfo, ProgInfo } from "../../src/sys/info.ts";
import type { BatchBuffers, BatchResult, Kernel, ObjectKind } from "../../src/sys/kernel.ts";

type Call = "nextMapId" | "openMap" | "mapInfo" | "lookup" | "nextKey" | "lookupBatch";

/** Decides, before a call is carried out, what goes wrong with it: an errno, or undefined for nothing. */
export type Fault = (call: Call, count: number) => number | undefined;

/**
 * A map of the fake kernel. "buckets": hash maps, read by whole buckets with a u32 cursor; "keys": other maps with
 * batch, whose cursor is a key; "none": batch is refused with 524.
 */
export interface FakeMap {
  readonly info: MapInfo;
  readonly batch: "buckets" | "keys" | "none";
  /** Entries in the map's order, a list for each bucket. Tests change them while they are read. */
  readonly buckets: { key: Uint8Array; value: Uint8Array }[][];
  /** A batch by keys answers a hole or a deleted key with EINTR, as kernels before 2025 do. */
  readonly interrupts?: boolean;
  /** The line of that name in its fdinfo; without it there are no lines. */
  readonly memlock?: () => string;
  /** Of a ring buffer that may be written to. */
  readonly ring?: () => RingPositions;
}

const INFO: MapInfo = {
  type: 1,
  id: 1,
  keySize: 4,
  valueSize: 8,
  maxEntries: 1000,
  mapFlags: 0,
  name: "fake",
  ifindex: 0,
  btfVmlinuxValueTypeId: 0,
  netnsDev: 0n,
  netnsIno: 0n,
  btfId: 0,
  btfKeyTypeId: 0,
  btfValueTypeId: 0,
  mapExtra: 0n,
};

/** A key of four bytes and a value of eight, for entry number `n`. */
export function fakeEntry(n: number): { key: Uint8Array; value: Uint8Array } {
  const key = new Uint8Array(4);
  const value = new Uint8Array(8);
  new DataView(key.buffer).setUint32(0, n, true);
  new DataView(value.buffer).setBigUint64(0, BigInt(n) * 3n, true);
  return { key, value };
}

/** A map with entries 0 to `count` - 1, in buckets of `perBucket`. */
export function fakeMap(count: number, options: Partial<FakeMap & { perBucket: number }> = {}): FakeMap {
  const { perBucket = 1, batch = "buckets", info, interrupts = false, memlock, ring } = options;
  const buckets = Array.from({ length: Math.ceil(count / perBucket) }, (_, b) =>
    Array.from({ length: Math.min(perBucket, count - b * perBucket) }, (__, i) => fakeEntry(b * perBucket + i)),
  );
  return {
    info: { ...INFO, maxEntries: Math.max(1, count), ...info },
    batch,
    buckets,
    interrupts,
    ...(memlock && { memlock }),
    ...(ring && { ring }),
  };
}

/**
 * Maps in memory that answer as the kernel does, and go wrong as a test wants it: for what a real kernel can't be made
 * to do.
 */
export class FakeKernel implements Kernel {
  readonly calls: Record<Call, number> = {
    nextMapId: 0,
    openMap: 0,
    mapInfo: 0,
    lookup: 0,
    nextKey: 0,
    lookupBatch: 0,
  };
  /** Capacities of the batch calls, in their order. */
  readonly capacities: number[] = [];
  /** Threads that are free for calls ahead, and how many calls ahead have begun. */
  threads = 4;
  aheadCalls = 0;
  readonly #maps: ReadonlyMap<number, FakeMap>;
  readonly #fault: Fault;
  readonly #open = new Map<number, FakeMap>();
  #lastFd = 100;

  constructor(maps: readonly FakeMap[], fault: Fault = () => undefined) {
    this.#maps = new Map(maps.map((map) => [map.info.id, map]));
    this.#fault = fault;
  }

  /** Descriptors that were opened and not closed. */
  get openCount(): number {
    return this.#open.size;
  }

  nextMapId(id: number): { errno: number; id: number } {
    const errno = this.#failing("nextMapId");
    if (errno !== 0) return { errno, id: 0 };
    const next = [...this.#maps.keys()].sort((a, b) => a - b).find((candidate) => candidate > id);
    return next === undefined ? { errno: ENOENT, id: 0 } : { errno: 0, id: next };
  }

  openMap(id: number): Fd {
    const errno = this.#failing("openMap");
    const map = this.#maps.get(id);
    if (errno === ENOENT || map === undefined)
      throw new EbpfMapError("NO_SUCH_MAP", `open map id ${id}`, { errno: ENOENT });
    if (errno !== 0) throw new EbpfMapError("NO_PERMISSION", `open map id ${id}`, { errno });
    const number = ++this.#lastFd;
    this.#open.set(number, map);
    return new Fd(number, (fd) => this.#open.delete(fd));
  }

  mapInfo(fd: Fd): MapInfo {
    const errno = this.#failing("mapInfo");
    if (errno !== 0) throw new EbpfMapError("KERNEL", "read map info", { errno });
    return this.#map(fd).info;
  }

  lookup(fd: Fd, key: Uint8Array | null, value: Uint8Array): number {
    const errno = this.#failing("lookup");
    if (errno !== 0) return errno;
    if (key === null) return EINVAL;
    const found = this.#entries(fd).find((entry) => equal(entry.key, key));
    if (found === undefined) return ENOENT;
    value.set(found.value);
    return 0;
  }

  nextKey(fd: Fd, key: Uint8Array | null, next: Uint8Array): number {
    const errno = this.#failing("nextKey");
    if (errno !== 0) return errno;
    const entries = this.#entries(fd);
    // A key that is gone: the first one, as hash maps and tries answer.
    const at = key === null ? 0 : entries.findIndex((entry) => equal(entry.key, key)) + 1;
    const found = entries[at];
    if (found === undefined) return ENOENT;
    next.set(found.key);
    return 0;
  }

  lookupBatch(fd: Fd, buffers: BatchBuffers, capacity: number, first: boolean, result: BatchResult): void {
    this.capacities.push(capacity);
    const errno = this.#failing("lookupBatch");
    const map = this.#map(fd);
    if (errno !== 0) setResult(result, errno, errno === EFAULT_COUNT ? 0xffff_ffff : 0);
    else if (map.batch === "none") setResult(result, ENOTSUPP, capacity);
    else if (map.batch === "buckets") readBuckets(map, buffers, capacity, first, result);
    else this.#readKeys(fd, map, buffers, capacity, first, result);
  }

  /** Makes the call as late as it can: when the consumer has done all that it does with the batch before. */
  lookupBatchAhead(fd: Fd, buffers: BatchBuffers, capacity: number): Promise<BatchResult> | undefined {
    if (this.threads === 0) return undefined;
    const { number, giveBack } = fd.borrow();
    this.aheadCalls += 1;
    this.threads -= 1;
    return Promise.resolve().then(() => {
      const result: BatchResult = { errno: 0, count: 0 };
      using lent = new Fd(number, () => undefined);
      this.lookupBatch(lent, buffers, capacity, false, result);
      this.threads += 1;
      giveBack();
      return result;
    });
  }

  objectKind(): ObjectKind {
    return "map";
  }

  possibleCpus(): number {
    return 2;
  }

  mostCpus(): number {
    return 4;
  }

  /** Fails as the kernel does: for a test whose kernel hasn't got something. */
  refuse(message: string): never {
    throw new EbpfMapError("KERNEL", message);
  }

  async ringPositions(map: WritableMap): Promise<RingPositions> {
    const positions = "id" in map ? this.#maps.get(map.id)?.ring : undefined;
    if (positions !== undefined) return positions();
    throw new EbpfMapError("NO_PERMISSION", "open a map for writing", { errno: EPERM, errnoName: "EPERM" });
  }

  fdinfo(fd: Fd): ReadonlyMap<string, string> {
    const { memlock } = this.#map(fd);
    return new Map(memlock && [["memlock", memlock()]]);
  }

  vmlinuxBtf(): Uint8Array | undefined {
    return undefined;
  }

  openPinned(path: string): Fd {
    throw new EbpfMapError("NO_SUCH_MAP", `open pinned ${path}`, { errno: ENOENT });
  }

  openBtf(id: number): Fd {
    throw new EbpfMapError("NO_PERMISSION", `open BTF id ${id}`, { errno: 1 });
  }

  openProg(id: number): Fd {
    throw new EbpfMapError("NO_PERMISSION", `open program id ${id}`, { errno: 1 });
  }

  btfInfo(): BtfInfo {
    throw new EbpfMapError("KERNEL", "read BTF info");
  }

  btfBytes(): Uint8Array {
    throw new EbpfMapError("KERNEL", "read BTF");
  }

  progInfo(): ProgInfo {
    throw new EbpfMapError("KERNEL", "read program info");
  }

  #readKeys(fd: Fd, map: FakeMap, b: BatchBuffers, capacity: number, first: boolean, result: BatchResult): void {
    const entries = this.#entries(fd);
    const from = first ? -1 : entries.findIndex((entry) => equal(entry.key, b.cursorIn));
    if (!first && from < 0 && map.interrupts) {
      setResult(result, 4, 0);
      return;
    }
    const taken = entries.slice(from + 1, from + 1 + capacity);
    copy(taken, b);
    const last = taken.at(-1);
    if (last !== undefined) b.cursorOut.set(last.key);
    setResult(result, from + 1 + capacity > entries.length ? ENOENT : 0, taken.length);
  }

  #failing(call: Call): number {
    return this.#fault(call, this.calls[call]++) ?? 0;
  }

  #map(fd: Fd): FakeMap {
    const map = this.#open.get(fd.number);
    if (map === undefined) throw new Error(`descriptor ${fd.number} is not open`);
    return map;
  }

  #entries(fd: Fd): { key: Uint8Array; value: Uint8Array }[] {
    return this.#map(fd).buckets.flat();
  }
}

const EFAULT_COUNT = 14;

function readBuckets(map: FakeMap, b: BatchBuffers, capacity: number, first: boolean, result: BatchResult): void {
  const cursorIn = new DataView(b.cursorIn.buffer, b.cursorIn.byteOffset);
  const cursorOut = new DataView(b.cursorOut.buffer, b.cursorOut.byteOffset);
  let bucket = first ? 0 : cursorIn.getUint32(0, true);
  const taken: { key: Uint8Array; value: Uint8Array }[] = [];
  for (; bucket < map.buckets.length; bucket++) {
    const entries = map.buckets[bucket] ?? [];
    if (taken.length + entries.length > capacity) break;
    taken.push(...entries);
  }
  if (taken.length === 0 && bucket < map.buckets.length) {
    setResult(result, ENOSPC, 0);
    return;
  }
  copy(taken, b);
  cursorOut.setUint32(0, bucket, true);
  setResult(result, bucket >= map.buckets.length ? ENOENT : 0, taken.length);
}

function copy(entries: readonly { key: Uint8Array; value: Uint8Array }[], { keys, values }: BatchBuffers): void {
  for (const [i, { key, value }] of entries.entries()) {
    keys.set(key, i * key.length);
    values.set(value, i * value.length);
  }
}

function setResult(result: BatchResult, errno: number, count: number): void {
  result.errno = errno;
  result.count = count;
}

/** Like the kernel, which knows the size of a key, and not that of the buffer it stands in. */
function equal(key: Uint8Array, buffer: Uint8Array): boolean {
  for (let i = 0; i < key.length; i++) if (key[i] !== buffer[i]) return false;
  return true;
}
