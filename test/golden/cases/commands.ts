import { BPF_F_RDONLY_PROG, createMap, freezeMap, updateElement } from "../../helpers/bpf.ts";
import { MAP_RECIPES, makeMap } from "../../helpers/map-recipes.ts";
import type { Scratch } from "../../helpers/scratch.ts";
import {
  arrayOf,
  btfOf,
  edgeValues,
  type GoldenCase,
  hashOf,
  INT,
  le,
  packed,
  perCpu,
  type SizedType,
  text,
} from "../case.ts";

const STATS: SizedType = {
  size: 12,
  type: (btf) =>
    packed(btf, "stats", [
      ["count", btf.int("unsigned int", 4), 4],
      ["name", btf.array(btf.signed("char", 1), 8), 8],
    ]),
};

const STATS_VALUES = [text(12, "\x01\0\0\0one"), text(12, "\x02\0\0\0two"), text(12, "\xff\xff\xff\xffnobody!!")];

/**
 * Commands on one entry, and `show`, of the same maps that dump is recorded of. `MAP` stands for the map's own words.
 */
export const COMMAND_CASES: readonly GoldenCase[] = [
  {
    name: "commands/array",
    covers: "lookup, getnext and show of an array with BTF",
    commands: [
      ["show", "MAP"],
      ["lookup", "MAP", "key", "1", "0", "0", "0"],
      ["lookup", "MAP", "key", "hex", "02", "0x00", "0", "00"],
      ["lookup", "MAP", "key", "3", "0", "0", "0"],
      ["lookup", "MAP", "key", "1", "0", "0"],
      ["lookup", "MAP", "key", "1", "0", "0", "0", "0"],
      ["lookup", "MAP", "key", "08", "0", "0", "0"],
      ["lookup", "MAP", "key", "257", "0x100", "256", "0"],
      ["lookup", "MAP"],
      ["lookup", "MAP", "key"],
      ["lookup", "MAP", "value", "1", "0", "0", "0"],
      ["getnext", "MAP"],
      ["getnext", "MAP", "key", "1", "0", "0", "0"],
      ["getnext", "MAP", "key", "2", "0", "0", "0"],
      ["getnext", "MAP", "key", "1"],
    ],
    make: (scratch, name) => [arrayOf(scratch, name, STATS, STATS_VALUES)],
  },
  {
    name: "commands/hash",
    covers: "lookup, getnext and show of a hash without BTF",
    commands: [
      ["show", "MAP"],
      ["lookup", "MAP", "key", "7", "0", "0", "0"],
      ["lookup", "MAP", "key", "8", "0", "0", "0"],
      ["getnext", "MAP"],
      ["getnext", "MAP", "key", "7", "0", "0", "0"],
      ["getnext", "MAP", "key", "8", "0", "0", "0"],
    ],
    make: (scratch, name) => [hashOf(scratch, name, le(4, 7), edgeValues(20)[4] ?? le(20, 0))],
  },
  {
    name: "commands/hash-empty",
    covers: "getnext and show of an empty hash with BTF",
    commands: [
      ["show", "MAP"],
      ["lookup", "MAP", "key", "1", "0", "0", "0"],
      ["getnext", "MAP"],
    ],
    make: (scratch, name) => {
      const btf = btfOf(scratch, INT, STATS);
      return [scratch.own(createMap({ type: "hash", keySize: 4, valueSize: 12, maxEntries: 4, flags: 1, name, btf }))];
    },
  },
  {
    name: "commands/per-cpu",
    covers: "lookup and show of a per-CPU map",
    commands: [
      ["show", "MAP"],
      ["lookup", "MAP", "key", "1", "0", "0", "0"],
      ["lookup", "MAP", "key", "9", "0", "0", "0"],
    ],
    make: (scratch, name) => [arrayOf(scratch, name, STATS, STATS_VALUES.map(perCpu), "percpu_array")],
  },
  {
    name: "commands/prog-array",
    covers: "lookup and show of a prog_array, whose owner is unknown while no program uses it",
    commands: [
      ["show", "MAP"],
      ["lookup", "MAP", "key", "0", "0", "0", "0"],
      ["lookup", "MAP", "key", "1", "0", "0", "0"],
      ["getnext", "MAP", "key", "1", "0", "0", "0"],
    ],
    make: (scratch, name) => fromRecipe(scratch, name, "prog_array"),
  },
  {
    name: "commands/map-of-maps",
    covers: "lookup in an array of maps",
    commands: [
      ["show", "MAP"],
      ["lookup", "MAP", "key", "0", "0", "0", "0"],
      ["lookup", "MAP", "key", "1", "0", "0", "0"],
    ],
    make: (scratch, name) => fromRecipe(scratch, name, "array_of_maps"),
  },
  {
    name: "commands/queue",
    covers: "peek, and lookup without a key, of a queue",
    commands: [
      ["show", "MAP"],
      ["peek", "MAP"],
      ["lookup", "MAP"],
      ["lookup", "MAP", "key", "1"],
      ["getnext", "MAP"],
    ],
    make: (scratch, name) => fromRecipe(scratch, name, "queue"),
  },
  {
    name: "commands/stack",
    covers: "peek of a stack with values of 20 bytes",
    commands: [
      ["show", "MAP"],
      ["peek", "MAP"],
    ],
    make: (scratch, name) => fromRecipe(scratch, name, "stack"),
  },
  {
    name: "commands/queue-empty",
    covers: "peek of an empty queue",
    commands: [
      ["peek", "MAP"],
      ["lookup", "MAP"],
    ],
    make: (scratch, name) => fromRecipe(scratch, name, "queue", 0),
  },
  {
    name: "commands/peek-of-a-hash",
    covers: "peek of what has keys",
    commands: [["peek", "MAP"]],
    make: (scratch, name) => [hashOf(scratch, name, le(4, 7), le(4, 1))],
  },
  {
    name: "commands/show-frozen",
    covers: "show of a frozen array with flags",
    commands: [["show", "MAP"]],
    make: (scratch, name) => {
      const map = createMap({ type: "array", keySize: 4, valueSize: 8, maxEntries: 2, flags: BPF_F_RDONLY_PROG, name });
      scratch.own(map);
      updateElement(map, le(4, 1), le(8, 5));
      freezeMap(map);
      return [map];
    },
  },
];

async function fromRecipe(scratch: Scratch, name: string, recipeName: string, count = 3) {
  const recipe = MAP_RECIPES.find((candidate) => candidate.name === recipeName);
  if (recipe === undefined) throw new Error(`no recipe called ${recipeName}`);
  return [await makeMap(scratch, recipe, { count, btf: false, name })];
}
