import { describe, expect, test } from "vitest";
import { parseBtf } from "../../../src/btf/parse.ts";
import { layoutFromBtf } from "../../../src/schema/from-btf.ts";
import { decodedEvents, type StreamEvent } from "../../../src/stream/decoded-events.ts";
import { BtfBuilder } from "../../helpers/btf-builder.ts";
import { ListSource } from "../../helpers/list-source.ts";

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

function bytes(hex: string): Uint8Array {
  return new Uint8Array(Buffer.from(hex, "hex"));
}
