import { describe, expect, test } from "vitest";
import { mapEntryTypes } from "../../../../src/output/rows/map-entry-types.ts";
import { findMaps } from "../../../../src/reader/find.ts";
import type { MapInfo } from "../../../../src/sys/info.ts";
import type { Kernel } from "../../../../src/sys/kernel.ts";
import { BtfBuilder } from "../../../helpers/btf-builder.ts";
import { FakeKernel, fakeMap } from "../../../helpers/fake-kernel.ts";
import { TypedKernel } from "../../../helpers/typed-kernel.ts";

function typesOf(kernel: Kernel): ReturnType<typeof mapEntryTypes> {
  const [map] = findMaps(kernel, { by: "id", id: 1 });
  if (map === undefined) throw new Error("there is no map");
  using open = map;
  return mapEntryTypes(open);
}

const bare = (info: Partial<MapInfo>): FakeKernel =>
  new FakeKernel([{ ...fakeMap(0), info: { ...fakeMap(0).info, ...info } }]);

describe("a map with types", () => {
  test("has them", () => {
    const btf = new BtfBuilder();
    const ids = { key: btf.int("u32", 4), value: btf.int("u64", 8) };
    const { entryTypes, note } = typesOf(new TypedKernel(btf, [{ ...ids, entries: [["00000000", "00".repeat(8)]] }]));
    expect(entryTypes).toMatchObject({ key: { typeName: "u32" }, value: { typeName: "u64" }, untyped: undefined });
    expect(note).toBeUndefined();
  });

  test("of global data has no key", () => {
    const btf = new BtfBuilder();
    const value = btf.int("u64", 8);
    const { entryTypes } = typesOf(new TypedKernel(btf, [{ key: 0, value, entries: [["00000000", "00".repeat(8)]] }]));
    expect(entryTypes).toMatchObject({ key: undefined, untyped: undefined });
  });

  test("that don't fit is bytes, and says why", () => {
    const btf = new BtfBuilder();
    const ids = { key: btf.int("u64", 8), value: btf.int("u64", 8) };
    const { entryTypes, note } = typesOf(new TypedKernel(btf, [{ ...ids, entries: [["00000000", "00".repeat(8)]] }]));
    expect(entryTypes).toMatchObject({ key: { kind: "array", length: 4 }, untyped: note });
    expect(note).toContain("its key type has 8 bytes, its keys have 4");
  });
});

describe("a map without types", () => {
  test("is bytes", () => {
    const { entryTypes, note } = typesOf(bare({ keySize: 3, valueSize: 5 }));
    expect(entryTypes).toMatchObject({
      key: { kind: "array", length: 3, rendering: "hex" },
      value: { kind: "array", length: 5, rendering: "hex" },
      untyped: "the map has no BTF",
    });
    expect(note).toBeUndefined();
  });

  test("may have no keys", () => {
    expect(typesOf(bare({ type: 22, keySize: 0 })).entryTypes.key).toBeUndefined();
  });

  test.each([
    [13, 4, "int"],
    [3, 4, "int"],
    [1, 4, "array"],
  ])("of type %i with values of %i bytes has values of the kind %s", (type, valueSize, kind) => {
    expect(typesOf(bare({ type, valueSize })).entryTypes.value.kind).toBe(kind);
  });
});
