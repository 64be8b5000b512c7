import { expect, test } from "vitest";
import { parseBtf } from "../../../src/btf/parse.ts";
import { typeIdByName } from "../../../src/schema/type-by-name.ts";
import { BtfBuilder } from "../../helpers/btf-builder.ts";

const btf = new BtfBuilder();
const u32 = btf.int("unsigned int", 4);
const event = btf.struct("event", 4, [{ name: "a", type: u32, bitOffset: 0 }]);
const eventType = btf.typedef("event_t", event);
const kind = btf.enum("kind", [["A", 0]]);
const unionKind = btf.union("kind", 4, [{ name: "a", type: u32, bitOffset: 0 }]);
const shadowed = btf.typedef("shadow", u32);
const shadow = btf.struct("shadow", 4, [{ name: "a", type: u32, bitOffset: 0 }]);
const types = parseBtf(btf.build());

test.each<[text: string, id: number | undefined]>([
  ["struct event", event],
  ["  struct   event ", event],
  ["event", event],
  ["event_t", eventType],
  ["unsigned int", u32],
  ["enum kind", kind],
  ["union kind", unionKind],
  ["shadow", shadowed],
  ["struct shadow", shadow],
  ["union event", undefined],
  ["struct event_t", undefined],
  ["nothing", undefined],
])("typeIdByName(%s)", (text, id) => {
  expect(typeIdByName(types, text)).toBe(id);
});

test.each(["", " ", "struct", "struct event *", "enum a b"])("'%s' is no name of a type", (text) => {
  expect(() => typeIdByName(types, text)).toThrow(/is no name of a type/);
});
