import { expect, test } from "vitest";
import { parseBtf } from "../../../src/btf/parse.ts";
import { relocate } from "../../../src/btf/relocate.ts";
import { BtfBuilder } from "../../helpers/btf-builder.ts";

/** Moves a pointer to the only type of a distilled base to a real base; returns the type that it then leads to. */
function moved(distil: (btf: BtfBuilder) => number, real: (btf: BtfBuilder) => void): unknown {
  const [base, distilled] = [new BtfBuilder(), new BtfBuilder()];
  const split = ((): BtfBuilder => {
    const id = distil(distilled);
    const builder = new BtfBuilder(distilled);
    builder.typedef("alias", id);
    return builder;
  })();
  base.signed("filler", 4);
  real(base);
  const small = parseBtf(distilled.build());
  const btf = relocate(parseBtf(split.build(), { base: small }), small, parseBtf(base.build()), "module");
  const [alias = 0] = btf.idsByName("alias");
  const type = btf.type(alias);
  return type.kind === "typedef" ? btf.type(type.type) : type;
}

const member = (b: BtfBuilder) => [{ name: "a", type: b.nextId - 1, bitOffset: 0 }];

test.each<[string, (b: BtfBuilder) => number, (b: BtfBuilder) => void, object]>([
  ["an int", (b) => b.int("u8", 1), (b) => b.int("u8", 1), { kind: "int", name: "u8" }],
  ["the int of its encoding", (b) => b.signed("x", 1), (b) => [b.int("x", 1), b.signed("x", 1)], { encoding: 1 }],
  ["a float", (b) => b.float("d", 8), (b) => b.float("d", 8), { kind: "float" }],
  [
    "a struct of its size",
    (b) => b.struct("s", 4, []),
    (b) => [b.struct("s", 8, []), b.struct("s", 4, member(b))],
    { size: 4, members: [{ name: "a" }] },
  ],
  ["a union", (b) => b.union("s", 4, []), (b) => [b.struct("s", 4, []), b.union("s", 4, member(b))], { kind: "union" }],
  [
    "the struct of a forward declaration",
    (b) => b.fwd("s"),
    (b) => b.struct("s", 4, member(b)),
    { kind: "struct", size: 4 },
  ],
  [
    "a forward declaration of its own",
    (b) => b.fwd("s", { union: true }),
    (b) => b.fwd("s", { union: true }),
    { kind: "fwd", union: true },
  ],
  [
    "an enum",
    (b) => b.enum("e", []),
    (b) => b.enum("e", [["A", 1]]),
    { kind: "enum", values: [{ name: "A", value: 1 }] },
  ],
  [
    "an enum64 for an enum of 8 bytes",
    (b) => b.enum("e", [], { size: 8 }),
    (b) => b.enum64("e", [["A", 1n]]),
    { kind: "enum64" },
  ],
])("%s is found in the base", (_, distil, real, expected) => {
  expect(moved(distil, real)).toMatchObject(expected);
});

test.each<[string, (b: BtfBuilder) => number, (b: BtfBuilder) => void, string]>([
  ["another size", (b) => b.struct("s", 4, []), (b) => b.struct("s", 8, []), 'its base has no struct "s" of 4 bytes'],
  ["another kind", (b) => b.struct("s", 4, []), (b) => b.union("s", 4, []), 'its base has no struct "s" of 4 bytes'],
  ["another name", (b) => b.fwd("s"), (b) => b.struct("t", 4, []), 'its base has no fwd "s"'],
  ["a kind that no base has", (b) => b.typedef("t", 0), (b) => b.typedef("t", 0), 'its base has no typedef "t"'],
])("%s is not", (_, distil, real, message) => {
  expect(() => moved(distil, real)).toThrow(`read module: type 1: ${message}`);
});
