import { Fd } from "../../src/sys/fd.ts";
import type { MapInfo } from "../../src/sys/info.ts";
import type { BtfBuilder } from "./btf-builder.ts";
import { FakeKernel, type FakeMap, fakeMap } from "./fake-kernel.ts";

/** A map in memory whose entries are given in hexadecimal. */
export interface TypedMap {
  /** 1, a hash map, unless it is said. */
  readonly type?: number;
  readonly id?: number;
  readonly name?: string;
  /** Type ids; 0 for a map without typed keys, or without types. */
  readonly key: number;
  readonly value: number;
  readonly entries: readonly (readonly [key: string, value: string])[];
  /** Of a map on two CPUs, whose values in `entries` are both slots. */
  readonly valueSize?: number;
}

/** A kernel in memory with maps of the types that a test has made. */
export class TypedKernel extends FakeKernel {
  readonly #btf: Uint8Array;

  constructor(btf: BtfBuilder, maps: readonly TypedMap[]) {
    super(maps.map(fakeOf));
    this.#btf = btf.build();
  }

  override openBtf(): Fd {
    return new Fd(1, () => undefined);
  }

  override btfBytes(): Uint8Array {
    return this.#btf;
  }
}

function fakeOf({ type = 1, id = 1, name = "map", key, value, entries, valueSize }: TypedMap): FakeMap {
  const buckets = entries.map(([k, v]) => [{ key: bytesOf(k), value: bytesOf(v) }]);
  const [first] = buckets.flat();
  const sizes = { keySize: first?.key.length ?? 4, valueSize: valueSize ?? first?.value.length ?? 8 };
  const types: Partial<MapInfo> = value === 0 ? {} : { btfId: 1, btfKeyTypeId: key, btfValueTypeId: value };
  const info = { ...fakeMap(0).info, type, id, name, ...sizes, maxEntries: Math.max(1, entries.length), ...types };
  return { ...fakeMap(0), info, buckets };
}

function bytesOf(hex: string): Uint8Array {
  return Uint8Array.from(Buffer.from(hex.replaceAll(" ", ""), "hex"));
}
