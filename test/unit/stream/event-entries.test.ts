import { describe, expect, test } from "vitest";
import { EbpfMapError } from "../../../src/errors.ts";
import { EventEntries, type EventSizes, entryType, eventShape } from "../../../src/stream/event-entries.ts";
import { findType } from "../../../src/stream/type-library.ts";
import { ListSource } from "../../helpers/list-source.ts";

describe("EventEntries", () => {
  interface Seen {
    readonly rows: string[];
    /** The bytes that are there, of batches that say so. */
    readonly lengths: number[];
    readonly short: number;
    readonly leftOut: number;
    readonly cut: number;
  }

  async function entriesOf(
    events: string[],
    perf: boolean,
    { gap = 0, atOnce = 1000, ...sizes }: Partial<EventSizes> & { gap?: number; atOnce?: number } = {},
  ): Promise<Seen> {
    const abort = new AbortController();
    const size = { typeSize: 4, valueSize: 4, neededBytes: 0, ...sizes };
    const options = { ...size, perf, signal: abort.signal, onBatch: () => undefined };
    const source = new ListSource(events, atOnce, gap);
    // Nothing more comes: all events have been read.
    source.wait = async () => abort.abort();
    const entries = new EventEntries(source, options);
    const rows: string[] = [];
    const lengths: number[] = [];
    const { keySize, valueStride } = eventShape(options);
    for (let batch = await entries.next(); batch !== undefined; batch = await entries.next()) {
      for (let i = 0; i < batch.count; i++) {
        const key = Buffer.from(batch.keys.subarray(i * keySize, (i + 1) * keySize)).toString("hex");
        const value = batch.values.subarray(i * valueStride, i * valueStride + size.valueSize);
        if (batch.lengths !== undefined) lengths.push(batch.lengths[i] as number);
        rows.push(`${key}:${Buffer.from(value).toString("hex")}`);
      }
    }
    const { short, leftOut, cut } = entries;
    return { rows, lengths, short, leftOut, cut };
  }

  test("events as entries without a key; of what is too long only the type's bytes are seen", async () => {
    const { rows, lengths, short } = await entriesOf(["01020304", "0102030405060708"], false);
    expect(rows).toEqual([":01020304", ":01020304"]);
    expect({ lengths, short }).toEqual({ lengths: [], short: 0 });
  });

  test("zeros stand for what a short event lacks, and its length says so", async () => {
    const { rows, lengths, short, leftOut } = await entriesOf(["01020304", "0102", "", "0a0b0c0d0e"], false);
    expect(rows).toEqual([":01020304", ":01020000", ":00000000", ":0a0b0c0d"]);
    expect({ lengths, short, leftOut }).toEqual({ lengths: [4, 2, 0, 4], short: 2, leftOut: 0 });
  });

  test("an event without a byte that is needed is left out and counted", async () => {
    const { rows, short, leftOut } = await entriesOf(["0102", "010203", "01", "01020304"], false, { neededBytes: 2 });
    expect(rows).toEqual([":01020000", ":01020300", ":01020304"]);
    expect({ short, leftOut }).toEqual({ short: 3, leftOut: 1 });
  });

  test("nothing of an event shows in the next one", async () => {
    const { rows } = await entriesOf(["ffffffff", "01", "eeeeee", "02"], false, { atOnce: 1 });
    expect(rows).toEqual([":ffffffff", ":01000000", ":eeeeee00", ":02000000"]);
  });

  test("events that go on behind their type are seen as far as there is room", async () => {
    const events = ["0102030405", "01020304", "0102030405060708", "01"];
    const { rows, lengths, short, cut } = await entriesOf(events, false, { valueSize: 6 });
    expect(rows).toEqual([":010203040500", ":010203040000", ":010203040506", ":010000000000"]);
    expect({ lengths, short, cut }).toEqual({ lengths: [5, 4, 6, 1], short: 1, cut: 1 });
  });

  test("many of one length, as a ring buffer has them, among others", async () => {
    const many = Array.from({ length: 100 }, (_, i) => `000000${(i + 16).toString(16)}`);
    const events = [...many, "01", "0102030405", ...many, "01", ...many];
    const { rows, short } = await entriesOf(events, false, { gap: 12 });
    const seen = [...many, "01000000", "01020304", ...many, "01000000", ...many];
    expect(rows).toEqual(seen.map((hex) => `:${hex}`));
    expect(short).toBe(2);
  });

  test("CPU and time as the key", async () => {
    const { rows } = await entriesOf(["01020304"], true);
    expect(rows).toEqual(["03000000000000004d00000000000000:01020304"]);
  });
});

test("entryType gives an array without a length room, and leaves other types as they are", () => {
  const none = { btfs: () => [], missing: (name: string) => new EbpfMapError("TYPE_INVALID", `no type ${name}`) };
  const { layout } = findType(none, "struct { u32 n; char data[]; }");
  expect(entryType(layout)).toMatchObject({ size: 4 + 16384, fields: [{}, { layout: { length: 16384 } }] });
  const { layout: whole } = findType(none, "struct { u32 n; char data[4]; }");
  expect(entryType(whole)).toBe(whole);
});
