import { describe, expect, test } from "vitest";
import { parseBtf } from "../../../src/btf/parse.ts";
import { layoutFromBtf } from "../../../src/schema/from-btf.ts";
import type { Layout, RecordLayout, SectionLayout } from "../../../src/schema/layout.ts";
import { membersOfRecord, namedFields } from "../../../src/schema/named-fields.ts";
import { BtfBuilder, type MemberSpec } from "../../helpers/btf-builder.ts";

describe("the fields of a record", () => {
  test("unnamed members, repeated ones and bit-fields", () => {
    const record = recordOf((btf) => {
      const u32 = btf.int("u32", 4);
      return btf.struct("s", 20, [
        { type: u32, bitOffset: 0 },
        { name: "a", type: u32, bitOffset: 32 },
        { type: btf.array(u32, 1), bitOffset: 64 },
        { name: "a", type: u32, bitOffset: 96 },
        { type: u32, bitOffset: 128, bitfieldSize: 3 },
      ]);
    });
    expect(namedFields(record).map(({ name, bitOffset, bitfieldBits }) => [name, bitOffset, bitfieldBits])).toEqual([
      ["_0", 0, 0],
      ["a", 32, 0],
      ["_1", 64, 0],
      ["a_1", 96, 0],
      ["_2", 128, 3],
    ]);
  });

  test("those of anonymous records are told from the ones around them", () => {
    const record = recordOf((btf) => {
      const u8 = btf.int("u8", 1);
      const inner = btf.struct("", 2, [
        { name: "a", type: u8, bitOffset: 0 },
        { type: u8, bitOffset: 8 },
      ]);
      const either = btf.union("", 2, [
        { type: inner, bitOffset: 0 },
        { type: u8, bitOffset: 0 },
      ]);
      return btf.struct("s", 5, [
        { name: "a", type: u8, bitOffset: 0 },
        { type: either, bitOffset: 8 },
        { type: inner, bitOffset: 24 },
      ]);
    });
    expect(namedFields(record, 64).map(({ name, bitOffset }) => [name, bitOffset])).toEqual([
      ["a", 64],
      ["a_1", 72],
      ["_0", 80],
      ["_1", 72],
      ["a_2", 88],
      ["_2", 96],
    ]);
    const [, union] = membersOfRecord(record);
    expect(union?.members?.[0]).toMatchObject({ name: "", bitOffset: 8, members: [{ name: "a_1" }, { name: "_0" }] });
  });

  test("variables of one name in a section", () => {
    const section = recordOf((btf) => {
      const [a, b] = [btf.var("count", btf.int("u32", 4)), btf.var("count", btf.int("u64", 8))];
      return btf.datasec(".bss", 16, [
        { type: a, offset: 0, size: 4 },
        { type: b, offset: 8, size: 8 },
      ]);
    });
    expect(namedFields(section).map(({ name, bitOffset }) => [name, bitOffset])).toEqual([
      ["count", 0],
      ["count_1", 64],
    ]);
  });

  test.each<[string, (btf: BtfBuilder, inner: number) => MemberSpec[]]>([
    ["of fields", (btf, inner) => [...twice(inner), { name: "x", type: btf.int("u8", 1), bitOffset: 0 }]],
    ["of nothing at all", (_, inner) => twice(inner)],
  ])("anonymous unions that double with each level, %s, are refused at once", (_, members) => {
    const record = recordOf((btf) => {
      let union = btf.union("", 1, []);
      for (let level = 0; level < 40; level++) union = btf.union("", 1, members(btf, union));
      return union;
    });
    expect(() => namedFields(record)).toThrow(/^name the fields of a record: \d+ are too many$/);
  });
});

function twice(type: number): MemberSpec[] {
  return [
    { type, bitOffset: 0 },
    { type, bitOffset: 0 },
  ];
}

function recordOf(make: (btf: BtfBuilder) => number): RecordLayout | SectionLayout {
  const btf = new BtfBuilder();
  const id = make(btf);
  const layout: Layout = layoutFromBtf(parseBtf(btf.build()), id);
  if (layout.kind === "struct" || layout.kind === "union" || layout.kind === "section") return layout;
  throw new Error(`${layout.kind} is no record`);
}
