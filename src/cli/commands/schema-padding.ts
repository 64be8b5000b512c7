import { HiddenBytes } from "../../codec/keys/hidden-bytes.ts";
import type { MapSource } from "../../reader/map-source.ts";
import type { Layout } from "../../schema/layout.ts";
import { paddingMask } from "../../schema/padding.ts";

/** Bytes of a map's keys that no field shows, though the kernel tells keys apart by them. */
export interface UnshownBytes {
  /** Keys with bits set that belong to no field. */
  readonly padded: number;
  /** Keys with bytes behind the NUL of a text. */
  readonly hidden: HiddenBytes;
}

/** Looks for such bytes. Doesn't read the map where its keys have no room for them. */
export async function unshownBytes(map: MapSource, layout: Layout): Promise<UnshownBytes> {
  const { keySize } = map.shape;
  const mask = paddingMask(layout);
  const padding = [...mask.keys()].filter((i) => mask[i] !== 0);
  const hidden = new HiddenBytes(layout);
  let padded = 0;
  if (padding.length === 0 && !hidden.hasTexts) return { padded, hidden };
  using source = map.entries();
  for (let batch = await source.next(); batch !== undefined; batch = await source.next()) {
    hidden.scan(batch.keys, batch.count, keySize);
    for (let entry = 0; entry < batch.count; entry++) {
      const isPadded = padding.some((i) => ((batch.keys[entry * keySize + i] as number) & (mask[i] as number)) !== 0);
      if (isPadded) padded += 1;
    }
  }
  return { padded, hidden };
}
