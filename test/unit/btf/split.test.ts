import { describe, expect, test } from "vitest";
import { parseBtf } from "../../../src/btf/parse.ts";
import { isSplitBtf } from "../../../src/btf/split.ts";
import { BtfBuilder } from "../../helpers/btf-builder.ts";

/** The base that a kernel's module stands on; `more` strings and types make it another kernel's. */
function kernel(more = 0): BtfBuilder {
  const base = new BtfBuilder();
  for (let i = 0; i < more; i++) base.signed(`more${i}`, 4);
  const int = base.signed("int", 4);
  base.struct("list_head", 4, [{ name: "next", type: int, bitOffset: 0 }]);
  return base;
}

function moduleOn(base: BtfBuilder): BtfBuilder {
  const split = new BtfBuilder(base);
  const own = split.struct("conn", 8, [{ name: "list", type: base.nextId - 1, bitOffset: 0 }]);
  split.typedef("conn_t", own);
  return split;
}

describe.each([{ littleEndian: true }, { littleEndian: false }])("with littleEndian $littleEndian", (order) => {
  test("BTF of its own starts with an empty string, split BTF doesn't", () => {
    const base = kernel();
    expect(isSplitBtf(base.build(order), "BTF")).toBe(false);
    expect(isSplitBtf(moduleOn(base).build(order), "BTF")).toBe(true);
    const noStrings = new BtfBuilder(base);
    noStrings.typedef("int", 1);
    expect(isSplitBtf(noStrings.build(order), "BTF")).toBe(true);
  });

  test("a module fits the kernel that it was built for", () => {
    const base = kernel();
    const btf = parseBtf(moduleOn(base).build(order), { base: parseBtf(base.build(order)) });
    expect(btf.type(3)).toMatchObject({ kind: "struct", name: "conn", members: [{ name: "list", type: 2 }] });
    expect(Array.from(btf.names(), ({ id, name, kind }) => `${id} ${kind} ${name}`)).toEqual([
      "1 int int",
      "2 struct list_head",
      "3 struct conn",
      "4 typedef conn_t",
    ]);
  });

  test.each([1, 2, 50])("and not one with %i types more", (more) => {
    const bytes = moduleOn(kernel()).build(order);
    const other = parseBtf(kernel(more).build(order));
    expect(() => parseBtf(bytes, { base: other, what: "conn.ko" })).toThrow(
      /read conn.ko: type \d+ at byte \d+: it does not fit its base \(of another kernel\? --btf-base FILE names/,
    );
  });

  test("and not one with fewer types, behind which ids lead nowhere", () => {
    const base = kernel();
    const split = new BtfBuilder(base);
    split.ptr(base.nextId + 7);
    const onBase = (): unknown => parseBtf(split.build(order), { base: parseBtf(base.build(order)) });
    expect(onBase).toThrow(/does not fit/);
  });
});
