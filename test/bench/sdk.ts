import { readFileSync } from "node:fs";
import { performance } from "node:perf_hooks";
import * as generated from "../../golden/generated/connections.ts";
import { compileValueDecoder, type ValueDecoder } from "../../src/codec/access/value-decoder.ts";
import { openMap, type Reader } from "../../src/index.ts";
import { generatedLayouts } from "../helpers/generated-layouts.ts";
import { Random } from "../helpers/random.ts";
import { referenceMap } from "./reference-map.ts";

/**
 * What the SDK costs on the reference map: entries a second in each form, and the longest time for which the
 * asynchronous one held up the event loop. Root; `node test/run.mjs test/bench/sdk.ts`.
 */
const ENTRIES = 1_000_000;
const ROUNDS = 5;
/** Of the slow formats (yaml, table) one is enough. */
const STREAMED = ["ndjson", "bpftool-pretty", "csv"] as const;

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}

function rate(count: number, milliseconds: number): string {
  return `${Math.round(count / milliseconds)}k entries/s`;
}

/** Milliseconds that this thread has waited for a CPU that others had, as the scheduler counts them. */
function waited(): number {
  const [, nanoseconds] = readFileSync("/proc/thread-self/schedstat", "latin1").split(" ");
  return Number(nanoseconds) / 1e6;
}

/**
 * The longest times between two turns of the event loop while `work` goes on: in all, and without waiting for a CPU.
 */
async function longestStalls(work: () => Promise<unknown>): Promise<string> {
  let last = performance.now();
  let lastWaited = waited();
  const longest = { all: 0, own: 0 };
  let running = true;
  const turn = (): void => {
    const stall = performance.now() - last;
    longest.all = Math.max(longest.all, stall);
    longest.own = Math.max(longest.own, stall - (waited() - lastWaited));
    lastWaited = waited();
    last = performance.now();
    if (running) setImmediate(turn);
  };
  setImmediate(turn);
  await work();
  running = false;
  return `longest stall ${longest.all.toFixed(1)} ms (${longest.own.toFixed(1)} ms without waiting for a CPU)`;
}

async function forms(reader: Reader<unknown, unknown>): Promise<void> {
  for (let round = 0; round < ROUNDS; round++) {
    let count = 0;
    const from = performance.now();
    for (const _ of reader.entriesSync()) count += 1;
    const between = performance.now();
    const stalls = await longestStalls(async () => {
      for await (const _ of reader.entries()) count += 1;
    });
    const sync = rate(ENTRIES, between - from);
    say(`sync ${sync}, async ${rate(count - ENTRIES, performance.now() - between)}, ${stalls}`);
  }
}

async function streams(reader: Reader<unknown, unknown>): Promise<void> {
  for (const format of STREAMED) {
    let bytes = 0;
    const from = performance.now();
    const stalls = await longestStalls(async () => {
      for await (const chunk of reader.toReadable({ format })) bytes += (chunk as Uint8Array).length;
    });
    const seconds = (performance.now() - from) / 1000;
    say(`toReadable ${format}: ${(bytes / 1e6 / seconds).toFixed(0)} MB/s, ${stalls}`);
  }
}

function decoders(): void {
  const { value } = generatedLayouts("connections");
  const count = 100_000;
  const bytes = new Random(1).bytes(count * value.size);
  const view = new DataView(bytes.buffer);
  const run = (decode: ValueDecoder): number => {
    const from = performance.now();
    for (let i = 0; i < count; i++) decode(bytes, view, i * value.size);
    return performance.now() - from;
  };
  const compiled = compileValueDecoder(value);
  for (let round = 0; round < ROUNDS; round++) {
    say(
      `compiled ${rate(count, run(compiled))}, generated ${rate(count, run(generated.decodeValue as unknown as ValueDecoder))}`,
    );
  }
}

using map = referenceMap(ENTRIES);
using reader = openMap({ fd: map.number });
await forms(reader);
await streams(reader);
decoders();
