import { expect, test } from "vitest";
import { decodeHex, encodeHex } from "../../../src/snapshot/hex.ts";

const ALL_BYTES = Uint8Array.from({ length: 256 }, (_, i) => i);

test.each([0, 1, 2, 3, 7, 8, 255, 256])("%i bytes become their digits, at any place, and come back", (length) => {
  const text = Buffer.alloc(3 + 512 + 3, ".");
  const view = new DataView(text.buffer, text.byteOffset, text.length);

  expect(encodeHex(ALL_BYTES, 0, length, view, 3)).toBe(3 + 2 * length);
  const digits = Buffer.from(ALL_BYTES.subarray(0, length)).toString("hex");
  expect(text.toString("latin1")).toBe(`...${digits}`.padEnd(text.length, "."));

  const bytes = new Uint8Array(256 + 5).fill(9);
  expect(decodeHex(view, 3, length, bytes, 5)).toBe(true);
  expect(bytes.subarray(5, 5 + length)).toEqual(ALL_BYTES.subarray(0, length));
  expect(bytes.subarray(5 + length)).toEqual(new Uint8Array(256 - length).fill(9));
});

test("only pairs of lower-case digits are hex", () => {
  const out = new Uint8Array(1);
  const accepted: string[] = [];
  for (let pair = 0; pair < 0x1_0000; pair++) {
    const view = new DataView(Uint16Array.of(pair).buffer);
    if (decodeHex(view, 0, 1, out, 0)) accepted.push(String.fromCharCode(view.getUint8(0), view.getUint8(1)));
  }
  expect(accepted.sort()).toEqual([...ALL_BYTES].map((byte) => byte.toString(16).padStart(2, "0")).sort());
});

test("one wrong digit among many is noticed wherever it is", () => {
  for (let at = 0; at < 64; at++) {
    const text = Buffer.from("0".repeat(64));
    text[at] = "g".charCodeAt(0);
    const view = new DataView(text.buffer, text.byteOffset, text.length);
    expect(decodeHex(view, 0, 32, new Uint8Array(32), 0)).toBe(false);
  }
});
