import { expect, test } from "vitest";
import { z } from "zod";
import { entryCodec } from "../../../../src/sdk/reader/entry-codec.ts";
import { type Checks, Rows } from "../../../../src/sdk/reader/rows.ts";
import type { InvalidEntry } from "../../../../src/sdk/reader/validate.ts";
import { sampleMap } from "../../snapshot/sample-maps.ts";

const ENOENT = 2;
const EPERM = 1;

/** Entries whose key and value are one byte each. */
function rows(checks: Partial<Checks> = {}): { rows: Rows; invalid: InvalidEntry[] } {
  const map = sampleMap({ info: { keySize: 1, valueSize: 1 } });
  const byte = (bytes: Uint8Array, _: DataView, at: number): number => bytes[at] ?? -1;
  const codec = entryCodec({ key: byte, value: byte, encodeKey: () => new Uint8Array(1) }, map.shape);
  const invalid: InvalidEntry[] = [];
  const report = (one: InvalidEntry): void => void invalid.push(one);
  return {
    invalid,
    rows: new Rows(map, codec, { key: undefined, value: undefined, onInvalid: "skip", report, ...checks }),
  };
}

function batch(keys: readonly number[], values: readonly number[], errnos?: readonly number[]) {
  const all = { count: keys.length, keys: Uint8Array.from(keys), values: Uint8Array.from(values) };
  return { ...all, errnos: errnos && Int32Array.from(errnos) };
}

test("without schemas every entry is given", () => {
  const { rows: plain } = rows();
  const two = batch([1, 2], [3, 4]);
  expect([plain.entry(two, 0), plain.key(two, 1), plain.value(two, 1)]).toEqual([{ key: 1, value: 3 }, 2, 4]);
  expect(plain.isChecking).toBe(false);
});

test("an entry that vanished is passed over, another errno is an error", () => {
  const { rows: plain } = rows();
  const three = batch([1, 2, 3], [4, 5, 6], [0, ENOENT, EPERM]);
  expect([plain.entry(three, 0), plain.entry(three, 1), plain.value(three, 1)]).toEqual([
    { key: 1, value: 4 },
    undefined,
    undefined,
  ]);
  for (const use of [() => plain.entry(three, 2), () => plain.value(three, 2)]) {
    expect(use).toThrow(expect.objectContaining({ code: "NO_PERMISSION" }));
  }
  expect(plain.key(three, 2)).toBe(3);
});

test("what a schema refuses is passed over, and reported with its bytes", () => {
  const { rows: checked, invalid } = rows({ value: z.number().max(4) });
  const two = batch([1, 2], [4, 5]);
  expect([checked.entry(two, 0), checked.entry(two, 1)]).toEqual([{ key: 1, value: 4 }, undefined]);
  expect(invalid).toMatchObject([{ side: "value", key: 2, bytes: Uint8Array.of(5), issues: [{ path: "value" }] }]);
  expect(checked.isChecking).toBe(true);
});

test('"throw" throws VALUE_INVALID', () => {
  const { rows: checked } = rows({ key: z.number().max(1), onInvalid: "throw" });
  expect(() => checked.entry(batch([2], [0]), 0)).toThrow(expect.objectContaining({ code: "VALUE_INVALID" }));
});

test("keep gives a batch of the entries that the schemas take, values that can't be read included", () => {
  const { rows: checked } = rows({ value: z.number().max(4) });
  const kept = checked.keep(batch([1, 2, 3, 4], [4, 5, 9, 0], [0, 0, EPERM, 0]));
  expect([kept.count, [...kept.keys], [...kept.values]]).toEqual([3, [1, 3, 4], [4, 9, 0]]);
  expect([...(kept.errnos ?? [])]).toEqual([0, EPERM, 0]);
});
