import type { MapInfo } from "../../sys/info.ts";
import type { Kernel } from "../../sys/kernel.ts";
import { BPF_MAP_TYPE, isMapOfMaps } from "../../sys/map-types.ts";
import { allMaps } from "../find.ts";
import type { MapSource } from "../map-source.ts";
import type { Gaps } from "./gaps.ts";

/** The facts about all maps that owners are found by. */
export interface OwnershipFacts {
  readonly infos: ReadonlyMap<number, MapInfo>;
  /** By a map's id, the maps of maps in which it lies. */
  readonly outerMaps: ReadonlyMap<number, readonly number[]>;
  /** By the id of a struct_ops map, what its value says. */
  readonly structOps: ReadonlyMap<number, StructOpsValue>;
}

/** The value of a struct_ops map: `{ u32 refcnt; u32 state; … }` and the struct, with ids for its functions. */
export interface StructOpsValue {
  readonly isInUse: boolean;
  /** All of its aligned words that may be ids of programs. */
  readonly words: ReadonlySet<number>;
}

/** `enum bpf_struct_ops_state`: BPF_STRUCT_OPS_STATE_INUSE. */
const IN_USE = 1;
const HEADER_BYTES = 8;

/** Looks at all maps once. Reads the entries of maps of maps, and the values of struct_ops maps. */
export async function readMapFacts(kernel: Kernel, gaps: Gaps): Promise<OwnershipFacts> {
  const infos = new Map<number, MapInfo>();
  const outerMaps = new Map<number, number[]>();
  const structOps = new Map<number, StructOpsValue>();
  try {
    for (const map of allMaps(kernel)) {
      using open = map;
      const { info } = open;
      infos.set(info.id, info);
      if (isMapOfMaps(info.type)) await addInnerMaps(open, outerMaps, gaps);
      if (info.type === BPF_MAP_TYPE.STRUCT_OPS) structOps.set(info.id, structOpsValue(open));
    }
  } catch (error) {
    gaps.add("maps", error);
  }
  return { infos, outerMaps, structOps };
}

async function addInnerMaps(outer: MapSource, outerMaps: Map<number, number[]>, gaps: Gaps): Promise<void> {
  const { id } = outer.info;
  using source = outer.entries();
  for (let batch = await source.next(); batch !== undefined; batch = await source.next()) {
    const view = new DataView(batch.values.buffer, batch.values.byteOffset);
    for (let i = 0; i < batch.count; i++) {
      const inner = (batch.errnos?.[i] ?? 0) === 0 ? view.getUint32(i * outer.shape.valueStride, true) : 0;
      const outers = outerMaps.get(inner);
      if (inner === 0 || outers?.at(-1) === id) continue;
      if (outers === undefined) outerMaps.set(inner, [id]);
      else outers.push(id);
    }
  }
  const { complete, errno } = source.report;
  if (!complete) gaps.say("maps", `${outer.label} could not be read whole (errno ${errno}): maps in it may be missing`);
}

function structOpsValue(map: MapSource): StructOpsValue {
  const value = new Uint8Array(new ArrayBuffer(map.shape.valueStride));
  const words = new Set<number>();
  if (map.lookup(new Uint8Array(new ArrayBuffer(4)), value) !== 0) return { isInUse: false, words };
  const view = new DataView(value.buffer);
  for (let at = HEADER_BYTES; at + 8 <= value.length; at += 8) {
    if (view.getUint32(at + 4, true) === 0 && view.getUint32(at, true) !== 0) words.add(view.getUint32(at, true));
  }
  return { isInUse: value.length >= HEADER_BYTES && view.getUint32(4, true) === IN_USE, words };
}
