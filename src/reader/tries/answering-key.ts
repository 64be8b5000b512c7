import { BPF_MAP_TYPE } from "../../sys/map-types.ts";
import type { MapSource } from "../map-source.ts";
import { storedPrefix } from "./stored-prefix.ts";

/**
 * Returns the key of the entry in a file by which the kernel would answer a lookup: of an lpm_trie, that of the network
 * in which the asked one lies; else the asked one. `turn` is called now and then, and what it throws ends the search.
 */
export async function answeringKey(
  map: MapSource,
  asked: Uint8Array | null,
  turn?: () => void,
): Promise<Uint8Array | null> {
  if (asked === null || map.info.type !== BPF_MAP_TYPE.LPM_TRIE) return asked;
  return (await storedPrefix(map, asked, turn)) ?? asked;
}
