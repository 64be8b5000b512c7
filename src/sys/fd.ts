import { EbpfMapError } from "../errors.ts";

/** Open descriptors, each with the stack that opened it; only kept for tests. */
const open = new Map<Fd, string>();
let tracking = false;

/**
 * An owned file descriptor: its holder closes it, once, by `using` or `close()`. Using a closed one throws, so that it
 * never reaches another object to which the kernel has given the same number since.
 */
export class Fd implements Disposable {
  readonly #close: (fd: number) => void;
  #fd: number;
  #borrowers = 0;
  /** The number of a descriptor that was closed while it was borrowed. */
  #closing: number | undefined;

  constructor(fd: number, close: (fd: number) => void) {
    this.#fd = fd;
    this.#close = close;
    if (tracking) open.set(this, new Error("opened here").stack ?? "");
  }

  /** The number for system calls. Throws CLOSED once it is closed. */
  get number(): number {
    if (this.#fd < 0) throw new EbpfMapError("CLOSED", "use of a closed descriptor");
    return this.#fd;
  }

  close(): void {
    if (this.#fd < 0) return;
    const fd = this.#fd;
    this.#fd = -1;
    open.delete(this);
    if (this.#borrowers === 0) this.#close(fd);
    else this.#closing = fd;
  }

  /**
   * Lends the number to a call on another thread, and returns a function that ends that. A `close` in between takes
   * effect then, so that the kernel gives the number to no other object before the call is over.
   */
  borrow(): { readonly number: number; readonly giveBack: () => void } {
    const { number } = this;
    this.#borrowers += 1;
    let isOut = true;
    return {
      number,
      giveBack: () => {
        if (!isOut) return;
        isOut = false;
        this.#borrowers -= 1;
        if (this.#borrowers > 0 || this.#closing === undefined) return;
        this.#closing = undefined;
        this.#close(number);
      },
    };
  }

  [Symbol.dispose](): void {
    this.close();
  }
}

/** Starts to record the stack that opens each descriptor. For tests. */
export function trackDescriptors(): void {
  tracking = true;
}

/** Returns the stacks that opened the descriptors still open; empty unless {@link trackDescriptors} was called. */
export function openDescriptors(): string[] {
  return [...open.values()];
}
