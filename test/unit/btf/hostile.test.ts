import { describe, expect, test } from "vitest";
import { cText } from "../../../src/btf/c/c-text.ts";
import { type Btf, parseBtf } from "../../../src/btf/parse.ts";
import { alignOf, resolveModifiers, sizeOf } from "../../../src/btf/resolve.ts";
import { typeName } from "../../../src/btf/type-name.ts";
import { EbpfMapError } from "../../../src/errors.ts";
import { BtfBuilder } from "../../helpers/btf-builder.ts";
import { Random } from "../../helpers/random.ts";

/** A BTF with every kind in it, whose types refer to each other. */
function everyKind(): BtfBuilder {
  const builder = new BtfBuilder();
  const int = builder.signed("int", 4);
  const alias = builder.typedef("s32", builder.volatile(builder.const(builder.typeTag("tag", int))));
  const pointer = builder.ptr(builder.nextId + 1);
  const node = builder.struct("node", 16, [
    { name: "next", type: pointer, bitOffset: 0 },
    { name: "low", type: int, bitOffset: 64, bitfieldSize: 3 },
  ]);
  const choice = builder.union("", 16, [
    { name: "node", type: node, bitOffset: 0 },
    { name: "list", type: builder.array(alias, 4), bitOffset: 0 },
  ]);
  const state = builder.enum(
    "state",
    [
      ["OFF", 0],
      ["ON", -1],
    ],
    { signed: true },
  );
  const wide = builder.enum64("wide", [["TOP", -1n]]);
  const proto = builder.funcProto(state, [
    { name: "a", type: builder.ptr(wide) },
    { name: "", type: 0 },
  ]);
  const func = builder.func("run", proto);
  const variable = builder.var("table", choice);
  builder.datasec(".bss", 16, [{ type: variable, offset: 0, size: 16 }]);
  builder.declTag("note", func, 0);
  builder.restrict(builder.ptr(builder.fwd("hidden")));
  builder.float("double", 8);
  return builder;
}

/** Asks everything of every type. Each answer may be an EbpfMapError, nothing else. Returns how many were. */
function askEverything(btf: Btf): number {
  let refused = 0;
  const ask = (question: () => unknown): void => {
    try {
      question();
    } catch (error) {
      if (!(error instanceof EbpfMapError)) throw error;
      refused++;
    }
  };
  for (let id = 0; id <= btf.typeCount; id++) {
    ask(() => btf.type(id));
    for (const question of [resolveModifiers, sizeOf, alignOf, typeName]) ask(() => question(btf, id));
    ask(() => cText(btf, [{ id, name: "it" }]));
  }
  ask(() => btf.idsByName("node"));
  return refused;
}

/** Reads BTF and asks everything of it; undefined if it was refused as a whole. */
function survive(bytes: Uint8Array, base?: Btf): number | undefined {
  let btf: Btf;
  try {
    btf = parseBtf(bytes, base === undefined ? {} : { base });
  } catch (error) {
    expect(error).toBeInstanceOf(EbpfMapError);
    return undefined;
  }
  return askEverything(btf);
}

describe.each([{ littleEndian: true }, { littleEndian: false }])("littleEndian $littleEndian", ({ littleEndian }) => {
  const bytes = everyKind().build({ littleEndian });

  test("all questions about sound BTF have an answer, but for the sizes of what has none", () => {
    // void, func_proto, func, the tag on func, fwd; and every question on the one id too many.
    expect(survive(bytes)).toBe(5 + 6);
  });

  test("each shorter BTF is refused", () => {
    for (let length = 0; length < bytes.length; length++) expect(survive(bytes.subarray(0, length))).toBeUndefined();
  });

  test("BTF with changed bytes gives answers or errors, and always ends", () => {
    const random = new Random(littleEndian ? 1 : 2);
    let [whole, refused] = [0, 0];
    for (let i = 0; i < 3000; i++) {
      const changed = bytes.slice();
      // Small values give other type ids and kinds, large ones impossible ones.
      for (let n = random.between(1, 6); n > 0; n--) {
        changed[random.below(bytes.length)] = random.chance(0.7) ? random.below(40) : random.below(256);
      }
      const answers = survive(changed);
      if (answers !== undefined) whole++;
      if (answers !== undefined && answers > 11) refused++;
    }
    // Neither is everything refused at the door nor does nothing get through.
    expect(whole).toBeGreaterThan(500);
    expect(refused).toBeGreaterThan(100);
  });

  test("type ids that point anywhere give answers or errors, and always end", () => {
    const random = new Random(littleEndian ? 3 : 4);
    for (let i = 0; i < 300; i++) {
      const builder = new BtfBuilder();
      const any = (): number => random.below(14);
      const members = (): { name: string; type: number; bitOffset: number }[] =>
        Array.from({ length: random.below(4) }, () => ({ name: "m", type: any(), bitOffset: 8 * any() }));
      for (let n = 0; n < 12; n++) {
        random.pick([
          () => builder.struct("", any(), members()),
          () => builder.union("u", any(), members()),
          () => builder.array(any(), random.u32(), any()),
          () => builder.ptr(any()),
          () => builder.const(any()),
          () => builder.typedef("t", any()),
          () => builder.funcProto(any(), members()),
          () => builder.var("v", any()),
          () => builder.datasec(".s", 8, [{ type: any(), offset: 0, size: 8 }]),
          () => builder.declTag("d", any()),
        ])();
      }
      survive(builder.build({ littleEndian }));
    }
  });

  test("split BTF with changed bytes gives answers or errors", () => {
    const base = everyKind();
    const split = new BtfBuilder(base);
    split.struct("own", 8, [{ name: "node", type: 1, bitOffset: 0 }]);
    const baseBtf = parseBtf(base.build({ littleEndian }));
    const splitBytes = split.build({ littleEndian });
    const random = new Random(5);
    for (let i = 0; i < 200; i++) {
      const changed = splitBytes.slice();
      changed[random.below(changed.length)] = random.below(256);
      survive(changed, baseBtf);
    }
  });

  test("a layout section with changed bytes gives answers or errors", () => {
    const builder = everyKind();
    builder.raw([0, 30 * 2 ** 24 + 2, 0, 1, 2, 3]);
    builder.signed("behind", 4);
    const layout = Array.from({ length: 31 }, () => ({ infoSize: 4, elemSize: 4 }));
    const sound = builder.build({ littleEndian, layout });
    expect(parseBtf(sound).unreadFrom).toBeUndefined();
    const random = new Random(6);
    for (let i = 0; i < 500; i++) {
      const changed = sound.slice();
      for (let n = random.between(1, 4); n > 0; n--) changed[random.below(changed.length)] = random.below(256);
      survive(changed);
    }
  });
});
