import { expect, test } from "vitest";
import { EventBatch } from "../../src/stream/event-batch.ts";
import type { EventSource } from "../../src/stream/event-source.ts";
import { openPerfSource } from "../../src/stream/perf/perf-source.ts";
import { openRingSource } from "../../src/stream/ring/ring-source.ts";
import { LinuxStreamKernel } from "../../src/sys/events/linux.ts";
import { LinuxKernel } from "../../src/sys/linux.ts";
import { createMap } from "../helpers/bpf.ts";
import { liveSuite } from "../helpers/requirements.ts";
import { loadStreams, readSequence, type Streams, until } from "../helpers/streams.ts";
import { useScratch } from "../helpers/use-scratch.ts";

const scratch = useScratch();
const kernel = new LinuxKernel();
const streams = new LinuxStreamKernel();
const RING = { id: 0, type: 27, maxEntries: 64 * 1024, mapFlags: 0 };

function openRing({ map }: Streams, how: "passive" | "consume", from: "now" | "oldest" = "oldest"): EventSource {
  const options = { consume: how === "consume", from, pollMs: 20 };
  return scratch.own(openRingSource(streams, { path: map("ring") }, RING, options));
}

function openPipe({ map }: Streams, ordered = true): EventSource {
  const info = { id: 0, type: 4, maxEntries: streams.onlineCpus().length, mapFlags: 0 };
  return scratch.own(
    openPerfSource(streams, { path: map("pipe") }, info, { slots: "online", pages: 16, ordered, pollMs: 20 }),
  );
}

function range(from: number, to: number): number[] {
  return Array.from({ length: to - from }, (_, i) => from + i);
}

liveSuite("ring buffers", ["kernel", "bpftools", "clang", "libbpf"], () => {
  test("a passive reader beside a consumer: both get every event", async () => {
    const fixture = await loadStreams(scratch);
    const passive = openRing(fixture, "passive");
    const consumer = openRing(fixture, "consume");
    const seen: { passive: number[]; consumer: number[] } = { passive: [], consumer: [] };
    for (let round = 0; round < 12; round++) {
      await fixture.emit("emit", 500);
      seen.passive.push(...readSequence(passive));
      seen.consumer.push(...readSequence(consumer));
    }
    expect(seen.consumer).toEqual(range(0, 6000));
    expect(seen.passive).toEqual(range(0, 6000));
    expect(fixture.dropped()).toBe(0);
    expect(passive.stats).toMatchObject({ received: 6000, bytes: 6000 * 48, overrun: 0, malformed: 0 });
  });

  test("a passive reader takes nothing: all is there for the next", async () => {
    const fixture = await loadStreams(scratch);
    await fixture.emit("emit", 100);
    expect(readSequence(openRing(fixture, "passive"))).toEqual(range(0, 100));
    expect(readSequence(openRing(fixture, "passive"))).toEqual(range(0, 100));
    expect(readSequence(openRing(fixture, "passive", "now"))).toEqual([]);
    expect(readSequence(openRing(fixture, "consume"))).toEqual(range(0, 100));
    expect(readSequence(openRing(fixture, "passive"))).toEqual([]);
  });

  test("overtaken, a passive reader tells of it and shows nothing torn", async () => {
    const fixture = await loadStreams(scratch);
    const passive = openRing(fixture, "passive");
    const consumer = openRing(fixture, "consume");
    for (let round = 0; round < 4; round++) {
      await fixture.emit("emit", 1000);
      readSequence(consumer);
    }
    await fixture.emit("emit", 10);
    expect(readSequence(passive)).toEqual(range(4000, 4010));
    expect(passive.stats).toMatchObject({ overrun: 1, overrunBytes: 4000 * 56, malformed: 0 });
  });

  test("nobody consumes: what was first stays, the rest is turned down", async () => {
    const fixture = await loadStreams(scratch);
    const passive = openRing(fixture, "passive");
    await fixture.emit("emit", 3000);
    const seen = readSequence(passive);
    expect(seen).toEqual(range(0, Math.floor((64 * 1024 - 1) / 56)));
    expect(fixture.dropped()).toBe(3000 - seen.length);
  });

  test("discarded records are skipped", async () => {
    const fixture = await loadStreams(scratch);
    const passive = openRing(fixture, "passive");
    await fixture.emit("emit_discarded", 50);
    expect(readSequence(passive)).toEqual(range(0, 50));
  });

  test("a producer in another process while both read: every number, in order", async () => {
    const fixture = await loadStreams(scratch);
    const consumer = openRing(fixture, "consume");
    const seen: number[] = [];
    let done = false;
    const emitting = fixture.emit("emit", 300_000).finally(() => {
      done = true;
    });
    while (!done) {
      for (const number of readSequence(consumer)) seen.push(number);
      await consumer.wait(undefined);
    }
    await emitting;
    for (const number of readSequence(consumer)) seen.push(number);
    expect(seen).toEqual(range(0, 300_000 - fixture.dropped()));
  });

  test("waiting ends by an event, by its time, and by its signal; unread events don't make it spin", async () => {
    const fixture = await loadStreams(scratch);
    const options = { consume: true, from: "oldest", pollMs: 60_000 } as const;
    const source = scratch.own(openRingSource(streams, { path: fixture.map("ring") }, RING, options));
    const told = source.wait(undefined);
    await fixture.emit("emit", 1);
    await told;
    const abort = new AbortController();
    const ended = source.wait(abort.signal);
    abort.abort();
    await ended;
    const passive = openRing(fixture, "passive");
    let waits = 0;
    const enough = AbortSignal.timeout(400);
    while (!enough.aborted) {
      await passive.wait(enough);
      waits += 1;
    }
    expect(waits).toBeLessThan(40);
  });

  test("what is pending in a user ring buffer", () => {
    const size = 4096;
    const map = scratch.own(createMap({ type: "user_ringbuf", keySize: 0, valueSize: 0, maxEntries: size }));
    const { id } = kernel.mapInfo(map);
    const pages = scratch.own(streams.mapPages(map, 4096, 4096 + 2 * size, "write"));
    const view = new DataView(pages.buffer);
    view.setUint32(4096, 8, true);
    view.setBigUint64(4104, 77n, true);
    view.setUint32(4112, 0x3fff_ffff, true);
    view.setBigUint64(0, 32n, true);
    const info = { id, type: 31, maxEntries: size, mapFlags: 0 };
    const source = scratch.own(openRingSource(streams, { id }, info, { consume: false, from: "oldest", pollMs: 20 }));
    expect(readSequence(source)).toEqual([77]);
    expect(source.stats).toMatchObject({ received: 1, malformed: 1 });
    expect(() => openRingSource(streams, { id }, info, { consume: true, from: "oldest", pollMs: 20 })).toThrow(
      /consumed by a program in the kernel/,
    );
  });

  test("pages that are given back may still be looked at: they are zeros", async () => {
    const fixture = await loadStreams(scratch);
    await fixture.emit("emit", 1);
    const fd = scratch.own(streams.openWritable({ path: fixture.map("ring") }));
    const pages = streams.mapPages(fd, streams.pageSize, streams.pageSize, "read");
    const position = new BigUint64Array(pages.buffer, 0, 1);
    expect(position[0]).toBe(56n);
    pages[Symbol.dispose]();
    expect(position[0]).toBe(0n);
  });

  test("pages that can't be mapped are an error, and a closed source reads nothing", async () => {
    const fixture = await loadStreams(scratch);
    const info = { ...RING, maxEntries: 1024 * 1024 };
    const options = { consume: false, from: "oldest", pollMs: 20 } as const;
    expect(() => openRingSource(streams, { path: fixture.map("ring") }, info, options)).toThrow(
      /^map the pages of a stream: invalid argument/,
    );
    await fixture.emit("emit", 3);
    const source = openRingSource(streams, { path: fixture.map("ring") }, RING, options);
    source[Symbol.dispose]();
    expect(() => source.read(new EventBatch(64))).toThrow("read a ring buffer: it is closed");
  });
});

liveSuite("perf event arrays", ["kernel", "bpftools", "clang", "libbpf"], () => {
  test("events of all CPUs, in the order of their times; afterwards the slots are empty", async () => {
    const fixture = await loadStreams(scratch);
    const source = openPipe(fixture);
    const cpus = streams.onlineCpus();
    for (let round = 0; round < 5; round++) {
      for (const cpu of cpus) expect(await fixture.emit("emit_perf", 20, cpu)).toBe(0);
    }
    const total = 100 * cpus.length;
    const [batch, seen, cpusSeen, times]: [EventBatch, number[], Set<number>, bigint[]] = [
      new EventBatch(64),
      [],
      new Set(),
      [],
    ];
    await until("all events are there", () => {
      source.read(batch);
      for (let i = 0; i < batch.count; i++) {
        seen.push(Number(batch.view.getBigUint64(batch.at[i] ?? 0, true)));
        cpusSeen.add(batch.cpu[i] ?? -1);
        times.push(batch.time[i] ?? 0n);
      }
      return seen.length === total;
    });
    expect(seen).toEqual(range(0, total));
    expect([...cpusSeen].sort()).toEqual(cpus);
    expect(times).toEqual([...times].sort((a, b) => (a < b ? -1 : 1)));
    expect(source.stats).toMatchObject({ received: total, lost: 0, malformed: 0 });
    source[Symbol.dispose]();
    const noReader = 2;
    for (const cpu of cpus) expect(await fixture.emit("emit_perf", 1, cpu)).toBe(noReader);
  });

  test("a producer faster than the reader: received, lost and turned down add up", async () => {
    const fixture = await loadStreams(scratch);
    const source = openPipe(fixture);
    await fixture.emit("emit_perf", 20_000, 0);
    const batch = new EventBatch(64);
    const drain = async (): Promise<void> => {
      await new Promise((resolve) => setTimeout(resolve, 30));
      while (source.read(batch) > 0);
    };
    await drain();
    // The kernel writes down what it lost when there is room for the next event.
    await fixture.emit("emit_perf", 1, 0);
    await drain();
    const { received, lost } = source.stats;
    expect(lost).toBe(fixture.dropped());
    expect(received + lost).toBe(20_001);
  });

  test("the first reader's slots are the second's; when that ends they are empty", async () => {
    const fixture = await loadStreams(scratch);
    const first = openPipe(fixture, false);
    const second = openPipe(fixture, false);
    await fixture.emit("emit_perf", 3, 0);
    expect(readSequence(first)).toEqual([]);
    expect(readSequence(second)).toEqual([0, 1, 2]);
    first[Symbol.dispose]();
    expect(await fixture.emit("emit_perf", 1, 0)).toBe(0);
    second[Symbol.dispose]();
    expect(await fixture.emit("emit_perf", 1, 0)).toBe(2);
  });
});
