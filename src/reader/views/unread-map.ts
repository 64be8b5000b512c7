import { EbpfMapError } from "../../errors.ts";
import { EIO } from "../../sys/errno.ts";
import type { MapInfo } from "../../sys/info.ts";
import { BPF_MAP_TYPE } from "../../sys/map-types.ts";
import type { EntrySource, ReadReport } from "../entries.ts";
import type { MapSource } from "../map-source.ts";
import { newReport } from "../read-target.ts";

/** The info of a map of which nothing is known. */
export const UNKNOWN_INFO: MapInfo = {
  type: BPF_MAP_TYPE.UNSPEC,
  id: 0,
  keySize: 0,
  valueSize: 0,
  maxEntries: 0,
  mapFlags: 0,
  name: "",
  ifindex: 0,
  btfVmlinuxValueTypeId: 0,
  netnsDev: 0n,
  netnsIno: 0n,
  btfId: 0,
  btfKeyTypeId: 0,
  btfValueTypeId: 0,
  mapExtra: 0n,
};

/** The errno of a failure; EIO where it has none. */
export function errnoOfFailure(error: unknown): number {
  const errno = error instanceof EbpfMapError ? error.details.errno : undefined;
  return typeof errno === "number" && errno > 0 ? errno : EIO;
}

/**
 * A map that is there, and that couldn't be opened or described: what is known of it, and a read that ends at once with
 * the errno of the failure.
 */
export function unreadMap(info: MapInfo, label: string, error: EbpfMapError): MapSource {
  const errno = errnoOfFailure(error);
  return {
    info,
    fdinfo: { memlock: undefined, frozen: undefined, ownerProgType: undefined, ownerJited: undefined },
    shape: { keySize: info.keySize, valueSize: info.valueSize, cpus: 0, valueStride: info.valueSize },
    label,
    types: () => ({ state: "unavailable", reason: error.message, errno }),
    entries: () => new Unread(errno),
    lookup: () => errno,
    nextKey: () => errno,
    [Symbol.dispose]() {},
  };
}

class Unread implements EntrySource {
  readonly report: ReadReport;

  constructor(errno: number) {
    this.report = { ...newReport("walk"), errno };
  }

  next(): undefined {}

  [Symbol.dispose](): void {}
}
