import { type Btf, parseBtf } from "../btf/parse.ts";
import { EbpfMapError } from "../errors.ts";
import type { Fd } from "../sys/fd.ts";
import type { MapInfo } from "../sys/info.ts";
import type { Kernel } from "../sys/kernel.ts";
import { BPF_F_RB_OVERWRITE } from "../sys/map-flags.ts";
import { isPerCpu, mapTypeFacts } from "../sys/map-types.ts";
import { BatchSource } from "./batch.ts";
import { type BucketCount, countBuckets } from "./count/bucket-sample.ts";
import { BucketWindows } from "./count/bucket-window.ts";
import type { CountBudget } from "./count/count-budget.ts";
import { CpuCheck } from "./cpu-check.ts";
import type { EntryShape, EntrySource } from "./entries.ts";
import { kernelSizes, loadedSizes } from "./kernel-sizes.ts";
import type { EntryOptions, MapFdinfo, MapSource, MapTypes } from "./map-source.ts";
import { entriesFromMemlock, isCountedByMemlock, readMemlock } from "./memlock-entries.ts";
import { type RingUse, ringUse } from "./ring-use.ts";
import { entryShape } from "./shape.ts";
import { vmlinuxTypes } from "./vmlinux-types.ts";

/**
 * The memory from which on a hash is counted by its memory. Reading a smaller one takes less time than looking up the
 * sizes of structs in the kernel's BTF.
 */
const LARGE_BYTES = 1024 * 1024;

/** An open map of this kernel. Owns the descriptor. */
export class LiveMap implements MapSource {
  readonly info: MapInfo;
  readonly pin?: string;
  readonly #kernel: Kernel;
  readonly #fd: Fd;
  readonly #cpuCheck: CpuCheck | undefined;
  #shape: EntryShape | undefined;
  #types: MapTypes | undefined;
  #fdinfo: MapFdinfo | undefined;

  /** `pin`: the path that it was opened by, if that is how it was found. */
  constructor(kernel: Kernel, fd: Fd, pin?: string) {
    this.#kernel = kernel;
    if (pin !== undefined) this.pin = pin;
    this.#fd = fd;
    this.info = kernel.mapInfo(fd);
    this.#cpuCheck = isPerCpu(this.info.type) ? new CpuCheck(kernel, this.info, this.label) : undefined;
  }

  get label(): string {
    const { id, name } = this.info;
    return `map id ${id}${name === "" ? "" : ` (${name})`}`;
  }

  get shape(): EntryShape {
    this.#shape ??= entryShape(this.info, this.#cpuCheck === undefined ? 0 : this.#possibleCpus(this.#cpuCheck));
    return this.#shape;
  }

  get fdinfo(): MapFdinfo {
    this.#fdinfo ??= readFdinfo(this.#kernel, this.#fd);
    return this.#fdinfo;
  }

  types(): MapTypes {
    this.#types ??= loadTypes(this.#kernel, this.info);
    return this.#types;
  }

  entries({ onePass = false, ahead = false, memory }: EntryOptions = {}): EntrySource {
    const { type, maxEntries, keySize } = this.info;
    const { keys } = mapTypeFacts(type);
    const [kernel, fd, cpuCheck] = [this.#kernel, this.#fd, this.#cpuCheck];
    cpuCheck?.probe(fd, keySize);
    return new BatchSource({ kernel, fd, shape: this.shape, maxEntries, keys, cpuCheck, onePass, ahead, memory });
  }

  countFromMemlock(given?: string): number | undefined {
    if (!isCountedByMemlock(this.info)) return undefined;
    const memlock = given ?? readMemlock(this.#kernel, this.#fd);
    const sizes = Number(memlock) >= LARGE_BYTES ? kernelSizes(this.#kernel) : loadedSizes(this.#kernel);
    const cpus = this.#cpuCheck === undefined ? (listedCpus(this.#kernel) ?? 0) : this.shape.cpus;
    const info = { ...this.info, cpus };
    const entries = entriesFromMemlock(info, memlock, sizes);
    // A trie's memory alone says how many entries it has, but for some numbers of bytes.
    const isRiddle = entries === undefined && sizes === undefined && mapTypeFacts(info.type).memlock === "nodes";
    return isRiddle ? entriesFromMemlock(info, memlock, kernelSizes(this.#kernel)) : entries;
  }

  countWithin(budget: CountBudget): BucketCount | undefined {
    const { type, maxEntries, keySize } = this.info;
    const { keys, read } = mapTypeFacts(type);
    if (keys !== "buckets" || read.by !== "batch") return undefined;
    const [kernel, fd, cpuCheck] = [this.#kernel, this.#fd, this.#cpuCheck];
    cpuCheck?.probe(fd, keySize);
    const windows = new BucketWindows({ kernel, fd, shape: this.shape, maxEntries, keys, cpuCheck });
    return countBuckets(windows, maxEntries, budget);
  }

  async ringUse(): Promise<RingUse> {
    const { id, maxEntries, mapFlags } = this.info;
    if ((mapFlags & BPF_F_RB_OVERWRITE) !== 0) {
      const why = "a ring buffer in overwrite mode (BPF_F_RB_OVERWRITE) has rules of its own, which are not known here";
      throw new EbpfMapError("NOT_READABLE", `read the positions of ${this.label}: ${why}`, { id });
    }
    const positions = await this.#kernel.ringPositions(
      this.pin === undefined ? { id } : { path: this.pin },
      maxEntries,
    );
    return ringUse(positions, maxEntries, this.label);
  }

  lookup(key: Uint8Array | null, value: Uint8Array): number {
    const check = this.#cpuCheck;
    check?.expect(this.shape.cpus);
    if (check === undefined || check.cpus !== undefined) return this.#kernel.lookup(this.#fd, key, value);
    return this.#firstLookup(key, value, check);
  }

  nextKey(key: Uint8Array | null, next: Uint8Array): number {
    return this.#kernel.nextKey(this.#fd, key, next);
  }

  [Symbol.dispose](): void {
    this.#fd.close();
  }

  /** Looks up a key before it is known how many bytes the kernel writes. */
  #firstLookup(key: Uint8Array | null, value: Uint8Array, check: CpuCheck): number {
    const roomy = check.buffer(1);
    check.prepare(roomy);
    const errno = this.#kernel.lookup(this.#fd, key, roomy);
    if (errno !== 0) return errno;
    check.count(roomy, 1);
    check.expect(this.shape.cpus);
    value.set(roomy.subarray(0, this.shape.valueStride));
    return 0;
  }

  /** The number of CPUs by the kernel's list, or if that can't be read, by the values of the map's first entry. */
  #possibleCpus(check: CpuCheck): number {
    const listed = listedCpus(this.#kernel);
    if (listed !== undefined) return listed;
    check.probe(this.#fd, this.info.keySize);
    return check.cpus ?? this.#kernel.possibleCpus();
  }
}

/** The number of possible CPUs by the kernel's list; undefined if that can't be read. */
function listedCpus(kernel: Kernel): number | undefined {
  try {
    return kernel.possibleCpus();
  } catch (error) {
    if (error instanceof EbpfMapError) return undefined;
    throw error;
  }
}

function readFdinfo(kernel: Kernel, fd: Fd): MapFdinfo {
  const fields = kernel.fdinfo(fd);
  return {
    memlock: fields.get("memlock"),
    frozen: fields.get("frozen"),
    ownerProgType: fields.get("owner_prog_type"),
    ownerJited: fields.get("owner_jited"),
  };
}

/**
 * The types of a struct_ops map: the kernel's, or those of the module that declares it, which continue the kernel's.
 */
function structOpsTypes(kernel: Kernel, { btfVmlinuxValueTypeId, btfVmlinuxId }: MapInfo): Btf {
  const base = vmlinuxTypes(kernel);
  if (btfVmlinuxValueTypeId < base.typeCount || btfVmlinuxId === undefined) return base;
  using fd = kernel.openBtf(btfVmlinuxId);
  return parseBtf(kernel.btfBytes(fd), { base, what: `BTF id ${btfVmlinuxId}` });
}

function loadTypes(kernel: Kernel, info: MapInfo): MapTypes {
  try {
    if (info.btfVmlinuxValueTypeId !== 0) {
      const types = structOpsTypes(kernel, info);
      return { state: "known", types, keyTypeId: info.btfKeyTypeId, valueTypeId: info.btfVmlinuxValueTypeId };
    }
    if (info.btfValueTypeId === 0) return { state: "none" };
    using fd = kernel.openBtf(info.btfId);
    const types = parseBtf(kernel.btfBytes(fd), { what: `BTF id ${info.btfId}` });
    return { state: "known", types, keyTypeId: info.btfKeyTypeId, valueTypeId: info.btfValueTypeId };
  } catch (error) {
    if (!(error instanceof EbpfMapError)) throw error;
    const errno = typeof error.details.errno === "number" ? error.details.errno : 0;
    return { state: "unavailable", reason: error.message, errno };
  }
}
