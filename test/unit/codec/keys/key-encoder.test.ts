import { describe, expect, test } from "vitest";
import { compileValueDecoder, DEFAULT_DECODE_OPTIONS } from "../../../../src/codec/access/value-decoder.ts";
import { compileKeyEncoder } from "../../../../src/codec/keys/key-encoder.ts";
import { EbpfMapError } from "../../../../src/errors.ts";
import type { Layout } from "../../../../src/schema/layout.ts";
import type { BtfBuilder } from "../../../helpers/btf-builder.ts";
import { layoutOf } from "../../../helpers/layout-of.ts";
import { Random } from "../../../helpers/random.ts";
import { RandomTypes, randomSize } from "../../../helpers/random-types.ts";
import { randomValue } from "../../../helpers/random-values.ts";

const u8 = (btf: BtfBuilder): number => btf.int("u8", 1);
const u16 = (btf: BtfBuilder): number => btf.int("u16", 2);
const u32 = (btf: BtfBuilder): number => btf.int("u32", 4);
const chars = (btf: BtfBuilder): number => btf.array(btf.signed("char", 1), 4);
const state = (btf: BtfBuilder): number =>
  btf.enum(
    "state",
    [
      ["DOWN", -1],
      ["UP", 1],
    ],
    { signed: true },
  );
const key = (btf: BtfBuilder): number =>
  btf.struct("key", 8, [
    { name: "port", type: u16(btf), bitOffset: 0 },
    { name: "addr", type: u32(btf), bitOffset: 32 },
  ]);
const bits = (btf: BtfBuilder): number => {
  const int = btf.signed("int", 4);
  return btf.struct("bits", 4, [
    { name: "low", type: int, bitOffset: 1, bitfieldSize: 3 },
    { name: "wide", type: u32(btf), bitOffset: 6, bitfieldSize: 12 },
  ]);
};
const either = (btf: BtfBuilder): number =>
  btf.union("either", 4, [
    { name: "raw", type: u32(btf), bitOffset: 0 },
    { name: "head", type: key16(btf), bitOffset: 0 },
  ]);
const key16 = (btf: BtfBuilder): number =>
  btf.struct("key16", 4, [
    { name: "a", type: u8(btf), bitOffset: 0 },
    { name: "b", type: u16(btf), bitOffset: 16 },
  ]);
const flattened = (btf: BtfBuilder): number =>
  btf.struct("outer", 8, [
    { name: "id", type: u32(btf), bitOffset: 0 },
    { name: "", type: either(btf), bitOffset: 32 },
  ]);

describe("a value becomes bytes", () => {
  test.each<[string, (btf: BtfBuilder) => number, unknown, string]>([
    ["a number", u32, 0xdeadbeef, "efbeadde"],
    ["the largest u64", (btf) => btf.int("u64", 8), 2n ** 64n - 1n, "ffffffffffffffff"],
    ["digits past 2^53", (btf) => btf.int("u64", 8), "9007199254740993", "0100000000002000"],
    ["hexadecimal digits", u16, "0xBEEF", "efbe"],
    ["a negative number", (btf) => btf.signed("s16", 2), -2, "feff"],
    ["the smallest int128", (btf) => btf.signed("s128", 16), -(2n ** 127n), `${"00".repeat(15)}80`],
    ["true", (btf) => btf.int("_Bool", 1, { encoding: 4 }), true, "01"],
    ["a double", (btf) => btf.float("double", 8), 1.5, "000000000000f83f"],
    ["a float", (btf) => btf.float("float", 4), -0.5, "000000bf"],
    ["a pointer", (btf) => btf.ptr(0), 0xffff_8880_0000_0000n, "000000008088ffff"],
    ["an enumerator", state, "DOWN", "ffffffff"],
    ["an enum's number", state, 7, "07000000"],
    ["an enum as both", state, { name: "UP", value: 1 }, "01000000"],
    ["text, filled up", chars, "ab", "61620000"],
    ["text that fits exactly", chars, "abcd", "61626364"],
    ["text as bytes", chars, Uint8Array.of(1, 2, 3, 255), "010203ff"],
    ["text as numbers", chars, [1, 2, 3, 4], "01020304"],
    ["an array", (btf) => btf.array(u16(btf), 2), [1, 0xffff], "0100ffff"],
    ["a typed array", (btf) => btf.array(u16(btf), 2), Uint16Array.of(1, 2), "01000200"],
    ["a struct with padding", key, { addr: 1, port: 0xffff }, "ffff000001000000"],
    ["bit-fields", bits, { low: -1, wide: 0xfff }, "ceff0300"],
    ["one member of a union", either, { head: { a: 1, b: 2 } }, "01000200"],
    ["members that agree", either, { raw: 0x0002ff01, head: { a: 1, b: 2 } }, "01ff0200"],
    ["a member of an anonymous union", flattened, { id: 9, raw: 5 }, "0900000005000000"],
  ])("%s", (_, make, value, hex) => {
    expect(Buffer.from(compileKeyEncoder(layoutOf(make))(value)).toString("hex")).toBe(hex);
  });
});

describe("what doesn't fit is told with its place, its type and its range", () => {
  test.each<[string, (btf: BtfBuilder) => number, unknown, string]>([
    ["too large", u16, 65536, "encode key: expected u16 (0 to 65535), got 65536"],
    ["negative", u16, -1, "encode key: expected u16 (0 to 65535), got -1"],
    ["a fraction", u16, 1.5, "encode key: expected u16 (0 to 65535), got 1.5"],
    ["past 2^53", u32, 2 ** 53, "encode key: expected u32 (0 to 4294967295), got 9007199254740992"],
    ["no digits", u16, "1e3", 'encode key: expected u16 (0 to 65535), got "1e3"'],
    ["null", u16, null, "encode key: expected u16 (0 to 65535), got null"],
    [
      "an unknown enumerator",
      state,
      "SIDEWAYS",
      'encode key: expected enum state (DOWN, UP, or a number), got "SIDEWAYS"',
    ],
    [
      "text too long",
      chars,
      "abcde",
      'encode key: expected char[4] (up to 4 bytes of text, or an array of 4), got "abcde"',
    ],
    [
      "a list too short",
      chars,
      [1],
      "encode key: expected char[4] (up to 4 bytes of text, or an array of 4), got an array of 1",
    ],
    ["an element", chars, [0, 0, 256, 0], "encode key[2]: expected char (-128 to 127), got 256"],
    ["a field too large", key, { port: 70000, addr: 0 }, "encode key.port: expected u16 (0 to 65535), got 70000"],
    ["a field missing", key, { port: 1 }, "encode key.addr: expected u32 (0 to 4294967295), got nothing"],
    [
      "an inherited field",
      key,
      Object.create({ port: 1, addr: 1 }),
      "encode key.port: expected u16 (0 to 65535), got nothing",
    ],
    [
      "a field too many",
      key,
      { port: 1, addr: 1, prot: 6 },
      'encode key: expected only fields of struct key (port, addr), got "prot"',
    ],
    ["no object", key, [1, 2], "encode key: expected struct key (an object with port, addr), got an array of 2"],
    ["a bit-field", bits, { low: 4, wide: 0 }, "encode key.low: expected int (-4 to 3), got 4"],
    ["no member", either, {}, "encode key: expected union either (one or more of raw, head), got nothing"],
    [
      "members that disagree",
      either,
      { raw: 7, head: { a: 1, b: 2 } },
      'encode key.head.a: expected the same bytes that an overlapping member gives, got "others"',
    ],
  ])("%s", (_, make, value, message) => {
    const encode = compileKeyEncoder(layoutOf(make));
    expect(() => encode(value)).toThrow(message);
    expect(() => encode(value)).toThrow(EbpfMapError);
  });
});

test("the details name path, type and value", () => {
  const encode = compileKeyEncoder(layoutOf(key));
  expect(() => encode({ port: 70000, addr: 0 })).toThrow(
    expect.objectContaining({
      code: "KEY_INVALID",
      details: { path: "key.port", expected: "u16 (0 to 65535)", got: "70000" },
    }),
  );
});

test("what the decoder gives for random types, the encoder takes back", () => {
  const random = new Random(5);
  const counts = { same: 0, refused: 0 };
  for (let round = 0; round < 800; round++) {
    const size = randomSize(random, 200);
    const layout = layoutOf((btf) => new RandomTypes(random, btf, false).ofSize(size));
    const bytes = randomValue(random, size);
    const decode = compileValueDecoder(layout, { ...DEFAULT_DECODE_OPTIONS, chars: "bytes" });
    const decoded = decode(bytes, viewOf(bytes), 0);
    try {
      const encoded = compileKeyEncoder(layout)(decoded);
      expect(decode(encoded, viewOf(encoded), 0)).toEqual(decoded);
      counts.same += 1;
    } catch (error) {
      // A bool in a union: true stands for 255 bytes, of which only the overlapping member knows which. So with NaN.
      expect(error).toHaveProperty("details.expected", "the same bytes that an overlapping member gives");
      expect(hasAmbiguousUnion(layout)).toBe(true);
      counts.refused += 1;
    }
  }
  expect(counts.same).toBeGreaterThan(600);
  expect(counts.refused).toBeLessThan(150);
});

/** A bool or float shares its bytes with something else. */
function hasAmbiguousUnion(layout: Layout, isShared = false): boolean {
  switch (layout.kind) {
    case "int":
      return isShared && layout.encoding === "bool";
    case "float":
      return isShared;
    case "array":
      return hasAmbiguousUnion(layout.element, isShared);
    case "struct":
    case "union":
      return layout.fields.some((field) => hasAmbiguousUnion(field.layout, isShared || layout.kind === "union"));
    default:
      return false;
  }
}

function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
