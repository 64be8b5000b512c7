import { ENOENT } from "../../sys/errno.ts";
import type { MapSource } from "../map-source.ts";
import { matchingPrefix } from "./matching-prefix.ts";

/** The attempts to see a network and its value together, in a trie that changes meanwhile. */
const ATTEMPTS = 16;

/** The answer to a lookup in a trie. */
export interface TrieAnswer {
  /** 0 for success: `value` has been filled in. */
  readonly errno: number;
  /** The key of the network that answered; the asked one where the trie changes too fast to tell. */
  readonly key: Uint8Array;
}

/**
 * Looks up a key in an lpm_trie of this kernel, which gives a value and doesn't tell whose it is. The network is found
 * first, its value is read by its own key, and counts if the network is still the one that answers: so both belong
 * together, whatever is inserted and deleted meanwhile.
 */
export async function lookUpInTrie(map: MapSource, asked: Uint8Array, value: Uint8Array): Promise<TrieAnswer> {
  for (let i = 0; i < ATTEMPTS; i++) {
    const network = await matchingPrefix(map, asked);
    const errno = await map.lookup(network ?? asked, value);
    if (errno !== 0 && errno !== ENOENT) return { errno, key: asked };
    const after = await matchingPrefix(map, asked);
    if (network === undefined && after === undefined && errno === ENOENT) return { errno, key: asked };
    if (network === undefined || after === undefined || errno !== 0) continue;
    if (Buffer.compare(network, after) === 0) return { errno, key: network };
  }
  return { errno: await map.lookup(asked, value), key: asked };
}
