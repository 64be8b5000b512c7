import { expect, test } from "vitest";
import { parseBtf } from "../../../src/btf/parse.ts";
import { hollowRecord } from "../../../src/schema/hollow-record.ts";
import { BtfBuilder } from "../../helpers/btf-builder.ts";

const b = new BtfBuilder();
const u32 = b.int("u32", 4);
const hollow = b.struct("hook", 8, []);
const nested = b.struct("nat", 16, [
  { name: "hooks", type: b.array(b.const(b.typedef("hook_t", hollow)), 2), bitOffset: 0 },
]);
/** As rustc writes an enum with data: a number without a name, and a struct for each variant. */
function rustEnum(sizes: readonly [none: number, some: number]): number {
  const [none, some] = sizes;
  const variants = b.union("", 8, [
    { name: "", type: b.int("u16", 2), bitOffset: 0 },
    { name: "None", type: b.struct("None", none, []), bitOffset: 0 },
    { name: "Some", type: b.struct("Some", some, [{ name: "__0", type: u32, bitOffset: 32 }]), bitOffset: 0 },
  ]);
  return b.struct("Opt", 8, [{ name: "", type: variants, bitOffset: 0 }]);
}
const ROWS: readonly [string, number, string | undefined][] = [
  ["itself", hollow, "struct hook"],
  ["through members, arrays, qualifiers and typedefs", nested, "struct hook"],
  ["a union without a name", b.union("", 4, []), ""],
  ["not a struct without bytes", b.struct("empty", 0, []), undefined],
  ["not behind a pointer", b.ptr(hollow), undefined],
  ["not where there are members", b.struct("s", 4, [{ name: "a", type: u32, bitOffset: 0 }]), undefined],
  ["not a variant of a Rust enum without data", rustEnum([8, 8]), undefined],
  ["in a union whose records are no variants", rustEnum([4, 8]), "struct None"],
  ["the only record of a union", b.union("u", 8, [{ name: "a", type: hollow, bitOffset: 0 }]), "struct hook"],
  ["in a circle", b.struct("c", 8, [{ name: "a", type: b.nextId, bitOffset: 0 }]), undefined],
];
const btf = parseBtf(b.build());

test.each(ROWS)("a record without its members: %s", (_, id, expected) => {
  expect(hollowRecord(btf, id)).toBe(expected);
});
