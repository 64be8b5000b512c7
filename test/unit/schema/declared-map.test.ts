import { describe, expect, test } from "vitest";
import { parseBtf } from "../../../src/btf/parse.ts";
import { type DeclaredMap, declaredMaps } from "../../../src/schema/declared-map.ts";
import { BtfBuilder } from "../../helpers/btf-builder.ts";
import { addDefinition, addMapSection, addRustWrappers, declareMaps } from "../../helpers/declared-maps.ts";

function maps(build: (btf: BtfBuilder) => void): DeclaredMap[] {
  const btf = new BtfBuilder();
  build(btf);
  return declaredMaps(parseBtf(btf.build()));
}

const NOTHING = {
  key: undefined,
  value: undefined,
  keySize: undefined,
  valueSize: undefined,
  mapType: undefined,
  inner: undefined,
};

describe("maps that an object declares", () => {
  test("by types and by sizes, in their order", () => {
    const found = maps((b) => {
      const [u32, u64] = [b.int("u32", 4), b.int("u64", 8)];
      declareMaps(b, [
        { name: "conns", numbers: { type: 1, max_entries: 16 }, types: { key: u32, value: u64 } },
        { name: "sizes", numbers: { type: 2, key_size: 4, value_size: 24 } },
        { name: "events", numbers: { type: 27, max_entries: 4096 } },
      ]);
    });
    expect(found).toEqual([
      { ...NOTHING, name: "conns", key: 1, value: 2, keySize: 4, valueSize: 8, mapType: 1 },
      { ...NOTHING, name: "sizes", keySize: 4, valueSize: 24, mapType: 2 },
      { ...NOTHING, name: "events", mapType: 27 },
    ]);
  });

  test("in Rust, wrapped in structs of one member", () => {
    const found = maps((b) => {
      const types = { key: b.int("u32", 4), value: b.int("u64", 8) };
      const definition = addDefinition(b, { numbers: { type: 1, max_entries: 16, map_flags: 0 }, types }, "HashMapDef");
      addMapSection(b, [{ name: "FLOWS", type: addRustWrappers(b, definition, 40) }]);
    });
    expect(found).toEqual([{ ...NOTHING, name: "FLOWS", key: 1, value: 2, keySize: 4, valueSize: 8, mapType: 1 }]);
  });

  test("with pointers that are wrapped, too", () => {
    const found = maps((b) => {
      const u32 = b.int("u32", 4);
      const pointer = b.struct("NonNull<u32>", 8, [{ name: "pointer", type: b.const(b.ptr(u32)), bitOffset: 0 }]);
      const definition = b.struct("Def", 16, [
        { name: "key", type: pointer, bitOffset: 0 },
        { name: "value", type: b.typedef("alias", b.ptr(u32)), bitOffset: 64 },
      ]);
      addMapSection(b, [
        { name: "m", type: b.typedef("Map", b.struct("Map", 16, [{ name: "__0", type: definition, bitOffset: 0 }])) },
      ]);
    });
    expect(found).toMatchObject([{ name: "m", key: 1, value: 1 }]);
  });

  test("a definition of one member is no wrapper", () => {
    const found = maps((b) => declareMaps(b, [{ name: "events", numbers: { type: 27 } }]));
    expect(found).toEqual([{ ...NOTHING, name: "events", mapType: 27 }]);
  });

  test("of maps, with the template of the inner ones", () => {
    const found = maps((b) => {
      const [u32, u64] = [b.int("u32", 4), b.int("u64", 8)];
      const values = addDefinition(b, { numbers: { type: 1 }, types: { key: u32, value: u64 } }, "inner_map");
      declareMaps(b, [{ name: "outer", numbers: { type: 13, value_size: 4 }, types: { key: u32 }, values }]);
    });
    expect(found).toEqual([
      {
        ...NOTHING,
        name: "outer",
        key: 1,
        keySize: 4,
        valueSize: 4,
        mapType: 13,
        inner: { ...NOTHING, name: "", key: 1, value: 2, keySize: 4, valueSize: 8, mapType: 1 },
      },
    ]);
  });

  test("of programs have no template", () => {
    const found = maps((b) => {
      const values = b.funcProto(b.signed("int", 4));
      declareMaps(b, [{ name: "jumps", numbers: { type: 3, key_size: 4, value_size: 4 }, values }]);
    });
    expect(found).toMatchObject([{ name: "jumps", inner: undefined }]);
  });

  test("in the old section have the types of their annotation, or none", () => {
    const found = maps((b) => {
      const [u32, u64] = [b.int("u32", 4), b.int("u64", 8)];
      const definition = b.struct("bpf_map_def", 20, [
        { name: "type", type: u32, bitOffset: 0 },
        { name: "key_size", type: u32, bitOffset: 32 },
      ]);
      addMapSection(
        b,
        [
          { name: "old", type: definition },
          { name: "annotated", type: definition },
        ],
        "maps",
      );
      b.struct("____btf_map_annotated", 16, [
        { name: "key", type: u32, bitOffset: 0 },
        { name: "value", type: u64, bitOffset: 64 },
      ]);
    });
    expect(found).toEqual([
      { ...NOTHING, name: "old" },
      { ...NOTHING, name: "annotated", key: 1, value: 2, keySize: 4, valueSize: 8 },
    ]);
  });

  test("malformed declarations have no types, and circles end", () => {
    const found = maps((b) => {
      const int = b.signed("int", 4);
      const circle = b.struct("circle", 8, [{ name: "__0", type: b.nextId, bitOffset: 0 }]);
      const endless = b.typedef("t", b.nextId);
      const beyond = b.struct("", 8, [{ name: "key", type: 999, bitOffset: 0 }]);
      const plain = b.struct("", 8, [{ name: "key", type: int, bitOffset: 0 }]);
      const types = [circle, endless, beyond, plain, int, 999];
      addMapSection(
        b,
        types.map((type, i) => ({ name: `m${i}`, type })),
      );
      const values = b.struct("", 8, [{ name: "values", type: b.array(b.ptr(b.nextId + 2), 0), bitOffset: 0 }]);
      addMapSection(b, [{ name: "own", type: values }]);
    });
    expect(found.map(({ name, key }) => [name, key])).toEqual([
      ...Array.from({ length: 6 }, (_, i) => [`m${i}`, undefined]),
      ["own", undefined],
    ]);
  });
});
