import type { EntryBatch } from "../../reader/entries.ts";
import type { MapSource } from "../../reader/map-source.ts";
import { BatchView } from "./batch-view.ts";
import type { EntryCodec } from "./entry-codec.ts";
import type { Read } from "./read.ts";
import { YieldTimer } from "./yield-timer.ts";

/** The batches of a read, each valid until the next one is asked for. The event loop gets its turn between them. */
export async function* batchesOf<K, V>(
  read: Read,
  map: MapSource,
  codec: EntryCodec,
): AsyncGenerator<BatchView<K, V>, void, undefined> {
  const yieldTimer = new YieldTimer();
  const frames = new Frames<K, V>(map, codec);
  try {
    for (let batch = await read.next(); batch !== undefined; batch = await read.next()) {
      yield frames.show(batch);
      frames.expire();
      if (yieldTimer.due) await yieldTimer.yield();
    }
  } catch (error) {
    read.end(error);
    throw error;
  } finally {
    frames.expire();
    read.end();
  }
}

/** The same for a plain `for`. */
export function* batchesOfSync<K, V>(
  read: Read,
  map: MapSource,
  codec: EntryCodec,
): Generator<BatchView<K, V>, void, undefined> {
  const frames = new Frames<K, V>(map, codec);
  try {
    for (let batch = read.nextSync(); batch !== undefined; batch = read.nextSync()) {
      yield frames.show(batch);
      frames.expire();
    }
  } catch (error) {
    read.end(error);
    throw error;
  } finally {
    frames.expire();
    read.end();
  }
}

/** Shows one batch at a time. */
class Frames<K, V> {
  readonly #map: MapSource;
  readonly #codec: EntryCodec;
  #shown: BatchView<K, V> | undefined;

  constructor(map: MapSource, codec: EntryCodec) {
    this.#map = map;
    this.#codec = codec;
  }

  show(batch: EntryBatch): BatchView<K, V> {
    this.#shown = new BatchView(batch, this.#map.shape, this.#codec);
    return this.#shown;
  }

  expire(): void {
    if (this.#shown !== undefined) BatchView.expire(this.#shown);
    this.#shown = undefined;
  }
}
