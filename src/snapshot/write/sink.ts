import { pipeline } from "node:stream/promises";
import { createGzip, type Gzip } from "node:zlib";
import type { SnapshotTarget } from "./target.ts";

/** Hex digits shrink to half at any level: the default one takes 6 % off level 1's size and twice its time. */
const GZIP_LEVEL = 1;
const GZIP_CHUNK = 64 * 1024;

/** Takes the bytes of a snapshot. They may be overwritten once `write` has resolved. */
export interface ByteSink {
  write(bytes: Uint8Array): Promise<void>;
  /** All is written. */
  end(): Promise<void>;
  /** Gives up. Never fails. */
  abort(): Promise<void>;
}

/** Passes bytes to the target as they are, or compressed. The target stays the caller's to commit or discard. */
export function openSink(target: SnapshotTarget, compress: boolean): ByteSink {
  if (compress) return new GzipSink(target);
  return { write: (bytes) => target.write(bytes), end: async () => undefined, abort: async () => undefined };
}

class GzipSink implements ByteSink {
  readonly #gzip: Gzip = createGzip({ level: GZIP_LEVEL, chunkSize: GZIP_CHUNK });
  /** Resolves when the target has everything; rejects as soon as something can't be written. */
  readonly #written: Promise<void>;

  constructor(target: SnapshotTarget) {
    this.#written = pipeline(this.#gzip, async (chunks: AsyncIterable<Buffer>) => {
      for await (const chunk of chunks) await target.write(chunk);
    });
    this.#written.catch(() => undefined);
  }

  /** Resolves when zlib has consumed the bytes. If writing fails that may never be, hence the race. */
  async write(bytes: Uint8Array): Promise<void> {
    const consumed = new Promise<void>((resolve) => this.#gzip.write(bytes, () => resolve()));
    await Promise.race([consumed, this.#written]);
    if (this.#gzip.destroyed) await this.#written;
  }

  async end(): Promise<void> {
    this.#gzip.end();
    await this.#written;
  }

  async abort(): Promise<void> {
    this.#gzip.destroy();
    await this.#written.catch(() => undefined);
  }
}
