import { expect, test } from "vitest";
import { useScratch } from "../../helpers/use-scratch.ts";
import { expectedPlaces, places, plant } from "../planted.ts";
import { mapTypeNumbers } from "./map-types.ts";

const scratch = useScratch();

test("numbers of map types are found in every form, outside of their table", () => {
  const files = {
    "src/sys/map-types.ts": "export const BPF_MAP_TYPE_HASH = 1;\nexport const LRU = (type: number) => type === 9;\n",
    "src/reader/shape.ts": `
      declare const info: { type: number; map?: { mapType: number } };
      declare const type: number;
      export const BPF_MAP_TYPE_ARRAY = 2; // found
      const MAP_TYPE_LPM_TRIE = 11; // found
      export enum Numbers {
        BPF_MAP_TYPE_QUEUE = 22, // found
      }
      export const names = {
        BPF_MAP_TYPE_STACK: 23, // found
      };
      export const a = info.type === 5; // found
      export const b = 27 !== type; // found
      export const c = type >= 30; // found
      export const d = info.map?.mapType == 1; // found
      export const e = (info.type as number) < 4; // found
      export function f(mapType: number): number {
        switch (mapType) { // found
          case 1:
          case 5:
            return 1;
          default:
            return 0;
        }
      }
      const EVICTING: ReadonlySet<number> = new Set([9, 10]);
      export const g = EVICTING.has(info.type); // found
      const RINGS = [27, 31] as const satisfies readonly number[];
      export const h = (RINGS as readonly number[]).includes(type) || RINGS.includes(type); // found
      export const i = new Set([1, 5, 9, 10, 13]).has(type); // found
      export const j = [14, 25].includes(info.type); // found
      const WORDS: Record<number, string> = { 1: "hash", 2: "array" };
      export const k = WORDS[info.type]; // found
      export const l = new Map([[1, "hash"]]).get(type); // found
      /** Map types whose slots are there from the start. */
      export const INDEXED = new Set([2, 6, 12]); // found
      export const PREALLOCATED_MAP_TYPES = [1, 5]; // found
    `,
    "src/reader/other.ts":
      'import { INDEXED } from "./shape.ts";\nexport const has = (type: number) => INDEXED.has(type); // found\n',
  };
  expect(places(mapTypeNumbers(plant(scratch, files)))).toEqual(expectedPlaces(files));
});

test("other numbers aren't", () => {
  const files = {
    "src/btf/types.ts": `
      declare const member: { type: number; kind: number; size: number };
      declare const HASH: number;
      export const isVoid = member.type === 0;
      export const isInt = member.kind === 1;
      export const named = member.type === HASH;
      export const sizes = new Set([1, 2, 4, 8]).has(member.size);
      export const length = [1, 5].length;
      export const progType = 5;
      export function isUtf8(type: string): boolean {
        return type === "utf8" || ["a", "b"].includes(type);
      }
    `,
  };
  expect(mapTypeNumbers(plant(scratch, files))).toEqual([]);
});
