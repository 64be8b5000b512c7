import { describe, expect, test } from "vitest";
import { parseBtf } from "../../../src/btf/parse.ts";
import { layoutFromBtf } from "../../../src/schema/from-btf.ts";
import { decodedEvents, type StreamEvent } from "../../../src/stream/decoded-events.ts";
import type { EventBatch } from "../../../src/stream/event-batch.ts";
import { EventEntries, eventShape } from "../../../src/stream/event-entries.ts";
import { type EventSource, newStats } from "../../../src/stream/event-source.ts";
import { BtfBuilder } from "../../helpers/btf-builder.ts";

/** A source that has these events, some at a time, and then waits until it is told to end. */
class ListSource implements EventSource {
  readonly stats = newStats();
  closed = false;
  reads = 0;
  released = 0;
  readonly #events: Buffer[];
  readonly #atOnce: number;
  /** Bytes between events. */
  readonly #gap: number;

  constructor(events: string[], atOnce = 2, gap = 0) {
    this.#events = events.map((hex) => Buffer.from(hex, "hex"));
    this.#atOnce = atOnce;
    this.#gap = gap;
  }

  read(batch: EventBatch): number {
    this.reads += 1;
    batch.count = 0;
    let at = 0;
    for (const event of this.#events.splice(0, this.#atOnce)) {
      batch.bytes.set(event, at);
      batch.at[batch.count] = at;
      batch.length[batch.count] = event.length;
      batch.cpu[batch.count] = 3;
      batch.time[batch.count] = 77n;
      batch.count += 1;
      at += event.length + this.#gap;
      this.stats.received += 1;
    }
    return batch.count;
  }

  release(): void {
    this.released += 1;
  }

  wait(signal: AbortSignal | undefined): Promise<void> {
    return new Promise((resolve) => signal?.addEventListener("abort", () => resolve()));
  }

  [Symbol.dispose](): void {
    this.closed = true;
  }
}

function pairType() {
  const btf = new BtfBuilder();
  const u16 = btf.int("unsigned short", 2);
  const id = btf.struct("pair", 4, [
    { name: "a", type: u16, bitOffset: 0 },
    { name: "b", type: u16, bitOffset: 16 },
  ]);
  return { name: "struct pair", layout: layoutFromBtf(parseBtf(btf.build()), id) };
}

async function take(stream: AsyncIterable<StreamEvent>, count: number): Promise<StreamEvent[]> {
  const events: StreamEvent[] = [];
  for await (const event of stream) {
    events.push(event);
    if (events.length === count) break;
  }
  return events;
}

describe("decodedEvents", () => {
  test("decodes events, and marks those that don't fit their type", async () => {
    const source = new ListSource(["01000200", "0100", "010002000304"]);
    const events = await take(decodedEvents(source, { type: pairType() }), 3);
    expect(events).toEqual([
      { value: { a: 1, b: 2 }, type: "struct pair", fit: "exact", bytes: bytes("01000200") },
      { value: { a: 1, b: null }, type: "struct pair", fit: "short", bytes: bytes("0100") },
      { value: { a: 1, b: 2 }, type: "struct pair", fit: "long", bytes: bytes("010002000304") },
    ]);
    expect(source.closed).toBe(true);
  });

  test("without a type, events are bytes; of a perf event array they have a CPU and a time", async () => {
    const [event] = await take(decodedEvents(new ListSource(["0102"]), { perf: true }), 1);
    expect(event).toEqual({ bytes: bytes("0102"), cpu: 3, timeNs: 77n });
  });

  test("reads no more than is taken", async () => {
    const source = new ListSource(["00", "01", "02", "03", "04", "05"]);
    await take(decodedEvents(source), 1);
    expect(source.reads).toBe(1);
    expect(source.released).toBe(0);
    expect(source.stats.received).toBe(2);
  });

  test("ends and closes the source when its signal is aborted, also while it waits", async () => {
    const source = new ListSource(["00"]);
    const abort = new AbortController();
    const seen: StreamEvent[] = [];
    setTimeout(() => abort.abort(), 20);
    for await (const event of decodedEvents(source, { signal: abort.signal })) seen.push(event);
    expect(seen.length).toBe(1);
    expect(source.closed).toBe(true);
  });
});

describe("EventEntries", () => {
  async function entriesOf(events: string[], perf: boolean, gap = 0): Promise<{ rows: string[]; short: number }> {
    const abort = new AbortController();
    const options = { typeSize: 4, valueSize: 4, neededBytes: 4, perf, signal: abort.signal, onBatch: () => undefined };
    const entries = new EventEntries(new ListSource(events, 1000, gap), options);
    setTimeout(() => abort.abort(), 20);
    const rows: string[] = [];
    const { keySize, valueStride } = eventShape(options);
    for (let batch = await entries.next(); batch !== undefined; batch = await entries.next()) {
      for (let i = 0; i < batch.count; i++) {
        const key = Buffer.from(batch.keys.subarray(i * keySize, (i + 1) * keySize)).toString("hex");
        rows.push(`${key}:${Buffer.from(batch.values.subarray(i * valueStride, i * valueStride + 4)).toString("hex")}`);
      }
    }
    return { rows, short: entries.short };
  }

  test("events as entries without a key; what is too short is counted, what is too long cut", async () => {
    const { rows, short } = await entriesOf(["01020304", "0102", "0102030405060708"], false);
    expect(rows).toEqual([":01020304", ":01020304"]);
    expect(short).toBe(1);
  });

  test("many of one length, as a ring buffer has them, among others", async () => {
    const many = Array.from({ length: 100 }, (_, i) => `000000${(i + 16).toString(16)}`);
    const { rows, short } = await entriesOf([...many, "01", "0102030405", ...many, "01", ...many], false, 12);
    expect(rows).toEqual([...many, "01020304", ...many, ...many].map((hex) => `:${hex}`));
    expect(short).toBe(2);
  });

  test("CPU and time as the key", async () => {
    const { rows } = await entriesOf(["01020304"], true);
    expect(rows).toEqual(["03000000000000004d00000000000000:01020304"]);
  });
});

function bytes(hex: string): Uint8Array {
  return new Uint8Array(Buffer.from(hex, "hex"));
}
