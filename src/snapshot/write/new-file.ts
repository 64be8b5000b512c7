import { randomBytes } from "node:crypto";
import { writeSync } from "node:fs";
import { type FileHandle, link, lstat, open, realpath, rename, stat, unlink } from "node:fs/promises";
import { dirname, join } from "node:path";
import { EbpfMapError } from "../../errors.ts";
import { EACCES, EINVAL, EOPNOTSUPP, EPERM } from "../../sys/errno.ts";
import { fileError } from "../file-error.ts";
import type { SnapshotTarget } from "./target.ts";

const EEXIST = 17;

/** Only the owner: a map may hold secrets that only root can read. */
const MODE = 0o600;

/**
 * A file that appears under its name when it is complete and on disk, or not at all. Until then it has another name
 * in the same folder. Whoever creates one ends it with either `commit` or `discard`. All methods throw FILE.
 */
export class NewFile implements SnapshotTarget {
  readonly #path: string;
  readonly #temporary: string;
  readonly #handle: FileHandle;
  readonly #force: boolean;
  readonly #doing: string;

  /**
   * `force`: take the place of a regular file that has that name already, or to which a link of that name leads.
   * `doing` begins the messages of errors.
   */
  static async create(path: string, force: boolean, doing = "save snapshot"): Promise<NewFile> {
    return await reported(doing, path, async () => {
      const target = await resolvedTarget(path, force, doing);
      const temporary = join(dirname(target), `.ebpf-map-${randomBytes(8).toString("hex")}.tmp`);
      return new NewFile({ path: target, temporary, handle: await open(temporary, "wx", MODE), force, doing });
    });
  }

  private constructor({ path, temporary, handle, force, doing }: Parts) {
    this.#path = path;
    this.#temporary = temporary;
    this.#handle = handle;
    this.#force = force;
    this.#doing = doing;
  }

  /** Appends bytes; they may be overwritten once it resolves. */
  async write(bytes: Uint8Array): Promise<void> {
    await reported(this.#doing, this.#path, async () => {
      for (let at = 0; at < bytes.length; ) at += (await this.#handle.write(bytes, at)).bytesWritten;
    });
  }

  /** Appends bytes before it returns, for writers that don't wait. */
  writeNow(bytes: Uint8Array): void {
    try {
      for (let at = 0; at < bytes.length; ) at += writeSync(this.#handle.fd, bytes, at);
    } catch (error) {
      throw fileError(this.#doing, this.#path, error);
    }
  }

  /** Puts the file on disk and gives it its name. Returns its size. */
  async commit(): Promise<number> {
    return await reported(this.#doing, this.#path, async () => {
      const { size } = await this.#handle.stat();
      await this.#handle.sync();
      await this.#handle.close();
      if (this.#force) await rename(this.#temporary, this.#path);
      else await linkAsNew(this.#temporary, this.#path, this.#doing);
      await syncFolder(dirname(this.#path));
      return size;
    });
  }

  /** Leaves nothing behind. */
  async discard(): Promise<void> {
    await this.#handle.close();
    await unlink(this.#temporary).catch(() => undefined);
  }
}

interface Parts {
  readonly path: string;
  readonly temporary: string;
  readonly handle: FileHandle;
  readonly force: boolean;
  readonly doing: string;
}

/**
 * The path that gets the file's name: a link is followed, so that the link stays and the file behind it is replaced.
 * Throws FILE early for what would go wrong at the end: with `force`, only a regular file is replaced, never a device,
 * a folder or a link to one.
 */
async function resolvedTarget(path: string, force: boolean, doing: string): Promise<string> {
  const entry = await lstat(path).catch(() => undefined);
  if (entry === undefined) return path;
  if (!force) throw entry.isFile() || entry.isSymbolicLink() ? existing(path, doing) : notRegular(path, doing);
  if (!entry.isSymbolicLink()) {
    if (!entry.isFile()) throw notRegular(path, doing);
    return path;
  }
  const target = await realpath(path).catch(() => undefined);
  if (target === undefined)
    throw fileProblem(path, doing, "a link that leads nowhere (remove it, or name the file itself)");
  if (!(await stat(target)).isFile()) throw notRegular(path, doing);
  return target;
}

function notRegular(path: string, doing: string): EbpfMapError {
  return fileProblem(path, doing, "not a regular file (- writes to stdout)");
}

function fileProblem(path: string, doing: string, problem: string): EbpfMapError {
  return new EbpfMapError("FILE", `${doing} ${path}: ${problem}`, { path });
}

function existing(path: string, doing: string): EbpfMapError {
  return fileProblem(path, doing, "the file exists already (--force replaces it)");
}

/** A hard link fails where a rename would replace, so that nobody's file is lost, whoever is quicker. */
async function linkAsNew(temporary: string, path: string, doing: string): Promise<void> {
  try {
    await link(temporary, path);
  } catch (error) {
    if (isErrno(error, EEXIST)) throw existing(path, doing);
    if (isErrno(error, EPERM, EOPNOTSUPP)) return await replaceReserved(temporary, path, doing);
    throw error;
  }
  await unlink(temporary);
}

/** For file systems without hard links: takes the name with an empty file, then replaces that. */
async function replaceReserved(temporary: string, path: string, doing: string): Promise<void> {
  try {
    await (await open(path, "wx", MODE)).close();
  } catch (error) {
    throw isErrno(error, EEXIST) ? existing(path, doing) : error;
  }
  await rename(temporary, path).catch(async (error) => {
    await unlink(path);
    throw error;
  });
}

/** Puts the new name on disk. Some file systems can't, and some folders may be written but not read. */
async function syncFolder(folder: string): Promise<void> {
  try {
    const handle = await open(folder, "r");
    await handle.sync().finally(() => handle.close());
  } catch (error) {
    if (!isErrno(error, EACCES, EINVAL)) throw error;
  }
}

function isErrno(error: unknown, ...errnos: readonly number[]): boolean {
  return error instanceof Error && "errno" in error && errnos.includes(-Number(error.errno));
}

async function reported<T>(doing: string, path: string, action: () => Promise<T>): Promise<T> {
  try {
    return await action();
  } catch (error) {
    throw fileError(doing, path, error);
  }
}
