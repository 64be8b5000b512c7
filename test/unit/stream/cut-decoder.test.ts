import { describe, expect, test } from "vitest";
import { viewOf } from "../../../src/bytes.ts";
import { DEFAULT_DECODE_OPTIONS, type DecodeOptions } from "../../../src/codec/access/value-decoder.ts";
import { EbpfMapError } from "../../../src/errors.ts";
import { compileCutDecoder } from "../../../src/stream/cut-decoder.ts";
import { findType } from "../../../src/stream/type-library.ts";
import { CUT_EVENTS } from "../../helpers/cut-events.ts";

function decoded(type: string, hex: string, options: Partial<DecodeOptions> = {}): unknown {
  const missing = (name: string) => new EbpfMapError("TYPE_INVALID", `no type ${name}`);
  const { layout } = findType({ btfs: () => [], missing }, type);
  const decode = compileCutDecoder(layout, { ...DEFAULT_DECODE_OPTIONS, ...options });
  // What is behind the event is other events.
  const bytes = new Uint8Array(Buffer.from(`eeee${hex}eeee`, "hex"));
  return decode(bytes, viewOf(bytes), 2, hex.length / 2);
}

test.each(CUT_EVENTS)("$type of $bytes is $json", ({ type, bytes, json, value }) => {
  expect(decoded(type, bytes)).toEqual(value ?? JSON.parse(json));
});

describe("the text at the end", () => {
  const type = "struct { u8 n; char text[8]; }";

  test.each([
    ["bpftool", "016869", "hi"],
    ["bpftool", "01680069", "h"],
    ["bpftool", "0168ff", [0x68, -1]],
    ["text", "016869", "hi"],
    ["text", "01c3a9", "é"],
    ["bytes", "01680069", Uint8Array.of(0x68, 0, 0x69)],
    ["bytes", "01", new Uint8Array(0)],
  ] as const)("as %s, %s is %j", (chars, hex, text) => {
    expect(decoded(type, hex, { chars })).toEqual({ n: 1, text });
  });
});

test("an event is a value of its own: what is decoded doesn't change with the next", () => {
  const { layout } = findType(
    { btfs: () => [], missing: () => new EbpfMapError("TYPE_INVALID", "none") },
    "struct { u8 n; char text[4]; u32 rest; }",
  );
  const decode = compileCutDecoder(layout, { ...DEFAULT_DECODE_OPTIONS, chars: "bytes" });
  const first = decode(Uint8Array.of(1, 2, 3, 4, 5), new DataView(new ArrayBuffer(5)), 0, 5);
  decode(Uint8Array.of(9, 9, 9, 9, 9), new DataView(new ArrayBuffer(5)), 0, 5);
  expect(first).toEqual({ n: 1, text: Uint8Array.of(2, 3, 4, 5), rest: null });
});
