import type { Hash } from "node:crypto";
import type { EntryBatch, EntryShape } from "../../reader/entries.ts";
import { entryText, hasBytes } from "../entry-text.ts";
import { decodeHex } from "../hex.ts";
import { Malformed } from "../malformed.ts";
import type { LineWindow } from "./line-window.ts";

const PIECE = 64 * 1024;

/** The text of a section: what is in memory, how to get more (or throw), and the checksum of what was used. */
export interface SectionText {
  readonly window: LineWindow;
  readonly hash: Hash;
  readonly more: () => Promise<void>;
}

/**
 * Reads an entry whose line is too long to be held whole, digits by digits into an empty batch, so that it takes no
 * more memory than its key and value. It has to be exactly as this program writes it. Throws Malformed.
 */
export async function readLongEntry(text: SectionText, shape: EntryShape, batch: EntryBatch): Promise<void> {
  const { head, middle, tail } = entryText(shape);
  await expectBytes(text, head);
  await readDigits(text, batch.keys, shape.keySize);
  await expectBytes(text, middle);
  await readDigits(text, batch.values, shape.valueStride);
  await expectBytes(text, tail);
  batch.count = 1;
}

async function expectBytes(text: SectionText, expected: Uint8Array): Promise<void> {
  await need(text, expected.length);
  if (!hasBytes(text.window.bytes, text.window.start, expected)) throw notAsWritten();
  use(text, expected.length);
}

async function readDigits(text: SectionText, out: Uint8Array, length: number): Promise<void> {
  for (let done = 0; done < length; ) {
    const part = Math.min(length - done, PIECE);
    await need(text, 2 * part);
    if (!decodeHex(text.window.view, text.window.start, part, out, done)) throw notAsWritten();
    use(text, 2 * part);
    done += part;
  }
}

async function need({ window, more }: SectionText, length: number): Promise<void> {
  while (window.end - window.start < length) await more();
}

function use({ window, hash }: SectionText, length: number): void {
  hash.update(window.bytes.subarray(window.start, window.start + length));
  window.start += length;
}

function notAsWritten(): Malformed {
  return new Malformed(
    "so long an entry has to have its fields in order, without white space, and digits in lower case",
  );
}
