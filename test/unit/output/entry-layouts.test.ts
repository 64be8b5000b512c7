import { describe, expect, test } from "vitest";
import { entryLayouts } from "../../../src/output/entry-layouts.ts";
import { findMaps } from "../../../src/reader/find.ts";
import type { MapSource } from "../../../src/reader/map-source.ts";
import { mapView } from "../../../src/reader/views/map-view.ts";
import type { Kernel } from "../../../src/sys/kernel.ts";
import { BtfBuilder } from "../../helpers/btf-builder.ts";
import { FakeKernel, fakeMap } from "../../helpers/fake-kernel.ts";
import { TypedKernel } from "../../helpers/typed-kernel.ts";

/** A map of 4-byte keys and 8-byte values. */
function typedMap(make: (btf: BtfBuilder) => { readonly key: number; readonly value: number }): MapSource {
  const btf = new BtfBuilder();
  const ids = make(btf);
  return opened(new TypedKernel(btf, [{ ...ids, entries: [["00000000", "00".repeat(8)]] }]));
}

function opened(kernel: Kernel): MapSource {
  const [map] = findMaps(kernel, { by: "id", id: kernel.nextMapId(0).id });
  if (map === undefined) throw new Error("there is no map");
  return map;
}

test("a map with types has layouts", () => {
  using map = typedMap((b) => ({ key: b.int("u32", 4), value: b.int("u64", 8) }));
  const { layouts, note } = entryLayouts(map);
  expect(layouts).toMatchObject({ key: { typeName: "u32" }, value: { typeName: "u64" } });
  expect(note).toBeUndefined();
});

test("types may be smaller than the entries, and keys may have none", () => {
  using map = typedMap((b) => ({ key: 0, value: b.int("u16", 2) }));
  expect(entryLayouts(map).layouts).toMatchObject({ key: undefined, value: { typeName: "u16" } });
});

test("a map without types has none, and no note", () => {
  using map = opened(new FakeKernel([fakeMap(1)]));
  expect(entryLayouts(map)).toEqual({ layouts: undefined });
});

describe("types that can't be used have a note", () => {
  test.each<[string, (b: BtfBuilder) => { key: number; value: number }, string]>([
    [
      "a key that is too large",
      (b) => ({ key: b.int("u64", 8), value: b.int("u64", 8) }),
      "decode map id 1 (map): its key type has 8 bytes, its keys have 4; showing bytes",
    ],
    [
      "a value that is too large",
      (b) => ({ key: b.int("u32", 4), value: b.int("u128", 16) }),
      "decode map id 1 (map): its value type has 16 bytes, its values have 8; showing bytes",
    ],
    ["a type that doesn't exist", (b) => ({ key: b.int("u32", 4), value: 99 }), "; showing bytes"],
  ])("%s", (_name, make, note) => {
    using map = typedMap(make);
    expect(entryLayouts(map)).toEqual({ layouts: undefined, note: expect.stringContaining(note) });
  });

  test("BTF that may not be read", () => {
    const info = { ...fakeMap(1).info, btfId: 7, btfKeyTypeId: 1, btfValueTypeId: 1 };
    using map = opened(new FakeKernel([fakeMap(1, { info })]));
    expect(entryLayouts(map).note).toMatch(/; showing bytes$/);
  });
});

test("a mistake of this program is no note", () => {
  using map = typedMap((b) => ({ key: b.int("u32", 4), value: b.int("u64", 8) }));
  const mistake = (): never => {
    throw new TypeError("mistake");
  };
  using broken = mapView(map, { types: mistake }, "borrowed");
  expect(() => entryLayouts(broken)).toThrow(TypeError);
});
