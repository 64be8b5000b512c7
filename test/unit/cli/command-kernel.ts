import { EbpfMapError } from "../../../src/errors.ts";
import type { Fd } from "../../../src/sys/fd.ts";
import type { MapInfo } from "../../../src/sys/info.ts";
import type { ObjectKind } from "../../../src/sys/kernel.ts";
import { FakeKernel, type FakeMap, type Fault, fakeMap } from "../../helpers/fake-kernel.ts";

/**
 * The maps that the examples of the help texts speak of: a hash map 7 called `conns`, pinned at /sys/fs/bpf/conns; 8
 * and 9, which share the name `twins`; and a queue 10 called `jobs`, whose head is 1 2 3 4.
 */
const MAPS: readonly FakeMap[] = [
  fakeMap(3, { info: info(7, "conns", {}) }),
  fakeMap(1, { info: info(8, "twins", {}) }),
  fakeMap(0, { info: info(9, "twins", { mapFlags: 1 }) }),
  fakeMap(0, { info: info(10, "jobs", { type: 22, keySize: 0, valueSize: 4 }), batch: "none" }),
];

const PINS: Readonly<Record<string, number | { errno: number } | ObjectKind>> = {
  "/sys/fs/bpf/conns": 7,
  "/nowhere/secret": { errno: 13 },
  "/sys/fs/bpf/link": { errno: 22 },
  "/sys/fs/bpf/prog": "prog",
};

/** A fake kernel with pins, a queue and fdinfo, whose errors have what those of a real one have. */
export class CommandKernel extends FakeKernel {
  readonly #kinds = new Map<number, ObjectKind>();

  constructor(fault?: Fault) {
    super(MAPS, fault);
  }

  override openMap(id: number): Fd {
    try {
      return super.openMap(id);
    } catch (error) {
      if (!(error instanceof EbpfMapError)) throw error;
      throw new EbpfMapError(error.code, `open map id ${id}: it failed`, { ...error.details, id });
    }
  }

  override openPinned(path: string): Fd {
    const pin = PINS[path];
    if (typeof pin === "number") return super.openMap(pin);
    if (typeof pin === "string") {
      const fd = super.openMap(7);
      this.#kinds.set(fd.number, pin);
      return fd;
    }
    const errno = pin?.errno ?? 2;
    throw new EbpfMapError(errno === 13 ? "NO_PERMISSION" : "KERNEL", `open pinned ${path}: it failed`, {
      errno,
      path,
    });
  }

  override objectKind(fd?: Fd): ObjectKind {
    return (fd && this.#kinds.get(fd.number)) ?? "map";
  }

  override fdinfo(): ReadonlyMap<string, string> {
    return new Map([
      ["memlock", "4096"],
      ["frozen", "0"],
    ]);
  }

  override lookup(fd: Fd, key: Uint8Array | null, value: Uint8Array): number {
    if (key !== null || this.mapInfo(fd).type !== 22) return super.lookup(fd, key, value);
    value.set([1, 2, 3, 4]);
    return 0;
  }
}

function info(id: number, name: string, rest: Partial<MapInfo>): MapInfo {
  return { ...fakeMap(0).info, id, name, maxEntries: 16, ...rest };
}
