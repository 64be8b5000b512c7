import { EbpfMapError } from "../../errors.ts";
import { ENODEV } from "../../sys/errno.ts";
import type { StreamKernel, Waiter, WritableMap } from "../../sys/events/kernel.ts";
import type { Fd } from "../../sys/fd.ts";
import { BPF_F_PRESERVE_ELEMS } from "../../sys/map-flags.ts";
import { Backoff } from "../backoff.ts";
import { BATCH_EVENTS, type EventBatch } from "../event-batch.ts";
import { type EventSource, newStats, type StreamStats } from "../event-source.ts";
import { openWith, type Resources } from "../resources.ts";
import type { StreamInfo } from "../ring/ring-source.ts";
import { type CpuPart, mergeByTime } from "./perf-merge.ts";
import { PerfRing, roundBytes } from "./perf-ring.ts";

/** Events that are younger wait for those of other CPUs which may have been written earlier. */
const ORDER_WINDOW_NS = 10_000_000n;
/** The interval between two looks for CPUs that have come or gone. */
const HOTPLUG_NS = 1_000_000_000n;

export interface PerfSourceOptions {
  /** The slots to fill: for each online CPU the slot of its number, or one slot with the events of one CPU. */
  readonly slots: "online" | { readonly cpu: number; readonly index: number };
  /** Pages of each CPU's ring: a power of two. */
  readonly pages: number;
  /** Order events of several CPUs by time, which delays them a little; otherwise each CPU's come as they are found. */
  readonly ordered: boolean;
  /** The longest time to sleep before the next look, in milliseconds. */
  readonly pollMs: number;
}

/**
 * Attaches to a perf event array: opens a perf event on each CPU and puts it into the map, in the place of another
 * reader's, who then gets no more events. The kernel takes them out again when the descriptor that put them there is
 * closed, however that comes about, and only if they are still there; with BPF_F_PRESERVE_ELEMS it doesn't, so then
 * the slots are emptied here.
 */
export function openPerfSource(
  kernel: StreamKernel,
  map: WritableMap,
  info: StreamInfo,
  options: PerfSourceOptions,
): EventSource {
  return openWith((resources) => {
    const fd = resources.own(kernel.openWritable(map));
    const waiter = resources.own(kernel.waiter());
    const source = new PerfSource(kernel, fd, waiter, info, options, resources);
    source.attach();
    return source;
  });
}

/** The perf event of one CPU. */
interface CpuRing extends Disposable {
  readonly cpu: number;
  readonly ring: PerfRing;
  /** The CPU was seen offline: the event doesn't come back with it. */
  offline: boolean;
}

class PerfSource implements EventSource {
  readonly stats: StreamStats = newStats();
  readonly #kernel: StreamKernel;
  readonly #map: Fd;
  readonly #waiter: Waiter;
  readonly #info: StreamInfo;
  readonly #options: PerfSourceOptions;
  readonly #resources: Resources;
  readonly #backoff: Backoff;
  #rings: CpuRing[] = [];
  #nextLook = 0n;
  /** The bytes that the last batch took from each ring. */
  #taken: { readonly ring: PerfRing; readonly used: number; readonly malformed: boolean }[] = [];

  constructor(
    kernel: StreamKernel,
    map: Fd,
    waiter: Waiter,
    info: StreamInfo,
    options: PerfSourceOptions,
    resources: Resources,
  ) {
    this.#kernel = kernel;
    this.#map = map;
    this.#waiter = waiter;
    this.#info = info;
    this.#options = options;
    this.#backoff = new Backoff(options.pollMs);
    this.#resources = resources;
    resources.atEnd(() => this.#close());
  }

  /** Opens the perf events. Throws NOT_READABLE where the map has no slot for any CPU. */
  attach(): void {
    const { slots } = this.#options;
    if (slots === "online") this.#followCpus();
    else this.#rings.push(this.#attachCpu(slots.cpu, slots.index));
    if (this.#rings.length > 0) return;
    throw new EbpfMapError("NOT_READABLE", `attach to map id ${this.#info.id}: it has no slot for an online CPU`);
  }

  read(batch: EventBatch, limit: number = BATCH_EVENTS): number {
    this.#resources.check("read a perf event array");
    this.release();
    const now = this.#kernel.monotonicNow();
    if (this.#options.slots === "online" && now >= this.#nextLook) this.#followCpus();
    const parts = this.#copyRings(batch);
    const horizon = this.#options.ordered ? now - ORDER_WINDOW_NS : FOREVER;
    const outcomes = mergeByTime(batch, parts, { horizon, events: Math.min(limit, BATCH_EVENTS) }, this.stats);
    this.#taken = this.#rings.map(({ ring }, i) => ({ ring, ...(outcomes[i] ?? NOTHING_TAKEN) }));
    if (parts.some(({ length }) => length > 0)) this.#backoff.reset();
    return batch.count;
  }

  release(): void {
    for (const { ring, used, malformed } of this.#taken) {
      if (malformed) {
        ring.skipAll();
        this.stats.malformed += 1;
      } else ring.advance(used);
    }
    this.#taken = [];
  }

  wait(signal: AbortSignal | undefined): Promise<void> {
    return this.#waiter.wait(this.#backoff.next(), signal);
  }

  [Symbol.dispose](): void {
    this.#resources[Symbol.dispose]();
  }

  #copyRings(batch: EventBatch): CpuPart[] {
    const room = roundBytes(this.#rings.length);
    batch.reserve(room * this.#rings.length);
    return this.#rings.map(({ cpu, ring }, i) => {
      const start = i * room;
      const length = ring.copy(batch.bytes, start, room);
      return { cpu, start, length, more: length === room };
    });
  }

  /** Attaches to CPUs that have come, and leaves those that have gone once their events are read. */
  #followCpus(): void {
    const online = new Set(this.#kernel.onlineCpus());
    for (const ring of this.#rings) if (!online.has(ring.cpu)) ring.offline = true;
    const gone = this.#rings.filter(({ offline, ring }) => offline && ring.isEmpty);
    this.#rings = this.#rings.filter((ring) => !gone.includes(ring));
    for (const ring of gone) ring[Symbol.dispose]();
    const attached = new Set(this.#rings.map(({ cpu }) => cpu));
    for (const cpu of online) {
      if (cpu < this.#info.maxEntries && !attached.has(cpu)) this.#attachIfOnline(cpu);
    }
    this.#nextLook = this.#kernel.monotonicNow() + HOTPLUG_NS;
  }

  #attachIfOnline(cpu: number): void {
    try {
      this.#rings.push(this.#attachCpu(cpu, cpu));
    } catch (error) {
      if (!(error instanceof EbpfMapError && error.details.errno === ENODEV)) throw error;
    }
  }

  #attachCpu(cpu: number, index: number): CpuRing {
    const { pages, ordered } = this.#options;
    const { pageSize } = this.#kernel;
    return openWith((resources) => {
      // Told of each event, the reader would cost the program that writes it an interrupt; unordered, as in bpftool.
      const wakeupBytes = ordered ? (pages * pageSize) / 2 : 0;
      const event = resources.own(this.#kernel.openPerfEvent({ cpu, wakeupBytes, monotonic: ordered }));
      const memory = resources.own(this.#kernel.mapPages(event, 0, (1 + pages) * pageSize, "write"));
      this.#waiter.add(event);
      resources.atEnd(() => this.#waiter.remove(event));
      this.#kernel.setPerfSlot(this.#map, index, event);
      if ((this.#info.mapFlags & BPF_F_PRESERVE_ELEMS) !== 0) {
        resources.atEnd(() => this.#kernel.clearPerfSlot(this.#map, index));
      }
      const ring = new PerfRing(memory, pageSize);
      return { cpu, ring, offline: false, [Symbol.dispose]: () => resources[Symbol.dispose]() };
    });
  }

  #close(): void {
    for (const ring of this.#rings) this.#resources.own(ring);
    this.#rings = [];
  }
}

const NOTHING_TAKEN = { used: 0, malformed: false };
/** Later than any time. */
const FOREVER = 2n ** 64n;
