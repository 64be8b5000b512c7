import { parseBtf } from "../btf/parse.ts";
import type { TypeSource } from "../btf/types.ts";
import { EbpfMapError } from "../errors.ts";
import type { Fd } from "../sys/fd.ts";
import type { MapInfo } from "../sys/info.ts";
import type { Kernel } from "../sys/kernel.ts";
import { BatchSource } from "./batch.ts";
import type { EntryShape, EntrySource } from "./entries.ts";
import type { MapFdinfo, MapSource, MapTypes } from "./map-source.ts";
import { BPF_MAP_TYPE_LPM_TRIE, entryShape, isBucketed, isIndexed, isPerCpu } from "./shape.ts";

/** An open map of this kernel. Owns the descriptor. */
export class LiveMap implements MapSource {
  readonly info: MapInfo;
  readonly shape: EntryShape;
  readonly label: string;
  readonly pin?: string;
  readonly #kernel: Kernel;
  readonly #fd: Fd;
  #types: MapTypes | undefined;
  #fdinfo: MapFdinfo | undefined;

  constructor(kernel: Kernel, fd: Fd, pin?: string) {
    this.#kernel = kernel;
    if (pin !== undefined) this.pin = pin;
    this.#fd = fd;
    this.info = kernel.mapInfo(fd);
    this.shape = entryShape(this.info, isPerCpu(this.info.type) ? kernel.possibleCpus() : 0);
    this.label = `map id ${this.info.id}${this.info.name === "" ? "" : ` (${this.info.name})`}`;
  }

  get fdinfo(): MapFdinfo {
    this.#fdinfo ??= readFdinfo(this.#kernel, this.#fd);
    return this.#fdinfo;
  }

  types(): MapTypes {
    this.#types ??= loadTypes(this.#kernel, this.info);
    return this.#types;
  }

  entries(): EntrySource {
    const { type, maxEntries } = this.info;
    const kinds = { indexed: isIndexed(type), bucketed: isBucketed(type), trie: type === BPF_MAP_TYPE_LPM_TRIE };
    const target = { kernel: this.#kernel, fd: this.#fd, shape: this.shape, maxEntries, ...kinds };
    return new BatchSource(target);
  }

  lookup(key: Uint8Array | null, value: Uint8Array): number {
    return this.#kernel.lookup(this.#fd, key, value);
  }

  nextKey(key: Uint8Array | null, next: Uint8Array): number {
    return this.#kernel.nextKey(this.#fd, key, next);
  }

  [Symbol.dispose](): void {
    this.#fd.close();
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

/** The kernel's own types, parsed once a process: struct_ops maps refer to them. */
const vmlinux = new WeakMap<Kernel, TypeSource>();

function loadTypes(kernel: Kernel, info: MapInfo): MapTypes {
  try {
    if (info.btfVmlinuxValueTypeId !== 0) {
      const types = vmlinuxTypes(kernel);
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

function vmlinuxTypes(kernel: Kernel): TypeSource {
  const known = vmlinux.get(kernel);
  if (known !== undefined) return known;
  const bytes = kernel.vmlinuxBtf();
  if (bytes === undefined) {
    throw new EbpfMapError("BTF_UNAVAILABLE", "read /sys/kernel/btf/vmlinux: this kernel has no BTF of its own");
  }
  const types = parseBtf(bytes, { what: "the kernel's BTF" });
  vmlinux.set(kernel, types);
  return types;
}
