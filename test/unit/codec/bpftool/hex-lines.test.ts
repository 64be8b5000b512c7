import { expect, test } from "vitest";
import { hexByte, hexLines } from "../../../../src/codec/bpftool/hex-lines.ts";

const counted = (length: number): Uint8Array => Uint8Array.from({ length }, (_, i) => i);

test.each([
  [0, ""],
  [1, "00"],
  [8, "00 01 02 03 04 05 06 07"],
  [9, "00 01 02 03 04 05 06 07  08"],
  [16, "00 01 02 03 04 05 06 07  08 09 0a 0b 0c 0d 0e 0f"],
  [17, "00 01 02 03 04 05 06 07  08 09 0a 0b 0c 0d 0e 0f\n10"],
  [25, "00 01 02 03 04 05 06 07  08 09 0a 0b 0c 0d 0e 0f\n10 11 12 13 14 15 16 17  18"],
])("%i bytes", (length, text) => {
  expect(hexLines(counted(length))).toBe(text);
});

test.each([
  [0, "00"],
  [9, "09"],
  [255, "ff"],
])("the byte %i is %s", (byte, text) => {
  expect(hexByte(byte)).toBe(text);
});
