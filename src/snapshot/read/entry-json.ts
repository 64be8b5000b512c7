import type { EntryShape } from "../../reader/entries.ts";
import { type Fields, integerField, parseObject, textField } from "../fields.ts";
import { Malformed } from "../malformed.ts";

const MAX_ERRNO = 4095;

/** The buffers that take an entry's bytes. */
export interface EntrySlot {
  readonly keys: Uint8Array;
  readonly keyAt: number;
  readonly values: Uint8Array;
  readonly valueAt: number;
}

/**
 * Reads an entry line in whatever order and spacing its fields are, and returns the errno, 0 for an entry with a
 * value. What is in place of a value that couldn't be read is left alone. Throws Malformed.
 */
export function parseEntry(line: string, shape: EntryShape, slot: EntrySlot): number {
  const fields = parseObject(line);
  const failed = Object.hasOwn(fields, "errno");
  const expected = [...(shape.keySize === 0 ? [] : ["key"]), failed ? "errno" : "value"];
  const excess = Object.keys(fields).find((name) => !expected.includes(name));
  if (excess !== undefined) throw new Malformed(`an entry of this map has no "${excess}"`);
  if (shape.keySize > 0) slot.keys.set(bytesField(fields, "key", shape.keySize), slot.keyAt);
  if (failed) return integerField(fields, "errno", MAX_ERRNO, 1);
  slot.values.set(bytesField(fields, "value", shape.valueStride), slot.valueAt);
  return 0;
}

/** The value of a peek line. Throws Malformed. */
export function parsePeek(line: string, shape: EntryShape): Uint8Array {
  return bytesField(parseObject(line), "peek", shape.valueStride);
}

function bytesField(fields: Fields, name: string, length: number): Uint8Array {
  const digits = textField(fields, name);
  if (digits.length !== 2 * length)
    throw new Malformed(`the ${name} has ${digits.length / 2} bytes, ${length} expected`);
  if (!/^[0-9a-f]*$/.test(digits)) throw new Malformed(`the ${name} is not in lower-case hex digits`);
  return Buffer.from(digits, "hex");
}
