import { isDeepStrictEqual } from "node:util";
import type { DecodedValue } from "../../../src/codec/access/value-decoder.ts";
import { NEWEST_DIALECT } from "../../../src/codec/bpftool/dialect.ts";
import { OutputBuffer } from "../../../src/codec/text/output-buffer.ts";
import { ShownText } from "../../../src/codec/text/shown-text.ts";
import { EbpfMapError } from "../../../src/errors.ts";
import { JsonWriter } from "../../../src/output/bpftool/json-writer.ts";
import { JsonEvents } from "../../../src/output/events/json-events.ts";
import { jsonPipe, type PipePrinter, plainPipe } from "../../../src/output/events/pipe-events.ts";
import { TextEvents } from "../../../src/output/events/text-events.ts";
import { type CutDecoder, compileCutDecoder } from "../../../src/stream/cut-decoder.ts";
import { BATCH_EVENTS, EventBatch, RECORD_SAMPLE } from "../../../src/stream/event-batch.ts";
import type { EventSource } from "../../../src/stream/event-source.ts";
import { type EventTypes, parseCases, parseDiscriminator, typesBy } from "../../../src/stream/event-types.ts";
import { openPerfSource } from "../../../src/stream/perf/perf-source.ts";
import { RingMemory } from "../../../src/stream/ring/ring-memory.ts";
import { RingReader } from "../../../src/stream/ring/ring-reader.ts";
import { findType } from "../../../src/stream/type-library.ts";
import { FakeStreamKernel } from "../../helpers/fake-stream-kernel.ts";
import { lostRecord, sampleRecord } from "../../helpers/perf-bytes.ts";
import type { Random } from "../../helpers/random.ts";
import { BUSY, DISCARD, FakeRing } from "../../helpers/ring-bytes.ts";
import { answered } from "../answered.ts";
import { mutate } from "../mutate.ts";
import { mutateText } from "../mutate-text.ts";
import type { Target } from "../target.ts";

const POSITIONS = 16;
const HEADER = 8;
const PAGE = 64;
const TYPES: readonly string[] = [
  "struct { u32 kind; char text[8]; }",
  "u64",
  "struct { u8 a; u16 b[3]; s64 c; }",
  "struct { u32 kind, length; char data[]; }",
  "struct { u8 a; struct { u16 b : 3, c : 13; struct { u8 d; u16 e; } items[]; } f; }",
  "struct { u16 kind; union { u64 wide; u8 raw[40]; struct { u8 x; char y[3]; } pair; }; }",
];
const DISCRIMINATORS: readonly string[] = ["u32@0", "s8@3", "u64@8", "u16@999999"];

/** A ring buffer as it lies in memory, while its producer and its consumer do what they like. */
export const RING: Target = {
  name: "ring buffer",
  input(random) {
    const image = ringImage(random);
    return random.chance(0.2) ? image : mutate(image, random);
  },
  run(input, random) {
    const ring = ringOf(input);
    if (ring === undefined) return false;
    const consume = random.chance(0.4);
    const reader = new RingReader(ring.memory, { consume, from: random.pick(["now", "oldest", "oldest"]) });
    const batch = new EventBatch(PAGE);
    const printed = eventPrinters(random);
    for (let turn = 0; turn < 8; turn++) {
      for (let reads = 0; ; reads++) {
        if (reads > ring.size) throw new Error("reading a ring that stands still does not end");
        const consumer = ring.memory.consumerPosition();
        const limit = random.chance(0.5) ? random.between(1, 9) : BATCH_EVENTS;
        const count = answered(() => reader.read(batch, limit));
        if (count === undefined) return true;
        if (!consume && consumer !== ring.memory.consumerPosition()) throw new Error("a passive reader has written");
        checkBatch(batch, limit);
        checkHeaders(batch);
        printed(batch);
        if (count === 0) break;
      }
      ring.disturb(random);
    }
    printed();
    return reader.stats.received > 0;
  },
};

/** The rings of a perf event array, with whatever was written into them. */
export const PERF: Target = {
  name: "perf events",
  input(random) {
    const records = Buffer.concat(Array.from({ length: random.between(1, 40) }, () => perfRecord(random)));
    return random.chance(0.2) ? records : mutate(records, random);
  },
  run(input, random) {
    const kernel = new FakeStreamKernel([0, 1]);
    const options = { slots: "online", pages: 1, ordered: random.chance(0.7), pollMs: 20 } as const;
    using source = openPerfSource(kernel, { id: 5 }, { id: 5, type: 4, maxEntries: 2, mapFlags: 0 }, options);
    const printed = pipePrinters(random);
    for (let at = 0; at < input.length; ) {
      const cpu = random.below(2);
      const length = Math.min(random.pick([8, 24, 200, 4096]), 4096 - kernel.unread(cpu));
      if (length === 0) throw new Error("a reader leaves its ring full for ever");
      kernel.write(cpu, input.subarray(at, at + length));
      at += length;
      kernel.now += 10n ** 9n;
      drain(source, random, printed);
    }
    kernel.now = 2n ** 64n;
    drain(source, random, printed);
    printed();
    return source.stats.received > 0;
  },
};

/** What options say of the types of events. */
export const EVENT_TYPES: Target = {
  name: "event types",
  input(random) {
    const cases = Array.from({ length: random.between(1, 4) }, (_, i) => `${i}=${random.pick(TYPES)}`).join(",");
    return Buffer.from(mutateText(random.chance(0.3) ? random.pick(DISCRIMINATORS) : cases, random), "utf8");
  },
  run(input, random) {
    const text = Buffer.from(input).toString("utf8");
    const discriminator = answered(() => parseDiscriminator(text));
    const types = answered(() => typesOf(random.pick(DISCRIMINATORS), text));
    if (types !== undefined) types.indexOf(new EventBatch(random.below(64)), 0);
    return (discriminator ?? types) !== undefined;
  },
};

/** Records one after the other, in a ring of which they may fill more than a round. */
function ringImage(random: Random): Uint8Array {
  const size = 2 ** random.between(6, 11);
  const start = random.pick([0n, 0n, BigInt(8 * random.below(4096)), 2n ** 64n - BigInt(8 * random.below(size))]);
  const ring = new FakeRing(size, { start });
  for (let records = random.below(40); records > 0; records--) {
    const room = size - Number(BigInt.asUintN(64, ring.producer - ring.consumer));
    const data = random.bytes(random.below(64));
    if (data.length + 2 * HEADER > room) {
      if (random.chance(0.7)) break;
      ring.consumer = ring.producer;
    }
    if (data.length + 2 * HEADER <= size) ring.write(data, random.pick([0, 0, 0, 0, DISCARD, BUSY]));
  }
  const positions = BigUint64Array.of(ring.consumer, ring.producer);
  return Buffer.concat([new Uint8Array(positions.buffer), ring.data()]);
}

interface HostileRing {
  readonly size: number;
  readonly memory: RingMemory;
  /** Changes a position, or some of the data. */
  disturb(random: Random): void;
}

function ringOf(input: Uint8Array): HostileRing | undefined {
  const size = 2 ** Math.floor(Math.log2(input.length - POSITIONS));
  if (!(size >= PAGE)) return undefined;
  const consumer = new BigUint64Array(PAGE / 8);
  const rest = new Uint8Array(PAGE + 2 * size);
  const producer = new BigUint64Array(rest.buffer, 0, 1);
  const positions = new DataView(input.buffer, input.byteOffset, POSITIONS);
  consumer[0] = positions.getBigUint64(0, true);
  producer[0] = positions.getBigUint64(8, true);
  const put = (at: number, bytes: Uint8Array): void => {
    for (const [i, byte] of bytes.entries()) {
      rest[PAGE + ((at + i) % size)] = byte;
      rest[PAGE + size + ((at + i) % size)] = byte;
    }
  };
  put(0, input.subarray(POSITIONS, POSITIONS + size));
  return {
    size,
    memory: new RingMemory(consumer.buffer, rest.buffer, PAGE, size),
    disturb(random) {
      const forward = BigInt(8 * random.below(size / 4));
      if (random.chance(0.6)) producer[0] = BigInt.asUintN(64, (producer[0] ?? 0n) + forward);
      else if (random.chance(0.5)) consumer[0] = producer[0] ?? 0n;
      else if (random.chance(0.2)) consumer[0] = BigInt(random.u32());
      if (random.chance(0.5)) put(8 * random.below(size / 8), random.bytes(random.pick([1, 4, 8])));
    },
  };
}

function perfRecord(random: Random): Uint8Array {
  const time = BigInt(random.u32()) * BigInt(random.pick([0, 1, 1000]));
  if (random.chance(0.1)) return lostRecord(BigInt(random.u32()));
  if (random.chance(0.1)) return Uint8Array.of(5, 0, 0, 0, 0, 0, 16, 0, 1, 2, 3, 4, 5, 6, 7, 8);
  return sampleRecord(time, Buffer.from(random.bytes(random.below(60))).toString("latin1"));
}

function drain(source: EventSource, random: Random, printed: (batch: EventBatch) => void): void {
  const batch = new EventBatch(PAGE);
  for (let reads = 0; ; reads++) {
    if (reads > 4096) throw new Error("reading rings that stand still does not end");
    const limit = random.chance(0.5) ? random.between(1, 9) : BATCH_EVENTS;
    if (source.read(batch, limit) === 0) break;
    checkBatch(batch, limit);
    printed(batch);
  }
  source.release();
}

function checkBatch(batch: EventBatch, limit: number): void {
  if (batch.count > limit) throw new Error(`${batch.count} events where ${limit} were asked for`);
  for (let i = 0; i < batch.count; i++) {
    const [at, length] = [batch.at[i] ?? 0, batch.length[i] ?? 0];
    if (at < HEADER || at + length > batch.bytes.length) throw new Error(`event ${i} is not within its batch`);
  }
}

/** Of a ring buffer: each event stands behind a header that says its length, behind the event before. */
function checkHeaders({ count, at, length, view }: EventBatch): void {
  let end = 0;
  for (let i = 0; i < count; i++) {
    const [from, bytes] = [at[i] ?? 0, length[i] ?? 0];
    if (from < end + HEADER || view.getUint32(from - HEADER, true) !== bytes) throw new Error(`event ${i} is torn`);
    end = from + bytes;
  }
}

/**
 * Prints batches as text and as JSON, which must be sound, and say what decoding the same events gives; called without
 * one, it ends.
 */
function eventPrinters(random: Random): (batch?: EventBatch) => void {
  const { out, text: printed } = collector();
  const types = typesOf(random.pick(DISCRIMINATORS), TYPES.map((type, i) => `${i}=${type}`).join(","));
  const form = { types, perf: random.chance(0.5), int64: "string", enums: "name", render: () => undefined } as const;
  const json = new JsonEvents(out, { ...form, shape: "lines" });
  const text = new TextEvents(new OutputBuffer(() => undefined, { capacity: 64 }), form.perf);
  const decode = { int64: "string", enums: "name", chars: "text" } as const;
  const decoders = types.all.map(({ layout }) => compileCutDecoder(layout, decode));
  const values: (DecodedValue | undefined)[] = [];
  return (batch) => {
    for (let i = 0; i < (batch?.count ?? 0); i++) {
      values.push(decoded(decoders, types, batch as EventBatch, i));
      json.print(batch as EventBatch, i);
      text.print(batch as EventBatch, i);
    }
    if (batch !== undefined) return;
    json.end();
    for (const [i, line] of printed().split("\n").slice(0, -1).entries()) {
      const { value } = JSON.parse(line) as { value?: unknown };
      if (!isDeepStrictEqual(value, values[i]))
        throw new Error(`event ${i} is printed as ${line} and decoded otherwise`);
    }
  };
}

function decoded(
  decoders: readonly CutDecoder[],
  types: EventTypes,
  batch: EventBatch,
  i: number,
): DecodedValue | undefined {
  return decoders[types.indexOf(batch, i)]?.(batch.bytes, batch.view, batch.at[i] ?? 0, batch.length[i] ?? 0);
}

/** An output that is kept, and in which nothing is lost. */
function collector(): { out: OutputBuffer; text: () => string } {
  const chunks: Buffer[] = [];
  const out = new OutputBuffer((bytes) => void chunks.push(Buffer.from(bytes)), {
    capacity: 64,
    shown: new ShownText("escape"),
  });
  const text = (): string => {
    out.flush();
    return Buffer.concat(chunks).toString("utf8");
  };
  return { out, text };
}

/** Prints records as bpftool does, and samples as events. */
function pipePrinters(random: Random): (batch?: EventBatch) => void {
  const { out, text: document } = collector();
  const printers: readonly PipePrinter[] = [
    jsonPipe(new JsonWriter(out, NEWEST_DIALECT, random.chance(0.5))),
    plainPipe(new OutputBuffer(() => undefined, { capacity: 64 })),
  ];
  const events = eventPrinters(random);
  return (batch) => {
    if (batch === undefined) {
      for (const printer of printers) printer.end();
      JSON.parse(document());
      events();
      return;
    }
    for (let i = 0; i < batch.count; i++) for (const printer of printers) printer.print(batch, i, undefined);
    if (batch.type.subarray(0, batch.count).every((type) => type === RECORD_SAMPLE)) events(batch);
  };
}

function typesOf(by: string, cases: string): EventTypes {
  const none = { btfs: () => [], missing: (name: string) => new EbpfMapError("TYPE_INVALID", `no type ${name}`) };
  const found = parseCases(cases).map(({ value, name }) => ({ value, type: findType(none, name) }));
  return typesBy(parseDiscriminator(by), found);
}
