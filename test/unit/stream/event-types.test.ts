import { describe, expect, test } from "vitest";
import type { Layout } from "../../../src/schema/layout.ts";
import { EventBatch } from "../../../src/stream/event-batch.ts";
import { eventFit, parseCases, parseDiscriminator, typesBy } from "../../../src/stream/event-types.ts";

const LAYOUT: Layout = { kind: "opaque", reason: "void", size: 0, typeName: "", tagged: false };

test.each<[string, object]>([
  ["u32@0", { offset: 0, bits: 32, signed: false }],
  ["s8@17", { offset: 17, bits: 8, signed: true }],
  ["u64@999999", { offset: 999_999, bits: 64, signed: false }],
])("parseDiscriminator(%s)", (text, result) => {
  expect(parseDiscriminator(text)).toEqual(result);
});

test.each(["u32", "@0", "u24@0", "u32@", "u32@-1", "U32@0", "u32@0 ", "u32@1e3"])(
  "'%s' is no discriminator",
  (text) => {
    expect(() => parseDiscriminator(text)).toThrow(/names no integer of an event/);
  },
);

test.each<[string, object[]]>([
  ["1=struct open_event", [{ value: 1n, name: "struct open_event" }]],
  [
    " -1 = a , 0xff = struct  b ",
    [
      { value: -1n, name: "a" },
      { value: 255n, name: "struct  b" },
    ],
  ],
  [
    "1=struct { u32 a, b; enum { X = 1, Y } c[2]; /* ,2=} */ },\n2=struct x { u8 d; // }\n },3=u64",
    [
      { value: 1n, name: "struct { u32 a, b; enum { X = 1, Y } c[2]; /* ,2=} */ }" },
      { value: 2n, name: "struct x { u8 d; // }\n }" },
      { value: 3n, name: "u64" },
    ],
  ],
])("parseCases(%s)", (text, result) => {
  expect(parseCases(text)).toEqual(result);
});

test.each(["", "1", "=a", "1=", "x=a", "1=a,", "1.5=a", "1=struct { u32 a; },2", "1=a},b"])(
  "'%s' is no list of cases",
  (text) => {
    expect(() => parseCases(text)).toThrow(/is no case/);
  },
);

describe("typesBy", () => {
  const rows: [what: string, discriminator: string, value: bigint, hex: string, index: number][] = [
    ["8 bits", "u8@1", 0xffn, "00ff", 0],
    ["8 bits, signed", "s8@1", -1n, "00ff", 0],
    ["16 bits", "u16@0", 0x8001n, "0180", 0],
    ["32 bits, not aligned", "u32@1", 0xdeadbeefn, "00efbeadde", 0],
    ["32 bits, signed", "s32@0", -2n, "feffffff", 0],
    ["64 bits", "u64@0", 2n ** 63n, "0000000000000080", 0],
    ["another value", "u32@0", 1n, "02000000", -1],
    ["an event that ends before it", "u32@1", 0n, "00000000", -1],
    ["an event without bytes", "u8@0", 0n, "", -1],
  ];
  test.each(rows)("%s", (_, discriminator, value, hex, index) => {
    const batch = new EventBatch(64);
    batch.bytes.set(Buffer.from(hex, "hex"), 3);
    batch.at[0] = 3;
    batch.length[0] = hex.length / 2;
    const types = typesBy(parseDiscriminator(discriminator), [{ value, type: { name: "t", layout: LAYOUT } }]);
    expect(types.indexOf(batch, 0)).toBe(index);
  });
});

test.each<[length: number, typeSize: number, padded: boolean, fit: string]>([
  [48, 48, false, "exact"],
  [47, 48, false, "short"],
  [49, 48, false, "long"],
  [52, 48, true, "exact"],
  [48, 48, true, "exact"],
  [52, 52, true, "exact"],
  [52, 44, true, "long"],
  [52, 45, true, "exact"],
  [60, 52, true, "long"],
  [44, 48, true, "short"],
])("eventFit(%i bytes of %i, padded: %s)", (length, typeSize, padded, fit) => {
  expect(eventFit(length, typeSize, padded)).toBe(fit);
});
