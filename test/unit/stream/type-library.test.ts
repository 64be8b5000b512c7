import { expect, test } from "vitest";
import { parseBtf } from "../../../src/btf/parse.ts";
import { findType, typesOfBtf } from "../../../src/stream/type-library.ts";
import { BtfBuilder } from "../../helpers/btf-builder.ts";

function library() {
  const btf = new BtfBuilder();
  const u32 = btf.int("unsigned int", 4);
  btf.struct("event", 4, [{ name: "kind", type: u32, bitOffset: 0 }]);
  btf.struct("empty", 0, []);
  return typesOfBtf(parseBtf(btf.build()), "types.btf");
}

test.each([
  ["struct event", 4],
  ["event", 4],
  ["unsigned int", 4],
  ["struct { struct event first; u64 then; }", 16],
  ["u16", 2],
])("%s has %i bytes", (name, size) => {
  expect(findType(library(), name)).toMatchObject({ name, layout: { size } });
});

test.each([
  ["struct evnet", "there is no type 'struct evnet' in types.btf"],
  ["struct empty", "decode events as 'struct empty': it has no bytes"],
  ["struct { struct nothing x; }", "nothing"],
])("%s: %s", (name, problem) => {
  expect(() => findType(library(), name)).toThrow(problem);
});
