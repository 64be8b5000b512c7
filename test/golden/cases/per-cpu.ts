import { arrayCases, type GoldenCase, packed, type TypeCase } from "../case.ts";

/** Values that each CPU has its own of, 8-byte aligned. */
const PER_CPU: readonly TypeCase[] = [
  { name: "values/per-cpu/u64", covers: "a number a CPU", size: 8, type: (btf) => btf.int("unsigned long long", 8) },
  {
    name: "values/per-cpu/byte",
    covers: "one byte, with 7 between the CPUs",
    size: 1,
    type: (btf) => btf.signed("char", 1),
  },
  {
    name: "values/per-cpu/struct",
    covers: "a struct of 20 bytes",
    size: 20,
    type: (btf) =>
      packed(btf, "stats", [
        ["packets", btf.int("unsigned long long", 8), 8],
        ["bytes", btf.array(btf.int("unsigned int", 4), 2), 8],
        [
          "state",
          btf.enum("state", [
            ["OFF", 0],
            ["ON", 1],
          ]),
          4,
        ],
      ]),
  },
  {
    name: "values/per-cpu/string",
    covers: "an array of char",
    size: 16,
    type: (btf) => btf.array(btf.signed("char", 1), 16),
  },
];

export const PER_CPU_CASES: readonly GoldenCase[] = arrayCases(PER_CPU, "percpu_array");
