import { bytesFromText } from "../../bytes.ts";
import { bytesWriter, putBytes, type Writer } from "./scalar-writer.ts";
import { inside, TypeMismatch } from "./type-mismatch.ts";

/** The values that an array accepts beside a list of its elements. Sizes are in bytes. */
export interface ListForm {
  readonly typeName: string;
  readonly length: number;
  readonly size: number;
  /** It accepts text, which is padded with NULs. */
  readonly isText: boolean;
  /** It accepts a Uint8Array. */
  readonly isBytes: boolean;
}

/**
 * Returns a writer of an array: exactly `length` elements, each with `write`, or text or bytes where the form allows.
 * The writer throws for all else; `keyEncoder` makes KEY_INVALID of it.
 */
export function listWriter({ typeName, length, size, isText, isBytes }: ListForm, write: Writer): Writer {
  const mismatch = (value: unknown): TypeMismatch =>
    new TypeMismatch(typeName, { kind: "list", length, isText }, value);
  const copy = bytesWriter(typeName, size, 0);
  const elementSize = length === 0 ? 0 : size / length;
  return (to, at, value) => {
    if (isText && typeof value === "string") {
      const text = bytesFromText(value);
      if (text.length > size) throw mismatch(value);
      return putBytes(to, at, filledUp(text, size));
    }
    if (isBytes && value instanceof Uint8Array) return copy(to, at, value);
    if (!isList(value) || value.length !== length) throw mismatch(value);
    for (let i = 0; i < length; i++) inside(`[${i}]`, () => write(to, at + i * elementSize, value[i]));
  };
}

function filledUp(text: Uint8Array, size: number): Uint8Array {
  const bytes = new Uint8Array(size);
  bytes.set(text);
  return bytes;
}

function isList(value: unknown): value is ArrayLike<unknown> {
  return Array.isArray(value) || (ArrayBuffer.isView(value) && !(value instanceof DataView));
}
