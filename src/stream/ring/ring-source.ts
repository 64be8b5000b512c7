import { EbpfMapError } from "../../errors.ts";
import type { StreamKernel, Waiter, WritableMap } from "../../sys/events/kernel.ts";
import type { MapInfo } from "../../sys/info.ts";
import { BPF_F_RB_OVERWRITE } from "../../sys/map-flags.ts";
import { BPF_MAP_TYPE } from "../../sys/map-types.ts";
import { Backoff } from "../backoff.ts";
import type { EventBatch } from "../event-batch.ts";
import type { EventSource, StreamStats } from "../event-source.ts";
import { openWith, type Resources } from "../resources.ts";
import type { Backlog } from "./backlog.ts";
import { RingMemory } from "./ring-memory.ts";
import { RingReader, type RingReaderOptions } from "./ring-reader.ts";

export interface RingSourceOptions extends RingReaderOptions {
  /** The longest time to sleep before the next look, in milliseconds. */
  readonly pollMs: number;
}

/** The facts about a map that reading its events needs. */
export type StreamInfo = Pick<MapInfo, "id" | "type" | "maxEntries" | "mapFlags">;

/**
 * Opens a ring buffer. The kernel tells of an event only when the consumer has caught up with it, so where nobody
 * consumes, it tells of nothing but the first one: a passive reader relies on `pollMs`. A user ring buffer, which a
 * process fills and a program empties, is read passively only.
 */
export function openRingSource(
  kernel: StreamKernel,
  map: WritableMap,
  info: StreamInfo,
  options: RingSourceOptions,
): EventSource {
  checkReadable(info, options);
  return openWith((resources) => {
    const { pageSize } = kernel;
    const fd = resources.own(kernel.openWritable(map));
    const consumer = resources.own(kernel.mapPages(fd, 0, pageSize, options.consume ? "write" : "read"));
    const rest = resources.own(kernel.mapPages(fd, pageSize, pageSize + 2 * info.maxEntries, "read"));
    const waiter = resources.own(kernel.waiter());
    waiter.add(fd);
    const memory = new RingMemory(consumer.buffer, rest.buffer, pageSize, info.maxEntries);
    return new RingSource(new RingReader(memory, options), waiter, options.pollMs, resources);
  });
}

class RingSource implements EventSource {
  readonly stats: StreamStats;
  readonly #reader: RingReader;
  readonly #waiter: Waiter;
  readonly #backoff: Backoff;
  readonly #resources: Resources;

  constructor(reader: RingReader, waiter: Waiter, pollMs: number, resources: Resources) {
    this.stats = reader.stats;
    this.#reader = reader;
    this.#waiter = waiter;
    this.#backoff = new Backoff(pollMs);
    this.#resources = resources;
  }

  read(batch: EventBatch, limit?: number): number {
    this.#resources.check("read a ring buffer");
    const count = this.#reader.read(batch, limit);
    if (count > 0) this.#backoff.reset();
    return count;
  }

  release(): void {
    this.#resources.check("read a ring buffer");
    this.#reader.release();
  }

  backlog(): Backlog | undefined {
    this.#resources.check("read a ring buffer");
    return this.#reader.backlog();
  }

  wait(signal: AbortSignal | undefined): Promise<void> {
    return this.#waiter.wait(this.#backoff.next(), signal);
  }

  [Symbol.dispose](): void {
    this.#resources[Symbol.dispose]();
  }
}

function checkReadable({ id, type, mapFlags }: StreamInfo, { consume }: RingReaderOptions): void {
  const refuse = (why: string): never => {
    throw new EbpfMapError("NOT_READABLE", `read the events of map id ${id}: ${why}`, { id });
  };
  if ((mapFlags & BPF_F_RB_OVERWRITE) !== 0) {
    refuse("a ring buffer in overwrite mode (BPF_F_RB_OVERWRITE) has rules of its own, which are not known here");
  }
  if (consume && type === BPF_MAP_TYPE.USER_RINGBUF) {
    refuse("the events of a user ring buffer are consumed by a program in the kernel (leave out --consume)");
  }
}
