import { performance } from "node:perf_hooks";
import * as generated from "../../golden/generated/connections.ts";
import { compileValueDecoder, type ValueDecoder } from "../../src/codec/value-decoder.ts";
import { openMap, type Reader } from "../../src/index.ts";
import { generatedLayouts } from "../helpers/generated-layouts.ts";
import { Random } from "../helpers/random.ts";
import { referenceMap } from "./reference-map.ts";

/**
 * What the SDK costs on the reference map: entries a second in each form, and the longest time for which the asynchronous
 * one held up the event loop. Root; `node test/run.mjs test/bench/sdk.ts`.
 */
const ENTRIES = 1_000_000;
const ROUNDS = 5;

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}

function rate(count: number, milliseconds: number): string {
  return `${Math.round(count / milliseconds)}k entries/s`;
}

/** The longest time between two turns of the event loop while `work` goes on. */
async function longestStall(work: () => Promise<unknown>): Promise<number> {
  let last = performance.now();
  let longest = 0;
  let running = true;
  const turn = (): void => {
    const now = performance.now();
    longest = Math.max(longest, now - last);
    last = now;
    if (running) setImmediate(turn);
  };
  setImmediate(turn);
  await work();
  running = false;
  return longest;
}

async function forms(reader: Reader<unknown, unknown>): Promise<void> {
  for (let round = 0; round < ROUNDS; round++) {
    let count = 0;
    const from = performance.now();
    for (const _ of reader.entriesSync()) count += 1;
    const between = performance.now();
    const stall = await longestStall(async () => {
      for await (const _ of reader.entries()) count += 1;
    });
    const sync = rate(ENTRIES, between - from);
    say(
      `sync ${sync}, async ${rate(count - ENTRIES, performance.now() - between)}, longest stall ${stall.toFixed(1)} ms`,
    );
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
decoders();
