import { parseBtf } from "../../src/btf/parse.ts";
import { bytesFromText } from "../../src/bytes.ts";
import type { MapSource } from "../../src/reader/map-source.ts";
import { type SampleMap, sampleMap } from "../unit/snapshot/sample-maps.ts";
import { BtfBuilder } from "./btf-builder.ts";
import { CONNECTION, connectionBtf, connectionBytes } from "./connections.ts";

/** A typed map of connections 0 to `count` - 1. */
export function connectionsSample(count: number, more: SampleMap = {}): MapSource {
  const { bytes, key, value } = connectionBtf();
  return sampleMap({
    ...more,
    batch: 512,
    info: { ...CONNECTION, name: "conns", maxEntries: Math.max(1, count), ...more.info },
    types: { state: "known", types: parseBtf(bytes), keyTypeId: key, valueTypeId: value },
    entries: Array.from({ length: count }, (_, i) => {
      const entry = connectionBytes(i % 0xffff);
      new DataView(entry.key.buffer).setUint32(0, i, true);
      new DataView(entry.value.buffer).setBigUint64(0, BigInt(i), true);
      return [entry.key, entry.value] as const;
    }),
  });
}

/** Texts that a page must not obey. */
export const HOSTILE: readonly string[] = [
  "<img src=x onerror=document.title='owned'>",
  "</script><script>document.title='owned'</script>",
  "\u001b]0;owned\u0007\u202egnp.exe",
  "<!--<script>",
  "x".repeat(10_000),
];

const ROOM = 10_240;

/** A map whose name, members and values are such texts. */
export function hostileSample(): MapSource {
  const btf = new BtfBuilder();
  const key = btf.int("unsigned int", 4);
  const text = btf.array(btf.signed("char", 1), ROOM);
  const byte = btf.int("unsigned char", 1);
  const value = btf.struct("<b>struct</b>", ROOM + 2, [
    { name: "text", type: text, bitOffset: 0 },
    { name: "<script>document.title='owned'</script>", type: byte, bitOffset: ROOM * 8 },
    { name: "\u202e__proto__", type: byte, bitOffset: (ROOM + 1) * 8 },
  ]);
  return sampleMap({
    info: { id: 66, name: "</title><i>&amp;", keySize: 4, valueSize: ROOM + 2, maxEntries: 10 },
    types: { state: "known", types: parseBtf(btf.build()), keyTypeId: key, valueTypeId: value },
    entries: HOSTILE.map((one, i) => {
      const bytes = new Uint8Array(ROOM + 2);
      bytes.set(bytesFromText(one));
      return [Uint8Array.of(i, 0, 0, 0), bytes] as const;
    }),
  });
}

/** Whole numbers at the edges of their types: those that a JavaScript number can't hold are among them. */
export const WIDE_NUMBERS: readonly bigint[] = [0n, 2n ** 53n + 1n, 2n ** 63n, 2n ** 64n - 1n];

/** A map of u64 by u32. */
export function numbersSample(id: number, numbers: readonly bigint[], more: SampleMap = {}): MapSource {
  const btf = new BtfBuilder();
  const key = btf.int("unsigned int", 4);
  const value = btf.typedef("u64", btf.int("unsigned long long", 8));
  return sampleMap({
    ...more,
    info: { id, name: "numbers", keySize: 4, valueSize: 8, maxEntries: 8, ...more.info },
    types: { state: "known", types: parseBtf(btf.build()), keyTypeId: key, valueTypeId: value },
    entries: numbers.map((number, i) => {
      const bytes = new Uint8Array(8);
      new DataView(bytes.buffer).setBigUint64(0, number, true);
      return [Uint8Array.of(i, 0, 0, 0), bytes] as const;
    }),
  });
}

/** A map of histograms: 8 slots for each key. */
export function slotsSample(id: number): MapSource {
  const btf = new BtfBuilder();
  const key = btf.int("unsigned int", 4);
  const u64 = btf.int("unsigned long long", 8);
  const value = btf.struct("hist", 64, [{ name: "slots", type: btf.array(u64, 8), bitOffset: 0 }]);
  const counts = [0n, 0n, 3n, 2n ** 63n, 12n, 0n, 1n, 0n];
  const bytes = new Uint8Array(64);
  for (const [i, count] of counts.entries()) new DataView(bytes.buffer).setBigUint64(i * 8, count, true);
  return sampleMap({
    info: { id, name: "hists", keySize: 4, valueSize: 64, maxEntries: 8 },
    types: { state: "known", types: parseBtf(btf.build()), keyTypeId: key, valueTypeId: value },
    entries: [[Uint8Array.of(1, 0, 0, 0), bytes]],
  });
}
