import { EbpfMapError } from "../errors.ts";

/** Things that are disposed of together, the last one first. */
export class Resources implements Disposable {
  readonly #owned: Disposable[] = [];
  #closed = false;

  /** Takes over a resource. */
  own<T extends Disposable>(resource: T): T {
    this.#owned.push(resource);
    return resource;
  }

  /** Something to be done when the others are disposed of, before those that are owned already. */
  atEnd(action: () => void): void {
    this.#owned.push({ [Symbol.dispose]: action });
  }

  /** Throws if they are disposed of. `what` says what is not done then. */
  check(what: string): void {
    if (this.#closed) throw new EbpfMapError("CLOSED", `${what}: it is closed`);
  }

  /** Disposes of all, even if some fail, and then throws the first failure. */
  [Symbol.dispose](): void {
    this.#closed = true;
    const failures: unknown[] = [];
    for (let resource = this.#owned.pop(); resource !== undefined; resource = this.#owned.pop()) {
      try {
        resource[Symbol.dispose]();
      } catch (error) {
        failures.push(error);
      }
    }
    if (failures.length > 0) throw failures[0];
  }
}

/** Returns the result of `open`, which owns the resources from then on; if it fails, disposes of them. */
export function openWith<T>(open: (resources: Resources) => T): T {
  const resources = new Resources();
  try {
    return open(resources);
  } catch (error) {
    resources[Symbol.dispose]();
    throw error;
  }
}
