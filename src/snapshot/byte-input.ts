import { createGunzip, type Gunzip } from "node:zlib";
import { Malformed } from "./malformed.ts";
import type { SnapshotFile } from "./snapshot-file.ts";

const STORED_CHUNK = 64 * 1024;

/** The bytes of a snapshot, uncompressed, one after the other. */
export interface ByteInput extends Disposable {
  /** Fills in some bytes and returns how many; 0 at the end. Throws FILE, or Malformed for bad compressed data. */
  read(into: Uint8Array): Promise<number>;
}

/** Reads a snapshot file from the uncompressed byte `offset` on. Holds a share of the file until disposed. */
export function openInput(file: SnapshotFile, offset: number): ByteInput {
  return file.compressed ? new GzipInput(file, offset) : new PlainInput(file, offset);
}

class PlainInput implements ByteInput {
  readonly #file: SnapshotFile;
  #position: number;

  constructor(file: SnapshotFile, offset: number) {
    this.#file = file.retain();
    this.#position = offset;
  }

  async read(into: Uint8Array): Promise<number> {
    const count = await this.#file.read(into, this.#position);
    this.#position += count;
    return count;
  }

  [Symbol.dispose](): void {
    this.#file.release();
  }
}

/** Inflates from the start of the file, since gzip has no other entrance, and drops what comes before the offset. */
class GzipInput implements ByteInput {
  readonly #file: SnapshotFile;
  readonly #gunzip: Gunzip = createGunzip({ chunkSize: STORED_CHUNK });
  readonly #chunks: AsyncIterator<Buffer>;
  #chunk: Uint8Array = new Uint8Array(0);
  #skip: number;

  constructor(file: SnapshotFile, offset: number) {
    this.#file = file.retain();
    this.#skip = offset;
    this.#chunks = this.#gunzip[Symbol.asyncIterator]();
    // The iterator reports errors, but listens only from its first step on.
    this.#gunzip.on("error", () => undefined);
    feed(this.#gunzip, file).catch((error) => this.#gunzip.destroy(error));
  }

  async read(into: Uint8Array): Promise<number> {
    while (this.#chunk.length <= this.#skip) {
      this.#skip -= this.#chunk.length;
      const chunk = await this.#inflate();
      if (chunk === undefined) return 0;
      this.#chunk = chunk;
    }
    const part = this.#chunk.subarray(this.#skip, this.#skip + into.length);
    into.set(part);
    this.#chunk = this.#chunk.subarray(this.#skip + part.length);
    this.#skip = 0;
    return part.length;
  }

  async #inflate(): Promise<Uint8Array | undefined> {
    const { value, done } = await this.#chunks.next().catch((error) => {
      throw inflateError(error);
    });
    if (!done) return value;
    // zlib passes over zeros behind a member, and whatever follows them.
    if (this.#gunzip.bytesWritten < this.#file.size)
      throw new Malformed("something that isn't gzip follows the compressed data");
    return undefined;
  }

  [Symbol.dispose](): void {
    this.#gunzip.destroy();
    this.#file.release();
  }
}

/** Hands over the stored bytes, the next ones when the last ones are used up, so that one buffer is enough. */
async function feed(gunzip: Gunzip, file: SnapshotFile): Promise<void> {
  const buffer = Buffer.alloc(STORED_CHUNK);
  let position = 0;
  for (let count = await file.read(buffer, 0); count > 0; count = await file.read(buffer, position)) {
    position += count;
    await new Promise((resolve) => gunzip.write(buffer.subarray(0, count), resolve));
    if (gunzip.destroyed) return;
  }
  gunzip.end();
}

/** zlib's errors have codes like Z_DATA_ERROR and say that the file is damaged; all others are the system's. */
function inflateError(error: unknown): unknown {
  const damaged = error instanceof Error && "code" in error && String(error.code).startsWith("Z_");
  return damaged ? new Malformed(`the compressed data is damaged (${error.message})`, { cause: error }) : error;
}
