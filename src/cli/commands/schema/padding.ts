import type { MapSource } from "../../../reader/map-source.ts";
import type { Layout } from "../../../schema/layout.ts";
import { paddingMask } from "../../../schema/padding.ts";

/** How many keys of a map have bits set that belong to no field. Doesn't read the map where there are no such bits. */
export async function dirtyKeys(map: MapSource, layout: Layout): Promise<number> {
  const { keySize } = map.shape;
  const mask = paddingMask(layout);
  const padded = [...mask.keys()].filter((i) => mask[i] !== 0);
  if (padded.length === 0) return 0;
  let dirty = 0;
  using source = map.entries();
  for (let batch = await source.next(); batch !== undefined; batch = await source.next()) {
    for (let entry = 0; entry < batch.count; entry++) {
      const isDirty = padded.some((i) => ((batch.keys[entry * keySize + i] as number) & (mask[i] as number)) !== 0);
      if (isDirty) dirty += 1;
    }
  }
  return dirty;
}
