import type { Layout } from "../../schema/layout.ts";
import { compileWriter } from "./key-writer.ts";
import { TypeMismatch } from "./type-mismatch.ts";

/**
 * Encodes a JavaScript value as the bytes of a key: a new array of the layout's size, with zero padding.
 *
 * @throws {EbpfMapError} KEY_INVALID; `details` has the `path` (`key.addr[3]`), the `expected` value and the one it
 * `got`.
 */
export type KeyEncoder = (value: unknown) => Uint8Array;

/**
 * Compiles a Layout into the inverse of `compileValueDecoder`, whatever its options. It accepts all that the decoder
 * returns, except a union with a bool or NaN that does not tell which bytes it came from. `what` names the value in
 * errors.
 */
export function compileKeyEncoder(layout: Layout, what = "key"): KeyEncoder {
  const write = compileWriter(layout);
  return (value) => {
    const bytes = new Uint8Array(new ArrayBuffer(layout.size));
    try {
      write({ bytes, written: new Uint8Array(layout.size) }, 0, value);
      return bytes;
    } catch (error) {
      throw error instanceof TypeMismatch ? error.asError(what) : error;
    }
  };
}
