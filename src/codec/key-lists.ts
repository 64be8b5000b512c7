import { bytesFromText } from "../bytes.ts";
import { inside, Misfit } from "./key-misfit.ts";
import { bytesWriter, putBytes, type Target, type Writer } from "./key-scalars.ts";

/** What an array takes besides a list of its elements. Sizes are bytes. */
export interface ListForm {
  readonly typeName: string;
  readonly length: number;
  readonly size: number;
  /** Text, which is filled up with NULs. */
  readonly isText: boolean;
  /** A Uint8Array, as it is. */
  readonly isBytes: boolean;
}

/** Exactly as many elements as the array has, written by `write`. */
export function listWriter({ typeName, length, size, isText, isBytes }: ListForm, write: Writer): Writer {
  const expected = `${typeName} (${isText ? `up to ${length} bytes of text, or ` : ""}an array of ${length})`;
  const copy = bytesWriter(typeName, size, 0);
  const elementSize = length === 0 ? 0 : size / length;
  return (to, at, value) => {
    if (isText && typeof value === "string") return writeText(to, at, value, { size, expected });
    if (isBytes && value instanceof Uint8Array) return copy(to, at, value);
    if (!isList(value) || value.length !== length) throw new Misfit(expected, value);
    for (let i = 0; i < length; i++) inside(`[${i}]`, () => write(to, at + i * elementSize, value[i]));
  };
}

function writeText(to: Target, at: number, text: string, { size, expected }: { size: number; expected: string }): void {
  const encoded = bytesFromText(text);
  if (encoded.length > size) throw new Misfit(expected, text);
  const padded = new Uint8Array(size);
  padded.set(encoded);
  putBytes(to, at, padded);
}

function isList(value: unknown): value is ArrayLike<unknown> {
  return Array.isArray(value) || (ArrayBuffer.isView(value) && !(value instanceof DataView));
}
