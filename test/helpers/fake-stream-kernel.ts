import { ENOENT } from "../../src/sys/errno.ts";
import type { Pages, PerfEventOptions, StreamKernel, Waiter } from "../../src/sys/events/kernel.ts";
import { Fd } from "../../src/sys/fd.ts";

const PAGE = 4096;

/** A kernel with perf events, as far as streams see it: a test says which CPUs are online and what they write. */
export class FakeStreamKernel implements StreamKernel {
  readonly pageSize: number = PAGE;
  online: number[];
  now = 0n;
  /** The slots of the map, by index: the CPU of the event that stands there. */
  readonly slots: Map<number, number> = new Map();
  /** Perf events that are open, by CPU, with their pages. */
  readonly events: Map<number, ArrayBuffer> = new Map();
  /** The things that are open. */
  readonly open: Set<string> = new Set();
  readonly clearsWhenClosed: boolean;
  readonly #cpuOf = new Map<number, number>();
  #nextFd = 100;

  constructor(online: number[], { clearsWhenClosed = true }: { clearsWhenClosed?: boolean } = {}) {
    this.online = online;
    this.clearsWhenClosed = clearsWhenClosed;
  }

  nextProgId(): { errno: number; id: number } {
    return { errno: ENOENT, id: 0 };
  }

  openWritable(): Fd {
    return this.#fd("map", () => {
      if (this.clearsWhenClosed) this.slots.clear();
    });
  }

  openPerfEvent({ cpu }: PerfEventOptions): Fd {
    const fd = this.#fd(`event ${cpu}`, () => this.events.delete(cpu));
    this.#cpuOf.set(fd.number, cpu);
    return fd;
  }

  mapPages(fd: Fd, _offset: number, length: number): Pages {
    const cpu = this.#cpuOf.get(fd.number) ?? -1;
    const buffer = new ArrayBuffer(length);
    this.events.set(cpu, buffer);
    this.open.add(`pages ${cpu}`);
    return {
      buffer,
      [Symbol.dispose]: () => {
        this.open.delete(`pages ${cpu}`);
        new Uint8Array(buffer).fill(0);
      },
    };
  }

  setPerfSlot(_map: Fd, index: number, event: Fd): void {
    this.slots.set(index, this.#cpuOf.get(event.number) ?? -1);
  }

  clearPerfSlot(_map: Fd, index: number): void {
    this.slots.delete(index);
  }

  onlineCpus(): number[] {
    return this.online;
  }

  monotonicNow(): bigint {
    return this.now;
  }

  waiter(): Waiter {
    this.open.add("waiter");
    return {
      add: () => undefined,
      remove: () => undefined,
      wait: async () => undefined,
      [Symbol.dispose]: () => this.open.delete("waiter"),
    };
  }

  /** A CPU writes a record into its ring, wrapping around as the kernel does. */
  write(cpu: number, record: Uint8Array): void {
    const buffer = this.events.get(cpu);
    if (buffer === undefined) throw new RangeError(`nobody has a perf event on CPU ${cpu}`);
    const head = new BigUint64Array(buffer, 1024, 1);
    const data = new Uint8Array(buffer, PAGE);
    const start = Number((head[0] ?? 0n) % BigInt(data.length));
    record.forEach((byte, i) => {
      data[(start + i) % data.length] = byte;
    });
    head[0] = (head[0] ?? 0n) + BigInt(record.length);
  }

  /** Bytes of a CPU's ring that its reader has not given back yet. */
  unread(cpu: number): number {
    const [head, tail] = new BigUint64Array(this.events.get(cpu) ?? new ArrayBuffer(2048), 1024, 2);
    return Number((head ?? 0n) - (tail ?? 0n));
  }

  #fd(what: string, closed: () => void): Fd {
    this.open.add(what);
    return new Fd(this.#nextFd++, () => {
      this.open.delete(what);
      closed();
    });
  }
}
