import { EbpfMapError } from "../errors.ts";

/** Descriptors opened and not yet closed, each with the stack that opened it; only kept while tests ask for it. */
const open = new Map<Fd, string>();
let tracking = false;

/**
 * An owned file descriptor: whoever holds the Fd closes it, once, by `using` or `close()`. Using a closed one throws
 * instead of reaching whatever the kernel has since given the same number.
 */
export class Fd implements Disposable {
  readonly #close: (fd: number) => void;
  #fd: number;

  constructor(fd: number, close: (fd: number) => void) {
    this.#fd = fd;
    this.#close = close;
    if (tracking) open.set(this, new Error("opened here").stack ?? "");
  }

  /** The number to hand to the kernel. */
  get number(): number {
    if (this.#fd < 0) throw new EbpfMapError("KERNEL", "use of a closed descriptor");
    return this.#fd;
  }

  close(): void {
    if (this.#fd < 0) return;
    const fd = this.#fd;
    this.#fd = -1;
    open.delete(this);
    this.#close(fd);
  }

  [Symbol.dispose](): void {
    this.close();
  }
}

/** From now on remember who opened each descriptor. For tests. */
export function trackDescriptors(): void {
  tracking = true;
}

/** The stacks of the descriptors that are still open; empty unless {@link trackDescriptors} was called. */
export function openDescriptors(): string[] {
  return [...open.values()];
}
