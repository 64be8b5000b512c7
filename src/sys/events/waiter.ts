import { Fd } from "../fd.ts";
import { kernelError } from "../kernel-error.ts";
import { addressOf, closeDescriptor } from "../libc.ts";
import { type ReadableWatch, streamCall, watchReadable } from "./calls.ts";
import type { Waiter } from "./kernel.ts";

const EPOLL_CLOEXEC = 0o2000000;
const EPOLL_CTL_ADD = 1;
const EPOLL_CTL_DEL = 2;
const EPOLLIN = 1;
/** EPOLLET, bit 31: one report per notification, instead of reports as long as there is data. */
const EPOLLET = 2 ** 31;
/** The size of `struct epoll_event`, which is packed on x86-64 only. */
const EVENT_SIZE = process.arch === "x64" ? 12 : 16;
const MAX_EVENTS = 64;

/**
 * An epoll inside libuv's. libuv asks whether a descriptor *is* readable; a ring buffer whose events nobody consumes
 * always is, which would be a busy loop. The inner epoll is edge-triggered: it reports each notification once, and
 * reading the report resets it.
 */
export class LinuxWaiter implements Waiter {
  readonly #epoll: Fd;
  readonly #watch: ReadableWatch;
  readonly #events: Uint8Array = new Uint8Array(new ArrayBuffer(EVENT_SIZE * MAX_EVENTS));
  #wake: (() => void) | undefined;

  constructor() {
    const result = streamCall("epoll_create1", EPOLL_CLOEXEC);
    if (result < 0) throw kernelError("make an epoll", -result, "KERNEL", "", {});
    this.#epoll = new Fd(result, closeDescriptor);
    this.#watch = watchReadable(result, () => this.#wake?.());
  }

  add(fd: Fd): void {
    this.#control(EPOLL_CTL_ADD, fd);
  }

  remove(fd: Fd): void {
    this.#control(EPOLL_CTL_DEL, fd);
  }

  wait(milliseconds: number, signal: AbortSignal | undefined): Promise<void> {
    if (signal?.aborted) return Promise.resolve();
    return new Promise((resolve) => {
      const wake = (): void => {
        clearTimeout(timer);
        signal?.removeEventListener("abort", wake);
        this.#watch.stop();
        this.#wake = undefined;
        streamCall("epoll_pwait", this.#epoll.number, addressOf(this.#events), MAX_EVENTS, 0);
        resolve();
      };
      const timer = setTimeout(wake, milliseconds);
      signal?.addEventListener("abort", wake, { once: true });
      this.#wake = wake;
      this.#watch.start();
    });
  }

  [Symbol.dispose](): void {
    this.#wake?.();
    this.#watch[Symbol.dispose]();
    this.#epoll.close();
  }

  #control(operation: number, fd: Fd): void {
    const event = new DataView(new ArrayBuffer(EVENT_SIZE));
    event.setUint32(0, EPOLLIN + EPOLLET, true);
    const address = addressOf(new Uint8Array(event.buffer));
    const result = streamCall("epoll_ctl", this.#epoll.number, operation, fd.number, address);
    if (result < 0) throw kernelError("wait for a descriptor", -result, "KERNEL", "", {});
  }
}
