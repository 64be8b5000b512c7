import type { MapSource } from "../../reader/map-source.ts";
import type { FileMap } from "../../snapshot/read/file-map.ts";

/**
 * Returns the maps, and in place of those without types that bpftool has printed, what bpftool made of their entries.
 * These belong to the maps. A note says what is lost.
 */
export async function withDecoded(
  maps: readonly [MapSource, ...MapSource[]],
  warn: (line: string) => void,
): Promise<[MapSource, ...MapSource[]]> {
  const [first, ...others] = maps;
  const shown: [MapSource, ...MapSource[]] = [await decodedOf(first, warn)];
  for (const map of others) shown.push(await decodedOf(map, warn));
  return shown;
}

async function decodedOf(map: MapSource & Pick<FileMap, "decoded">, warn: (line: string) => void): Promise<MapSource> {
  const decoded = map.types().state === "none" ? await map.decoded?.() : undefined;
  if (decoded === undefined) return map;
  const { skipped } = decoded;
  const lost = "sizes, the numbers of enumerators, padding, and what it could not print are lost";
  warn(`Note: ${map.label} has no types: these are the values that bpftool printed; ${lost} (--btf brings them back)`);
  if (skipped > 0) warn(`Warning: ${map.label}: ${skipped} entries are left out, of which bpftool printed no values`);
  return decoded.map;
}
