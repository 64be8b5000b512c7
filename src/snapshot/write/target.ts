/**
 * The destination of a snapshot: a new file, or a stream such as stdout. Bytes may be overwritten once `write` has
 * resolved. Whoever opens a target ends it with either `commit` or `discard`.
 */
export interface SnapshotTarget {
  write(bytes: Uint8Array): Promise<void>;
  /** Completes the snapshot and returns its size in bytes, as stored. */
  commit(): Promise<number>;
  /** Gives up. A file leaves nothing behind; a stream ends in the middle, which its reader notices as truncation. */
  discard(): Promise<void>;
}

/**
 * A snapshot that goes to a stream by a function which takes all bytes before it returns. Errors of `put` pass
 * unchanged.
 */
export class StreamTarget implements SnapshotTarget {
  readonly #put: (bytes: Uint8Array) => void | Promise<void>;
  #size = 0;

  constructor(put: (bytes: Uint8Array) => void | Promise<void>) {
    this.#put = put;
  }

  async write(bytes: Uint8Array): Promise<void> {
    await this.#put(bytes);
    this.#size += bytes.length;
  }

  async commit(): Promise<number> {
    return this.#size;
  }

  async discard(): Promise<void> {}
}
