import { expect, test } from "vitest";
import { kernelBuffer } from "../../../src/sys/kernel-buffer.ts";

test.each([
  [0, 8],
  [4, 8],
  [8, 8],
  [4097, 4097],
])("a buffer of %i bytes has %i, outside of Node's pool", (size, length) => {
  const buffer = kernelBuffer(size);
  expect([buffer.length, buffer.byteOffset, buffer.buffer.byteLength]).toEqual([length, 0, length]);
});
