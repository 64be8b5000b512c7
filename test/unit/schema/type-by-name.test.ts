import { expect, test } from "vitest";
import { parseBtf } from "../../../src/btf/parse.ts";
import { onlyTagged, typeIdByName, typeSuggestion } from "../../../src/schema/type-by-name.ts";
import { BtfBuilder } from "../../helpers/btf-builder.ts";

const btf = new BtfBuilder();
const u32 = btf.int("unsigned int", 4);
const event = btf.struct("event", 4, [{ name: "a", type: u32, bitOffset: 0 }]);
const eventType = btf.typedef("event_t", event);
const kind = btf.enum("kind", [["A", 0]]);
const unionKind = btf.union("kind", 4, [{ name: "a", type: u32, bitOffset: 0 }]);
const shadowed = btf.typedef("shadow", u32);
const shadow = btf.struct("shadow", 4, [{ name: "a", type: u32, bitOffset: 0 }]);
const stat = btf.struct("Stat<u64>", 4, [{ name: "a", type: u32, bitOffset: 0 }]);
const pair = btf.struct("Pair<u32, (u8, u8)>", 4, [{ name: "a", type: u32, bitOffset: 0 }]);
const value = btf.struct("main.Val", 4, [{ name: "a", type: u32, bitOffset: 0 }]);
const flow = btf.union("Flux\u00e9 key", 4, [{ name: "a", type: u32, bitOffset: 0 }]);
const both = btf.enum("Both<T>", [["A", 0]]);
btf.struct("Both<T>", 4, []);
btf.func("evented", btf.funcProto(0));
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
  ["evented", undefined],
  ["Stat<u64>", stat],
  [" struct  Stat<u64> ", stat],
  ["union Stat<u64>", undefined],
  ["Pair<u32, (u8, u8)>", pair],
  ["main.Val", value],
  ["struct main.Val", value],
  ["Flux\u00e9 key", flow],
  ["enum Both<T>", both],
  ["struct event *", undefined],
  ["enum a b", undefined],
])("typeIdByName(%s)", (text, id) => {
  expect(typeIdByName(types, text)).toBe(id);
});

test.each([
  ["kind", "the type 'kind' is ambiguous: there is 'union kind' and 'enum kind'"],
  ["Both<T>", "the type 'Both<T>' is ambiguous: there is 'struct Both<T>' and 'enum Both<T>'"],
])("'%s' has to say which", (text, message) => {
  expect(() => typeIdByName(types, text)).toThrow(message);
  expect(() => onlyTagged(types, text)).toThrow(message);
});

test.each([
  ["evnet", "; did you mean `struct event`?"],
  ["struct evnt", "; did you mean `struct event`?"],
  ["union event", "; did you mean `struct event`?"],
  ["event_y", "; did you mean `event_t`?"],
  ["Stat<u46>", "; did you mean `struct Stat<u64>`?"],
  ["main.val", "; did you mean `struct main.Val`?"],
  ["something_else", ""],
  ["", ""],
])("near to '%s' is '%s'", (text, suggestion) => {
  expect(typeSuggestion(types, text)).toBe(suggestion);
});

test.each(["", " ", "struct"])("'%s' is no name of a type", (text) => {
  expect(() => typeIdByName(types, text)).toThrow(/is no name of a type/);
});
