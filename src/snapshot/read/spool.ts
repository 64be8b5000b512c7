import { randomBytes } from "node:crypto";
import { closeSync, openSync, read, unlinkSync, write } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { EbpfMapError } from "../../errors.ts";
import { Fd } from "../../sys/fd.ts";
import { fileError } from "../file-error.ts";

const readOnce = promisify(read);
const writeOnce = promisify(write);

/** Bytes that can be read from any position, again and again. */
export interface ByteStore {
  /** Bytes, as stored. */
  readonly size: number;
  /** The moment at which they were written, or came: milliseconds since 1970. */
  readonly modified: number;
  /** Fills in bytes from `position` on and returns how many; 0 at the end. */
  read(into: Uint8Array, position: number): Promise<number>;
  close(): void;
}

/** The most bytes that are kept in memory; the rest of a longer stream goes to a file without a name. */
const IN_MEMORY = 4 * 1024 * 1024;

/**
 * Takes in a stream to its end: commands read a map more than once, which a pipe doesn't offer. Memory is bounded, and
 * nothing is left behind, however the process ends. `path` is for messages. Throws FILE if there is no room for it.
 */
export async function spooled(stream: AsyncIterable<Uint8Array>, path: string): Promise<ByteStore> {
  const spool = new Spool(path);
  try {
    for await (const bytes of stream) await spool.add(bytes);
    return spool;
  } catch (error) {
    spool.close();
    throw fileError("read snapshot", path, error);
  }
}

/** A stream so far. Whoever opens one closes it. */
export class Spool implements ByteStore {
  size = 0;
  readonly modified: number;
  readonly #path: string;
  readonly #head: Uint8Array[] = [];
  #headSize = 0;
  #file: Fd | undefined;

  constructor(path: string, modified: number = Date.now()) {
    this.#path = path;
    this.modified = modified;
  }

  async add(bytes: Uint8Array): Promise<void> {
    if (this.#file === undefined && this.size + bytes.length <= IN_MEMORY) {
      this.#head.push(Uint8Array.from(bytes));
      this.#headSize += bytes.length;
    } else await this.#write(bytes);
    this.size += bytes.length;
  }

  async read(into: Uint8Array, position: number): Promise<number> {
    if (position >= this.#headSize) {
      if (this.#file === undefined) return 0;
      return (await readOnce(this.#file.number, into, 0, into.length, position - this.#headSize)).bytesRead;
    }
    // The chunks become one the first time that they are read.
    if (this.#head.length > 1) this.#head.splice(0, this.#head.length, Buffer.concat(this.#head));
    const part = this.#head[0]?.subarray(position, position + into.length) ?? into.subarray(0, 0);
    into.set(part);
    return part.length;
  }

  close(): void {
    this.#file?.close();
    this.#head.length = 0;
  }

  async #write(bytes: Uint8Array): Promise<void> {
    this.#file ??= unnamedFile(this.#path);
    for (let at = 0; at < bytes.length; ) {
      at += (await writeOnce(this.#file.number, bytes, at, bytes.length - at)).bytesWritten;
    }
  }
}

/** A file that only this process can reach. It may hold secrets that only root can read. */
function unnamedFile(path: string): Fd {
  const folder = tmpdir();
  const name = join(folder, `.ebpf-map-${randomBytes(8).toString("hex")}.tmp`);
  try {
    const fd = new Fd(openSync(name, "wx+", 0o600), closeSync);
    unlinkSync(name);
    return fd;
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    const message = `read snapshot ${path}: a pipe of more than ${IN_MEMORY} bytes needs a file in ${folder} (TMPDIR): ${reason}`;
    throw new EbpfMapError("FILE", message, { path }, error);
  }
}
