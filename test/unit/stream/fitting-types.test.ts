import { expect, test } from "vitest";
import { type Btf, parseBtf } from "../../../src/btf/parse.ts";
import { fittingTypes } from "../../../src/stream/fitting-types.ts";
import { BtfBuilder } from "../../helpers/btf-builder.ts";

function btfOf(structs: readonly (readonly [name: string, size: number])[]): Btf {
  const btf = new BtfBuilder();
  const u32 = btf.int("u32", 4);
  for (const [name, size] of structs) btf.struct(name, size, [{ name: "pid", type: u32, bitOffset: 0 }]);
  return parseBtf(btf.build());
}

const names = (btfs: readonly Btf[], length: number, padded = false): string[] =>
  fittingTypes(btfs, length, padded).map(({ name }) => name);

test("those of that very size, those that are named like events first", () => {
  const btf = btfOf([
    ["key", 32],
    ["event", 32],
    ["longer", 40],
    ["conn_event", 32],
    ["shorter", 24],
  ]);
  expect(names([btf], 32)).toEqual(["struct event", "struct conn_event", "struct key"]);
  expect(names([btf], 31)).toEqual([]);
});

test("an event of a perf event array may have padding behind it", () => {
  const btf = btfOf([["event", 16]]);
  expect(names([btf], 20, true)).toEqual(["struct event"]);
  expect(names([btf], 20)).toEqual([]);
});

test("each once, of several programs, and no more than can be read", () => {
  const some = Array.from({ length: 20 }, (_, i): [string, number] => [`event_${i}`, 8]);
  expect(names([btfOf([["event", 8]]), btfOf([["event", 8]])], 8)).toEqual(["struct event"]);
  expect(names([btfOf(some)], 8)).toHaveLength(4);
});

test("a type without bytes is none", () => {
  expect(names([btfOf([["empty", 0]])], 0)).toEqual([]);
});
