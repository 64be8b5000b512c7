import { parseBtf } from "../../../src/btf/parse.ts";
import type { MapSource } from "../../../src/reader/map-source.ts";
import { openSourceReader } from "../../../src/sdk/reader/make-reader.ts";
import type { Reader } from "../../../src/sdk/reader/reader.ts";
import type { ReaderOptions } from "../../../src/sdk/reader/reader-options.ts";
import { BtfBuilder } from "../../helpers/btf-builder.ts";
import { connectionBtf, connectionBytes } from "../../helpers/connections.ts";
import { type SampleMap, sampleMap } from "../snapshot/sample-maps.ts";

/** A map in memory with the connections 0 to `count` - 1. */
export function connectionsOf(count: number, more: SampleMap = {}): MapSource {
  const { bytes, key, value } = connectionBtf();
  const types = { state: "known", types: parseBtf(bytes), keyTypeId: key, valueTypeId: value } as const;
  const entries = Array.from({ length: count }, (_, i) => [connectionBytes(i).key, connectionBytes(i).value] as const);
  const { info, ...rest } = more;
  return sampleMap({ info: { keySize: 8, valueSize: 32, btfId: 5, ...info }, entries, types, ...rest });
}

/** A per-CPU map in memory with two keys on three CPUs: CPU c of key k has `k * 10 + c` hits. */
export function hitsMap(): MapSource {
  const btf = new BtfBuilder();
  const key = btf.int("unsigned int", 4);
  const value = btf.struct("hits", 8, [{ name: "hits", type: btf.int("unsigned long long", 8), bitOffset: 0 }]);
  const types = { state: "known", types: parseBtf(btf.build()), keyTypeId: key, valueTypeId: value } as const;
  const entries = [0, 1].map((k) => {
    const bytes = Buffer.alloc(24);
    for (let cpu = 0; cpu < 3; cpu++) bytes.writeBigUInt64LE(BigInt(k * 10 + cpu), cpu * 8);
    return [Uint8Array.of(k, 0, 0, 0), new Uint8Array(bytes)] as const;
  });
  const info = { name: "hits", id: 9, type: 5, keySize: 4, valueSize: 8, btfId: 6 };
  return sampleMap({ info, cpus: 3, entries, types });
}

/** A reader of a map in memory. */
export function readerOf(map: MapSource, options: ReaderOptions = {}): Reader {
  return openSourceReader(map, options) as Reader;
}

/** The elements of an asynchronous list. */
export async function all<T>(list: AsyncIterable<T>): Promise<T[]> {
  const found: T[] = [];
  for await (const one of list) found.push(one);
  return found;
}

/** The error that a call throws, or rejects with. */
export async function errorOf(call: () => unknown): Promise<unknown> {
  try {
    await call();
  } catch (error) {
    return error;
  }
  throw new Error("there was no error");
}
