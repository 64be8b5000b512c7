import type { MapSource } from "../../../reader/map-source.ts";
import type { Layout } from "../../../schema/layout.ts";
import { paddingMask } from "../../../schema/padding.ts";
import type { ReadWatch } from "../../reads/observe-reads.ts";
import { readBatches } from "../../reads/read-batches.ts";

/** Returns the number of keys with bits set in their padding. Doesn't read the map if keys have no padding. */
export async function dirtyKeys(map: MapSource, layout: Layout, { observer }: ReadWatch): Promise<number> {
  const { keySize } = map.shape;
  const mask = paddingMask(layout);
  const padded = [...mask.keys()].filter((i) => mask[i] !== 0);
  if (padded.length === 0) return 0;
  let dirty = 0;
  await readBatches(map, observer, ({ count, keys }) => {
    for (let entry = 0; entry < count; entry++) {
      if (padded.some((i) => ((keys[entry * keySize + i] as number) & (mask[i] as number)) !== 0)) dirty += 1;
    }
  });
  return dirty;
}
