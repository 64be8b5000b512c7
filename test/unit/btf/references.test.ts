import { expect, test } from "vitest";
import { parseBtf } from "../../../src/btf/parse.ts";
import { withReferences } from "../../../src/btf/references.ts";
import { BtfBuilder } from "../../helpers/btf-builder.ts";

const b = new BtfBuilder();
const ROWS: readonly [id: number, ids: readonly number[]][] = [
  [0, []],
  [b.signed("int", 4), []],
  [b.float("double", 8), []],
  [b.enum("e", [["A", 1]]), []],
  [b.enum64("f", [["A", 1n]]), []],
  [b.fwd("s"), []],
  [b.ptr(7), [7]],
  [b.typedef("t", 7), [7]],
  [b.const(7), [7]],
  [b.volatile(7), [7]],
  [b.restrict(7), [7]],
  [b.typeTag("t", 7), [7]],
  [b.declTag("t", 7), [7]],
  [b.func("f", 7), [7]],
  [b.var("v", 7), [7]],
  [b.array(7, 2, 8), [7, 8]],
  [
    b.struct("s", 8, [
      { name: "a", type: 7, bitOffset: 0 },
      { name: "b", type: 8, bitOffset: 8 },
    ]),
    [7, 8],
  ],
  [b.union("u", 8, [{ name: "a", type: 7, bitOffset: 0 }]), [7]],
  [b.funcProto(7, [{ name: "a", type: 8 }]), [7, 8]],
  [b.datasec(".data", 8, [{ type: 7, offset: 0, size: 4 }]), [7]],
];
const btf = parseBtf(b.build());

test.each(ROWS)("type %i refers to %j", (id, ids) => {
  const seen: number[] = [];
  const type = btf.type(id);
  const moved = withReferences(type, (one) => {
    seen.push(one);
    return one + 100;
  });
  expect(seen.sort()).toEqual(ids);
  expect(JSON.stringify(moved, text)).toBe(
    JSON.stringify(type, text).replace(/"(type|indexType)":(\d+)/g, (_, name, one) => `"${name}":${Number(one) + 100}`),
  );
});

function text(_: string, value: unknown): unknown {
  return typeof value === "bigint" ? String(value) : value;
}
