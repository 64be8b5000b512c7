import type { Layout } from "../../schema/layout.ts";
import { compileWriter } from "./key-writer.ts";
import { TypeMismatch } from "./type-mismatch.ts";

/**
 * Turns a JavaScript value into the bytes of a key: a new array of the layout's size, padding zero. Throws KEY_INVALID
 * whose `details` say where (`path`: `key.addr[3]`), what the type takes (`expected`) and what there was (`got`).
 */
export type KeyEncoder = (value: unknown) => Uint8Array;

/**
 * Compiles a Layout into the inverse of `compileValueDecoder`, whatever its options: all that the decoder gives is
 * taken, unless a bool or NaN in a union hides which bytes it was made of. `what` names the value in errors.
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
