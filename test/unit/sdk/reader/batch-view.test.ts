import { expect, test } from "vitest";
import { BatchView } from "../../../../src/sdk/reader/batch-view.ts";
import { entryCodec, layoutCodecs } from "../../../../src/sdk/reader/entry-codec.ts";
import { sampleMap } from "../../snapshot/sample-maps.ts";

const { shape } = sampleMap();
const DECODE = { int64: "bigint", enums: "name", chars: "bpftool" } as const;

/** A view of two entries in buffers that have room for three. */
function viewOfTwo(errnos?: Int32Array): BatchView<Uint8Array, Uint8Array> {
  const keys = Uint8Array.from({ length: 12 }, (_, i) => i);
  const values = Uint8Array.from({ length: 24 }, (_, i) => 100 + i);
  return new BatchView(
    { count: 2, keys, values, errnos },
    shape,
    entryCodec(layoutCodecs(undefined, shape, DECODE), shape),
  );
}

test("a batch shows its entries, and nothing behind them", () => {
  const view = viewOfTwo();
  const { count, keySize, valueSize, valueStride } = view;
  expect({ count, keySize, valueSize, valueStride }).toEqual({ count: 2, keySize: 4, valueSize: 8, valueStride: 8 });
  expect([view.keys.length, view.values.length]).toEqual([8, 16]);
  expect([view.keyView.getUint32(4, true), view.valueView.getUint8(15)]).toEqual([0x0706_0504, 115]);
  expect([[...view.key(1)], [...view.value(0)]]).toEqual([
    [4, 5, 6, 7],
    [100, 101, 102, 103, 104, 105, 106, 107],
  ]);
});

test("the errno of each entry", () => {
  expect([0, 1].map((i) => viewOfTwo(Int32Array.of(0, 2)).errno(i))).toEqual([0, 2]);
  expect([0, 1].map((i) => viewOfTwo().errno(i))).toEqual([0, 0]);
});

test.each([2, -1, 0.5, Number.NaN])("there is no entry %d", (i) => {
  const view = viewOfTwo();
  for (const take of [() => view.key(i), () => view.value(i), () => view.errno(i)])
    expect(take).toThrow(expect.objectContaining({ code: "USAGE", details: { count: 2 } }));
});

test("a batch whose buffers have been written over is refused", () => {
  const view = viewOfTwo();
  BatchView.expire(view);
  for (const use of [() => view.keys, () => view.valueView, () => view.key(0), () => view.errno(0)])
    expect(use).toThrow(expect.objectContaining({ code: "STALE_BATCH" }));
  expect(view.count).toBe(2);
});
