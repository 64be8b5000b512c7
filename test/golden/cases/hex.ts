import { createMap, updateElement } from "../../helpers/bpf.ts";
import { valueBytes } from "../../helpers/map-recipes.ts";
import type { MapTypeName } from "../../helpers/map-types.ts";
import { edgeValues, type GoldenCase, perCpu } from "../case.ts";

/** `[key bytes, value bytes]` on both sides of each rule by which plain output without BTF breaks its lines. */
const SIZES: readonly (readonly [number, number])[] = [
  [1, 1],
  [4, 4],
  [8, 16],
  [8, 17],
  [16, 8],
  [16, 9],
  [16, 16],
  [17, 1],
  [1, 17],
  [9, 15],
  [32, 33],
  [512, 4096],
];

const PER_CPU_SIZES: readonly (readonly [number, number])[] = [
  [4, 1],
  [4, 16],
  [4, 17],
  [20, 8],
];

/** Maps without BTF, whose bytes are shown as they are. */
export const HEX_CASES: readonly GoldenCase[] = [
  ...SIZES.map(([key, value]) => hexCase(`hex/${key}-${value}`, "hash", key, value)),
  ...PER_CPU_SIZES.map(([key, value]) => hexCase(`hex/per-cpu-${key}-${value}`, "percpu_hash", key, value)),
];

function hexCase(name: string, type: MapTypeName, keySize: number, valueSize: number): GoldenCase {
  return {
    name,
    covers: `keys of ${keySize} and values of ${valueSize} bytes without BTF`,
    make: (scratch, mapName) => {
      const map = scratch.own(createMap({ type, keySize, valueSize, maxEntries: 8, name: mapName }));
      const values = edgeValues(valueSize).slice(-2);
      for (const [i, value] of values.entries()) {
        const perCpuMap = valueBytes({ type, valueSize }) !== valueSize;
        updateElement(map, edgeValues(keySize)[4 + i] ?? new Uint8Array(keySize), perCpuMap ? perCpu(value) : value);
      }
      return [map];
    },
  };
}
