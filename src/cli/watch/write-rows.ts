import type { Watcher } from "../../sdk/watch/watcher.ts";

/** The bytes of rows that are printed before the reader is waited for. */
const WRITTEN_BYTES = 2 ** 20;

/** Writes the events of a read in parts, so that signals are handled in between and memory is bounded. */
export async function writeRows(
  watcher: Watcher,
  write: (rows: readonly number[]) => void,
  flush: () => Promise<void>,
  signal: AbortSignal,
): Promise<void> {
  const { keySize, valueStride } = watcher.follower.query.shape;
  const step = Math.ceil(WRITTEN_BYTES / (keySize + valueStride + 1));
  const all = watcher.rows(false);
  for (let i = 0; i < all.length && !signal.aborted; i += step) {
    write(all.slice(i, i + step));
    await flush();
  }
}
