import { describe, expect, test } from "vitest";
import { dialectOf } from "../../../../src/codec/bpftool/dialect.ts";
import { hexLines } from "../../../../src/codec/bpftool/hex-lines.ts";
import {
  type EncoderState,
  type Literal,
  type TextHelpers,
  textHelpers,
} from "../../../../src/codec/bpftool/text-helpers.ts";
import { OutputBuffer } from "../../../../src/codec/text/output-buffer.ts";

interface Written {
  readonly text: string;
  readonly invalid: readonly number[];
  readonly result: number;
}

/** Calls a helper on a buffer that is flushed often. */
function written(
  call: (helpers: TextHelpers, p: number) => number,
  { json = true, version = "7.8" }: { json?: boolean; version?: string } = {},
): Written {
  const parts: Buffer[] = [];
  const out = new OutputBuffer((bytes) => void parts.push(Buffer.from(bytes)), { capacity: 64 });
  const state: EncoderState = { stopped: false, invalid: new Set() };
  const result = call(textHelpers(out, dialectOf(version), json, state), 0);
  out.pos = Math.max(0, result);
  out.flush();
  return { text: Buffer.concat(parts).toString("latin1"), invalid: [...state.invalid], result };
}

const hex = (text: string): Buffer => Buffer.from(text, "hex");

test.each<[lo: number, hi: number, text: string]>([
  [0, 0, "(nil)"],
  [0x1f, 0, "0x1f"],
  [0, 1, "0x100000000"],
  [0x9abc_def0, 0xffff_8000, "0xffff80009abcdef0"],
])("a pointer of %i and %i is %s", (lo, hi, text) => {
  expect(written((h, p) => h.ptr(p, lo, hi)).text).toBe(text);
});

test.each([
  [0, "false"],
  [1, "true"],
  [255, "true"],
])("a bool of %i is %s", (byte, text) => {
  expect(written((h, p) => h.bool(p, byte)).text).toBe(text);
});

describe("a CHAR", () => {
  test.each<[byte: number, json: string, plain: string, invalid: readonly number[]]>([
    [0x41, '"A"', '"A"', []],
    [0x20, '" "', '" "', []],
    [0x22, '"""', '"""', [3]],
    [0x5c, '"\\"', '"\\"', [3]],
    [0x00, '"\\u0000"', "0x0", []],
    [0x7f, '"\\u007f"', "0x7f", []],
    [0xe9, '"\\u00e9"', "0xe9", []],
  ])("%i", (byte, json, plain, invalid) => {
    const chr = (h: TextHelpers, p: number): number => h.chr(p, byte, 3);
    expect(written(chr)).toMatchObject({ text: json, invalid });
    expect(written(chr, { json: false })).toMatchObject({ text: plain, invalid: [] });
  });
});

describe("a char array", () => {
  test.each<[bytes: string, text: string]>([
    ["616200ff", '"ab"'],
    ["00ffffff", '""'],
    ["225c0000", '"\\"\\\\"'],
  ])("%s is a string", (bytes, text) => {
    expect(written((h, p) => h.str(p, hex(bytes), 0, 4)).text).toBe(text);
  });

  test.each(["61626364", "61ff0000", "1b000000", "7f000000"])("%s is none", (bytes) => {
    expect(written((h, p) => h.str(p, hex(bytes), 0, 4)).result).toBe(-1);
  });

  test("has a backslash that old versions print as a line break", () => {
    expect(written((h, p) => h.str(p, hex("5c00"), 0, 2), { version: "7.1" }).text).toBe('"\\n"');
  });

  test("may be of any length", () => {
    const text = "0123456789".repeat(1000);
    expect(written((h, p) => h.str(p, Buffer.from(`${text}\0`), 0, 10_001)).text).toBe(`"${text}"`);
  });
});

describe("enumerators", () => {
  const literal = (text: string, note?: number): Literal => ({
    bytes: Buffer.from(text),
    ...(note === undefined ? {} : { note }),
  });
  const table = new Map([
    [1, literal('"ONE"')],
    [-2, literal('"MINUS"', 7)],
    [5, literal(`"${"x".repeat(3000)}"`)],
  ]);
  const wide = new Map([[0x8000_0000, new Map([[1, literal('"HIGH"')]])]]);

  test.each<[string, (h: TextHelpers, p: number) => number, text: string, invalid: readonly number[]]>([
    ["a name", (h, p) => h.enm(p, table, 1), '"ONE"', []],
    ["a name that is no JSON", (h, p) => h.enm(p, table, -2), '"MINUS"', [7]],
    ["a long name", (h, p) => h.enm(p, table, 5), `"${"x".repeat(3000)}"`, []],
    ["no name", (h, p) => h.enm(p, table, -3), "-3", []],
    ["64 bits that are a sign-extended name", (h, p) => h.enm64(p, table, 0xffff_fffe, 0xffff_ffff), '"MINUS"', [7]],
    ["64 bits that only look like one", (h, p) => h.enm64(p, table, 1, 1), "4294967297", []],
    ["a name of 64 bits", (h, p) => h.wide(p, wide, 1, 0x8000_0000), '"HIGH"', []],
    ["no name of 64 bits", (h, p) => h.wide(p, wide, 2, 0x8000_0000), "-9223372036854775806", []],
  ])("%s", (_name, call, text, invalid) => {
    expect(written(call)).toMatchObject({ text, invalid });
  });
});

test.each<[bytes: string, shift: number, bits: number, text: string]>([
  ["00", 0, 3, "0"],
  ["ff", 2, 3, "7"],
  ["8001", 7, 2, "3"],
  ["0102030405", 0, 40, "504030201"],
  ["f0ffffffffffffff0f", 4, 64, "ffffffffffffffff"],
  ["01000000000000000000000000000080", 0, 128, "80000000000000000000000000000001"],
])("the bits of %s from %i, %i of them, are %s", (bytes, shift, bits, text) => {
  expect(written((h, p) => h.hexBits(p, hex(bytes), 0, shift, bits)).text).toBe(text);
});

describe("bytes", () => {
  test.each([
    ["", ""],
    ["00", '"0x00"'],
    ["0aff", '"0x0a","0xff"'],
  ])("%j in JSON", (bytes, text) => {
    expect(written((h, p) => h.hexJson(p, hex(bytes), 0, bytes.length / 2)).text).toBe(text);
  });

  test.each([0, 1, 8, 9, 16, 17, 255, 256, 257, 5000])("%i of them in bpftool's columns", (length) => {
    const all = Uint8Array.from({ length }, (_, i) => i % 251);
    expect(written((h, p) => h.hexPlain(p, all, 0, length)).text).toBe(hexLines(all));
  });

  test("more of them than the buffer holds, in JSON", () => {
    const all = Uint8Array.from({ length: 5000 }, (_, i) => i % 251);
    const expected = Array.from(all, (byte) => `"0x${byte.toString(16).padStart(2, "0")}"`).join(",");
    expect(written((h, p) => h.hexJson(p, all, 0, all.length)).text).toBe(expected);
  });
});
