import { expect, test } from "vitest";
import { dialectOf } from "../../../../src/codec/bpftool/dialect.ts";
import { dialectLayouts } from "../../../../src/output/bpftool/dialect-layouts.ts";
import { findMaps } from "../../../../src/reader/find.ts";
import type { MapSource } from "../../../../src/reader/map-source.ts";
import { mapView } from "../../../../src/reader/views/map-view.ts";
import { BtfBuilder } from "../../../helpers/btf-builder.ts";
import { TypedKernel } from "../../../helpers/typed-kernel.ts";

/** A map whose BTF has also one of the given kind, which none of its entries is made of. */
function mapBeside(add: (btf: BtfBuilder) => void): MapSource {
  const btf = new BtfBuilder();
  const ids = { key: btf.int("u32", 4), value: btf.int("u64", 8) };
  add(btf);
  const [map] = findMaps(new TypedKernel(btf, [{ ...ids, entries: [["00000000", "00".repeat(8)]] }]), {
    by: "id",
    id: 1,
  });
  if (map === undefined) throw new Error("there is no map");
  return map;
}

const WITH_NEWER = ["7.1", "7.5", "7.8"];

test.each<[string, (btf: BtfBuilder) => void]>([
  ["a float", (b) => void b.float("float", 4)],
  [
    "an enum64 of two enumerators",
    (b) =>
      void b.enum64("e", [
        ["A", 1n],
        ["B", 2n],
      ]),
  ],
])("bpftool 5.10 refuses BTF that has %s anywhere; newer ones don't", (_name, add) => {
  using map = mapBeside(add);
  expect(dialectLayouts(map, dialectOf("5.10"))).toEqual({ layouts: undefined, refusal: "failed to get btf" });
  for (const version of WITH_NEWER) expect(dialectLayouts(map, dialectOf(version)).refusal).toBeUndefined();
});

test.each<[string, (btf: BtfBuilder) => void]>([
  ["an enum64 of one enumerator", (b) => void b.enum64("e", [["A", 1n]])],
  ["a declaration tag", (b) => void b.declTag("tag", 1)],
  ["a type tag", (b) => void b.typeTag("tag", 1)],
])("bpftool 5.10 takes %s for something older", (_name, add) => {
  using map = mapBeside(add);
  expect(dialectLayouts(map, dialectOf("5.10"))).toMatchObject({ layouts: { value: { typeName: "u64" } } });
});

test("a map of a kernel type is refused with another sentence", () => {
  using map = mapBeside((b) => void b.float("float", 4));
  const ops: MapSource = { ...mapView(map, {}, "borrowed"), info: { ...map.info, btfVmlinuxValueTypeId: 1 } };
  expect(dialectLayouts(ops, dialectOf("5.10")).refusal).toBe("failed to get kernel btf");
});

test("all versions read BTF of old kinds", () => {
  using map = mapBeside(() => undefined);
  for (const version of ["5.10", "7.1", "7.5", "7.8"]) {
    expect(dialectLayouts(map, dialectOf(version)).layouts?.value.typeName).toBe("u64");
  }
});

test("types that the user gives are read by none of bpftool's mistakes", () => {
  using map = mapBeside((b) => void b.float("float", 4));
  using given = mapView(map, { typesGiven: true }, "borrowed");
  expect(dialectLayouts(given, dialectOf("5.10")).layouts?.value.typeName).toBe("u64");
});

test("declaration tags are no part of what bpftool prints", () => {
  using map = mapBeside((b) => void b.declTag("tag", 2));
  expect(dialectLayouts(map, dialectOf("7.8")).layouts?.value.tags).toBeUndefined();
});
