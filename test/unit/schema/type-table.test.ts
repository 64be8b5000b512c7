import { expect, test } from "vitest";
import { parseBtf } from "../../../src/btf/parse.ts";
import { TypeTable } from "../../../src/schema/type-table.ts";
import { BtfBuilder } from "../../helpers/btf-builder.ts";

const INT = { kind: "int", name: "own", size: 4, encoding: 0, offset: 0, bits: 32 } as const;

test("declared types have ids from 1, void is 0", () => {
  const table = new TypeTable();
  expect([table.add(INT), table.add({ kind: "ptr", type: 1 })]).toEqual([1, 2]);
  expect([table.type(0), table.type(1), table.type(2)]).toEqual([{ kind: "void" }, INT, { kind: "ptr", type: 1 }]);
  expect(() => table.type(3)).toThrow("read a declared type: there is no type 3");
  expect(table).toMatchObject({ littleEndian: true, kinds: [], fourBitKinds: true });
});

test("on a BTF they follow its own, whose tags and byte order they have", () => {
  const builder = new BtfBuilder();
  const record = builder.struct("s", 4, [{ name: "a", type: builder.int("u32", 4), bitOffset: 0 }]);
  const tag = builder.declTag("note", record);
  const table = new TypeTable(parseBtf(builder.build({ littleEndian: false })));
  expect(table.add(INT)).toBe(tag + 1);
  expect(table.type(record)).toMatchObject({ kind: "struct", name: "s" });
  expect(table.type(tag + 1)).toEqual(INT);
  expect(Array.from(table.declTags(), ([id]) => id)).toEqual([tag]);
  expect(table).toMatchObject({ littleEndian: false, kinds: [1, 4, 17] });
});
