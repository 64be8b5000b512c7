import { expect, test } from "vitest";
import type { BatchMemory, ReadReport } from "../../../../src/reader/entries.ts";
import type { EntryOptions, MapSource } from "../../../../src/reader/map-source.ts";
import { Holdings, Read } from "../../../../src/sdk/reader/read.ts";
import { numbered, type SampleMap, sampleMap } from "../../snapshot/sample-maps.ts";

const FIVE: SampleMap = { entries: numbered(5) };

/** A read of a map, and what its observer was told. */
function reading(sample: SampleMap, options: ConstructorParameters<typeof Read>[1] = {}) {
  const holdings = new Holdings(sampleMap(sample));
  const ends: { report: ReadReport; error: unknown }[] = [];
  const observe = (report: ReadReport, error: unknown): void => void ends.push({ report, error });
  const spent = { read: 0, decode: 0, validate: 0 };
  return { holdings, ends, spent, read: new Read(holdings, options, { watch: { observe, spent } }) };
}

/** Counts of the batches that a read gives until its end. */
function countsOf(read: Read): number[] {
  const counts: number[] = [];
  for (let batch = read.nextSync(); batch !== undefined; batch = read.nextSync()) counts.push(batch.count);
  return counts;
}

test("a read gives every batch, ends by itself, and reports once", () => {
  const { read, ends, spent } = reading(FIVE);
  expect(countsOf(read)).toEqual([2, 2, 1]);
  expect(read.nextSync()).toBeUndefined();
  read.end();
  expect(ends).toMatchObject([{ report: { complete: true, entries: 5 }, error: undefined }]);
  expect(spent.read).toBeGreaterThan(0);
});

test("batches are read into the memory of whoever takes them", () => {
  const map = sampleMap(FIVE);
  const asked: (EntryOptions | undefined)[] = [];
  const entries: MapSource["entries"] = (options) => {
    asked.push(options);
    return map.entries();
  };
  const read = new Read(new Holdings({ ...map, entries }), {});
  const memory: BatchMemory = { buffers: () => ({ keys: new Uint8Array(0), values: new Uint8Array(0) }), abandon() {} };
  read.useMemory(memory);
  expect(asked).toEqual([{ ahead: true }, { ahead: true, memory }]);
  expect(countsOf(read)).toEqual([2, 2, 1]);
});

test.each([
  [
    "an errno",
    { report: { errno: 1, complete: false } },
    { code: "NO_PERMISSION", details: expect.objectContaining({ errno: 1, entries: 5 }) },
  ],
  [
    "a map that kept changing",
    { report: { complete: false, restarts: 9 } },
    { code: "INCOMPLETE", details: expect.objectContaining({ restarts: 9 }) },
  ],
])("%s at the end is an error, never a quiet end", (_, more, expected) => {
  const { read } = reading({ ...FIVE, ...more });
  expect(() => countsOf(read)).toThrow(expect.objectContaining(expected));
});

test("a deadline that has passed is TIMEOUT with the report so far", () => {
  const { read } = reading(FIVE, { timeout: -1 });
  expect(() => read.nextSync()).toThrow(
    expect.objectContaining({ code: "TIMEOUT", message: expect.stringContaining("not done after -1 ms") }),
  );
});

test("a signal is ABORTED, with the signal's reason as the cause", () => {
  const controller = new AbortController();
  const { read } = reading(FIVE, { signal: controller.signal });
  expect(read.nextSync()?.count).toBe(2);
  const reason = new Error("enough");
  controller.abort(reason);
  expect(() => read.nextSync()).toThrow(expect.objectContaining({ code: "ABORTED", cause: reason }));
});

test("a reader that is closed ends its reads with CLOSED, and begins none", () => {
  const { read, holdings } = reading(FIVE);
  expect(read.nextSync()?.count).toBe(2);
  holdings[Symbol.dispose]();
  holdings[Symbol.dispose]();
  expect(() => read.nextSync()).toThrow(expect.objectContaining({ code: "CLOSED" }));
  expect(() => new Read(holdings, {})).toThrow(expect.objectContaining({ code: "CLOSED" }));
});

test("closing disposes of every source under way and of the map, once", () => {
  const disposed: string[] = [];
  const map = sampleMap(FIVE);
  const observed = {
    ...map,
    entries: () => ({ ...map.entries(), [Symbol.dispose]: () => void disposed.push("source") }),
    [Symbol.dispose]: () => void disposed.push("map"),
  };
  const holdings = new Holdings(observed);
  const [first] = [new Read(holdings, {}), new Read(holdings, {})];
  first.end();
  expect(disposed).toEqual(["source"]);
  holdings[Symbol.dispose]();
  expect(disposed).toEqual(["source", "source", "map"]);
});

test.each([
  [{ keySize: 4, valueSize: 8 }, 12],
  [{ keySize: 0, valueSize: 0 }, 1],
])("an entry of %j takes %d bytes", (info, size) => {
  expect(reading({ info }).read.entrySize).toBe(size);
});
