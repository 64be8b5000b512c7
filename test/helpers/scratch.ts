import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Fd } from "../../src/sys/fd.ts";
import { pinObject } from "./bpf.ts";

/** The folder in which the tests pin things. */
export const PINS_FOLDER = "/sys/fs/bpf";

/**
 * The run of tests that this process belongs to, if `left-as-found.ts` has given it a name; else this process alone.
 */
const RUN = process.env.EBPF_MAP_TEST_RUN?.split("-").at(-1) ?? "alone";

let count = 0;

/**
 * Everything a test makes that outlives a function call: descriptors, pins, folders, processes. What is owned goes
 * when the scope ends, in reverse order, also when the test fails.
 */
export class Scratch implements Disposable {
  readonly #owned: Disposable[] = [];
  #folder: string | undefined;
  #pins: string | undefined;

  /** A folder on disk of this scope's own, made on first use. */
  get folder(): string {
    this.#folder ??= this.#removeAtEnd(mkdtempSync(join(tmpdir(), "ebpf-map-test-")));
    return this.#folder;
  }

  /** A folder in bpffs of this scope's own, made on first use. */
  get pins(): string {
    if (this.#pins === undefined) {
      const path = join(PINS_FOLDER, `ebpf-map-test-${RUN}-${process.pid}-${count++}`);
      mkdirSync(path);
      this.#pins = this.#removeAtEnd(path);
    }
    return this.#pins;
  }

  /** Takes over something that must be closed. */
  own<T extends Disposable>(resource: T): T {
    this.#owned.push(resource);
    return resource;
  }

  /** Pins an object in this scope's bpffs folder and returns the path. */
  pin(object: Fd, name: string): string {
    const path = join(this.pins, name);
    pinObject(object, path);
    return path;
  }

  [Symbol.dispose](): void {
    const errors: unknown[] = [];
    while (this.#owned.length > 0) {
      try {
        this.#owned.pop()?.[Symbol.dispose]();
      } catch (error) {
        errors.push(error);
      }
    }
    this.#folder = undefined;
    this.#pins = undefined;
    if (errors.length > 0) throw new AggregateError(errors, "clean up after a test");
  }

  #removeAtEnd(path: string): string {
    this.#owned.push({ [Symbol.dispose]: () => rmSync(path, { recursive: true, force: true }) });
    return path;
  }
}
