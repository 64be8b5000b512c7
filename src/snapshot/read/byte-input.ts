import { createGunzip, type Gunzip } from "node:zlib";
import { EbpfMapError } from "../../errors.ts";
import { Malformed } from "../malformed.ts";
import type { SnapshotFile } from "./snapshot-file.ts";

const CHUNK = 64 * 1024;

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

/**
 * Inflates from the start of the file, since gzip has no other entrance, and drops what comes before the offset. Only
 * `read` makes it read on in the file, so that nothing is under way when it is disposed between two reads.
 */
class GzipInput implements ByteInput {
  readonly #file: SnapshotFile;
  readonly #gunzip: Gunzip = createGunzip({ chunkSize: CHUNK });
  readonly #stored: Buffer = Buffer.alloc(CHUNK);
  #position = 0;
  /** zlib has used up what it was given. */
  #hungry = true;
  #happened = false;
  #wake: () => void = () => undefined;
  #chunk: Uint8Array = new Uint8Array(0);
  #skip: number;

  constructor(file: SnapshotFile, offset: number) {
    this.#file = file.retain();
    this.#skip = offset;
    for (const event of ["readable", "end", "close", "error"]) this.#gunzip.on(event, this.#onEvent);
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
    for (;;) {
      const chunk: Uint8Array | null = this.#gunzip.read();
      if (chunk !== null) return chunk;
      if (this.#gunzip.readableEnded) return this.#checkEnd();
      if (this.#gunzip.destroyed) throw inflateError(this.#gunzip.errored);
      if (this.#hungry) await this.#feed();
      await this.#event();
    }
  }

  /** zlib passes over zeros behind a member, and whatever follows them. */
  #checkEnd(): undefined {
    if (this.#gunzip.bytesWritten === this.#file.size) return;
    throw new Malformed("something that isn't gzip follows the compressed data");
  }

  async #feed(): Promise<void> {
    const count = await this.#file.read(this.#stored, this.#position);
    this.#position += count;
    this.#hungry = false;
    if (count === 0) this.#gunzip.end();
    else {
      this.#gunzip.write(this.#stored.subarray(0, count), () => {
        this.#hungry = true;
        this.#onEvent();
      });
    }
  }

  readonly #onEvent = (): void => {
    this.#happened = true;
    this.#wake();
  };

  /** Waits for the next event, or for one that came since the last. */
  async #event(): Promise<void> {
    if (!this.#happened) {
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
    this.#happened = false;
  }

  [Symbol.dispose](): void {
    this.#gunzip.destroy();
    this.#file.release();
  }
}

/** zlib's errors have codes like Z_DATA_ERROR and say that the file is damaged. No error: disposed during a read. */
function inflateError(error: Error | null): Error {
  if (error === null) return new EbpfMapError("CLOSED", "use of a closed descriptor");
  const damaged = "code" in error && String(error.code).startsWith("Z_");
  return damaged ? new Malformed(`the compressed data is damaged (${error.message})`, { cause: error }) : error;
}
