import type { EntryBatch, EntryShape, EntrySource } from "../../reader/entries.ts";
import { ENOENT } from "../../sys/errno.ts";
import { hasBytes } from "../entry-text.ts";

/**
 * Puts the value of the first entry with this key into `value`; without a key, of the first entry. Returns errno.
 * `turn` is called for each batch; what it throws ends the search.
 */
export async function lookupAmong(
  source: EntrySource,
  { keySize, valueStride }: EntryShape,
  key: Uint8Array | null,
  value: Uint8Array,
  turn?: () => void,
): Promise<number> {
  for await (const { batch, i } of entriesOf(source)) {
    if (i === 0) turn?.();
    if (key !== null && !hasBytes(batch.keys, i * keySize, key)) continue;
    const errno = batch.errnos?.[i] ?? 0;
    if (errno === 0) value.set(batch.values.subarray(i * valueStride, (i + 1) * valueStride));
    return errno;
  }
  return ENOENT;
}

/** Puts the key behind `key` into `next`; the first one for null, and for a key that isn't there. Returns errno. */
export async function nextKeyAmong(
  source: EntrySource,
  { keySize }: EntryShape,
  key: Uint8Array | null,
  next: Uint8Array,
): Promise<number> {
  let first: Uint8Array | undefined;
  let isFound = key === null;
  for await (const { batch, i } of entriesOf(source)) {
    const at = i * keySize;
    if (isFound) {
      next.set(batch.keys.subarray(at, at + keySize));
      return 0;
    }
    first ??= batch.keys.slice(at, at + keySize);
    isFound = key !== null && hasBytes(batch.keys, at, key);
  }
  if (isFound || first === undefined) return ENOENT;
  next.set(first);
  return 0;
}

async function* entriesOf(source: EntrySource): AsyncGenerator<{ batch: EntryBatch; i: number }> {
  using entries = source;
  for (let batch = await entries.next(); batch !== undefined; batch = await entries.next()) {
    for (let i = 0; i < batch.count; i++) yield { batch, i };
  }
}
