import { expect, test } from "vitest";
import type { Pages, StreamKernel } from "../../../../src/sys/events/kernel.ts";
import { readRingPositions } from "../../../../src/sys/events/ring-positions.ts";
import { Fd } from "../../../../src/sys/fd.ts";
import { FakeStreamKernel } from "../../../helpers/fake-stream-kernel.ts";

const PAGE = 4096;

/** A ring in memory, and what of it was mapped. */
class RingKernel extends FakeStreamKernel implements StreamKernel {
  readonly mapped: [offset: number, length: number][] = [];
  readonly memory: ArrayBuffer;

  constructor(size: number) {
    super([0]);
    this.memory = new ArrayBuffer(2 * PAGE + 2 * size);
  }

  override openWritable(): Fd {
    this.open.add("map");
    return new Fd(100, () => this.open.delete("map"));
  }

  override mapPages(_fd: Fd, offset: number, length: number): Pages {
    this.mapped.push([offset, length]);
    const what = `pages ${offset}`;
    this.open.add(what);
    return { buffer: this.memory.slice(offset, offset + length), [Symbol.dispose]: () => this.open.delete(what) };
  }

  set(consumer: bigint, producer: bigint): void {
    new BigUint64Array(this.memory, 0, 1)[0] = consumer;
    new BigUint64Array(this.memory, PAGE, 1)[0] = producer;
  }

  setHeader(offset: number, word: number): void {
    new DataView(this.memory).setUint32(2 * PAGE + offset, word, true);
  }
}

test("of an empty ring there is no header to read", () => {
  const kernel = new RingKernel(PAGE);
  kernel.set(48n, 48n);
  expect(readRingPositions(kernel, { id: 7 }, PAGE)).toEqual({ consumer: 48n, producer: 48n, header: 0 });
  expect(kernel.mapped).toEqual([
    [0, PAGE],
    [PAGE, PAGE],
  ]);
  expect(kernel.open.size).toBe(0);
});

test.each<[what: string, consumer: bigint, offset: number, page: number]>([
  ["first page of data", 48n, 48, 2 * PAGE],
  ["third page of data", BigInt(2 * PAGE + 16), 2 * PAGE + 16, 4 * PAGE],
  ["third page, after many rounds", BigInt(4 * PAGE) * 1000n + BigInt(2 * PAGE + 16), 2 * PAGE + 16, 4 * PAGE],
])("the header of the oldest record is read from the %s alone", (_what, consumer, offset, page) => {
  const kernel = new RingKernel(4 * PAGE);
  kernel.set(consumer, consumer + 24n);
  kernel.setHeader(offset, 0x4000_000a);
  expect(readRingPositions(kernel, { id: 7 }, 4 * PAGE)).toEqual({
    consumer,
    producer: consumer + 24n,
    header: 0x4000_000a,
  });
  expect(kernel.mapped.at(-1)).toEqual([page, PAGE]);
  expect(kernel.open.size).toBe(0);
});

test("what a process has written over is no reason to read elsewhere", () => {
  const kernel = new RingKernel(PAGE);
  kernel.set(2n ** 64n - 3n, 77n);
  expect(readRingPositions(kernel, { id: 7 }, PAGE)).toMatchObject({ consumer: 2n ** 64n - 3n, producer: 77n });
});
