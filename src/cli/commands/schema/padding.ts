import { HiddenBytes } from "../../../codec/keys/hidden-bytes.ts";
import type { MapSource } from "../../../reader/map-source.ts";
import type { Layout } from "../../../schema/layout.ts";
import { paddingMask } from "../../../schema/padding.ts";
import type { ReadWatch } from "../../reads/observe-reads.ts";
import { readBatches } from "../../reads/read-batches.ts";

/** Bytes of a map's keys that no field shows, but that distinguish keys for the kernel. */
export interface UnshownBytes {
  /** The number of keys with bits set that belong to no field. */
  readonly padded: number;
  /** The keys with bytes behind the NUL of a text. */
  readonly hidden: HiddenBytes;
}

/** Searches keys for such bytes. Doesn't read the map if its keys have no room for them. */
export async function unshownBytes(map: MapSource, layout: Layout, { observer }: ReadWatch): Promise<UnshownBytes> {
  const { keySize } = map.shape;
  const mask = paddingMask(layout);
  const padding = [...mask.keys()].filter((i) => mask[i] !== 0);
  const hidden = new HiddenBytes(layout);
  let padded = 0;
  if (padding.length === 0 && !hidden.hasTexts) return { padded, hidden };
  await readBatches(map, observer, ({ count, keys }) => {
    hidden.scan(keys, count, keySize);
    for (let entry = 0; entry < count; entry++) {
      if (padding.some((i) => ((keys[entry * keySize + i] as number) & (mask[i] as number)) !== 0)) padded += 1;
    }
  });
  return { padded, hidden };
}
