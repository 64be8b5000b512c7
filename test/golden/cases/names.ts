import type { Fd } from "../../../src/sys/fd.ts";
import { createMap } from "../../helpers/bpf.ts";
import type { Scratch } from "../../helpers/scratch.ts";
import { arrayOf, btfOf, edgeValues, type GoldenCase, hashOf, INT, le, perCpu, type SizedType, text } from "../case.ts";

const COMM: SizedType = { size: 8, type: (btf) => btf.array(btf.signed("char", 1), 8) };
const DOUBLE: SizedType = { size: 8, type: (btf) => btf.float("double", 8) };

/** Several maps of one name, which dump prints one behind the other. */
export const NAME_CASES: readonly GoldenCase[] = [
  {
    name: "names/hex",
    covers: "three maps of one name without BTF, one of them empty",
    make: (scratch, name) => [
      plainHash(scratch, name),
      scratch.own(createMap({ type: "hash", keySize: 4, valueSize: 4, maxEntries: 2, name, flags: 1 })),
      scratch.own(createMap({ type: "percpu_array", keySize: 4, valueSize: 8, maxEntries: 2, name })),
    ],
  },
  {
    name: "names/btf",
    covers: "three maps of one name, all with BTF",
    make: (scratch, name) => [
      arrayOf(scratch, name, INT, [le(4, 1), le(4, -1)]),
      arrayOf(scratch, name, COMM, [text(8, "one"), text(8, "no end!!")]),
      arrayOf(scratch, name, COMM, [perCpu(text(8, "cpu"))], "percpu_array"),
    ],
  },
  {
    name: "names/mixed",
    covers: "a map without BTF and one with: plain is hex for both",
    make: (scratch, name) => [plainHash(scratch, name), arrayOf(scratch, name, COMM, [text(8, "typed")])],
  },
  {
    name: "names/unprintable",
    covers: "a map that can't be printed whole, and one behind it",
    make: (scratch, name) => [arrayOf(scratch, name, DOUBLE, edgeValues(8)), arrayOf(scratch, name, INT, [le(4, 1)])],
  },
  {
    name: "names/unreadable",
    covers: "a queue, whose dump fails, between two maps of its name",
    make: (scratch, name) => [
      plainHash(scratch, name),
      scratch.own(createMap({ type: "queue", keySize: 0, valueSize: 4, maxEntries: 2, name })),
      plainHash(scratch, name),
    ],
  },
];

function plainHash(scratch: Scratch, name: string): Fd {
  return hashOf(scratch, name, le(4, 7), le(4, 0x01020304));
}

interface KeyCase extends SizedType {
  readonly name: string;
  readonly covers: string;
}

const KEYS: readonly KeyCase[] = [
  { name: "keys/of-1-byte", covers: "the smallest key", size: 1, type: (btf) => btf.int("unsigned char", 1) },
  {
    name: "keys/struct",
    covers: "a struct with bit-fields and text for a key",
    size: 24,
    type: (btf) =>
      btf.struct("conn", 24, [
        { name: "v", type: btf.int("unsigned int", 4), bitOffset: 0, bitfieldSize: 4 },
        { name: "flags", type: btf.signed("int", 4), bitOffset: 4, bitfieldSize: 12 },
        { name: "name", type: btf.array(btf.signed("char", 1), 16), bitOffset: 32 },
      ]),
  },
  { name: "keys/128-bits", covers: "a 128-bit key", size: 16, type: (btf) => btf.int("unsigned __int128", 16) },
  { name: "keys/string", covers: "a string for a key", ...COMM },
  {
    name: "keys/of-512-bytes",
    covers: "the largest key that the kernel takes for a hash",
    size: 512,
    type: (btf) => btf.array(btf.int("unsigned int", 4), 128),
  },
  {
    name: "keys/empty-parts",
    covers: "an array of one, a pointer and an enum for a key",
    size: 16,
    type: (btf) =>
      btf.struct("key", 16, [
        { name: "one", type: btf.array(btf.enum("state", [["ON", 1]]), 1), bitOffset: 0 },
        { name: "pointer", type: btf.ptr(0), bitOffset: 64 },
      ]),
  },
];

/** Keys of all sorts, each in a hash with one entry. */
export const KEY_CASES: readonly GoldenCase[] = KEYS.flatMap(({ name, covers, ...type }) =>
  [3, 5].map((pattern) => ({
    name: `${name}/${pattern === 3 ? "largest" : "noise"}`,
    covers,
    make: (scratch: Scratch, mapName: string) => {
      const key = edgeValues(type.size)[pattern] ?? new Uint8Array(type.size);
      return [hashOf(scratch, mapName, key, le(4, -2), btfOf(scratch, type, INT))];
    },
  })),
);
