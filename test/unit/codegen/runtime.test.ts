import { expect, test } from "vitest";
import {
  bigBits,
  charText,
  enumeratorWriter,
  enumNames,
  enumValue,
  keyEncoder,
  objectOf,
  openGenerated,
  putField,
  RUNTIME_VERSION,
  smallBits,
} from "../../../src/codegen/runtime.ts";
import { EbpfMapError } from "../../../src/errors.ts";

const WHOLE = { offset: 0, shift: 0, width: 8 };

test("enumerators have names, and numbers where they have none", () => {
  const names = enumNames({ A: 1, B: 1, C: 2n ** 63n } as const);
  expect([enumValue(names, 1), enumValue(names, 2n ** 63n), enumValue(names, 7), enumValue(names, 7n)]).toEqual([
    "A",
    "C",
    7,
    7,
  ]);
});

test("bits and texts are read where they are", () => {
  const bytes = Uint8Array.of(0b1010_0000, 0b0000_0011, 0, 0, 0, 0, 0, 0xff, 104, 105, 0, 0);
  expect(smallBits(bytes, 0, 5, 5, false)).toBe(0b11101);
  expect(smallBits(bytes, 0, 5, 5, true)).toBe(-3);
  expect(bigBits(bytes, 0, 0, 64, true)).toBe(BigInt.asIntN(64, 0xff000000000003a0n));
  expect([charText(bytes, 8, 4), charText(bytes, 0, 2)]).toEqual(["hi", undefined]);
});

test("a key's bytes are written by its writer, and what doesn't fit is named", () => {
  const encode = keyEncoder<{ state: string | number }>(1, (to, at, value) => {
    const fields = objectOf(value, "struct key") as { readonly state?: unknown };
    putField(".state", enumeratorWriter("enum state", { A: 1, B: 200 }, WHOLE, false), to, at, fields.state);
  });
  expect([encode({ state: "B" }), encode({ state: 7 })]).toEqual([Uint8Array.of(200), Uint8Array.of(7)]);
  expect(() => encode({ state: "C" })).toThrow(
    expect.objectContaining({ code: "KEY_INVALID", message: expect.stringContaining("key.state") }),
  );
  expect(() => encode(3 as never)).toThrow(EbpfMapError);
});

test("a file for another runtime is refused before a map is opened", () => {
  const codec = {
    runtime: RUNTIME_VERSION + 1,
    fingerprint: "",
    perCpu: false,
    decodeKey: undefined,
    encodeKey: undefined,
    decodeValue: () => 0,
  };
  expect(() => openGenerated(codec, { id: 1 }, {})).toThrow(/it is for runtime \d, this is \d \(generate it again\)/);
});
