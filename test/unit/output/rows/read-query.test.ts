import { describe, expect, test } from "vitest";
import { readQuery } from "../../../../src/output/rows/read-query.ts";
import type { RowWriter } from "../../../../src/output/rows/row-writer.ts";
import { compileQuery } from "../../../../src/query/query.ts";
import type { ReadReport } from "../../../../src/reader/entries.ts";
import { findMaps } from "../../../../src/reader/find.ts";
import type { MapSource } from "../../../../src/reader/map-source.ts";
import { OneBatch } from "../../../../src/reader/one-batch.ts";
import { mapView } from "../../../../src/reader/views/map-view.ts";
import type { Kernel } from "../../../../src/sys/kernel.ts";
import { FakeKernel, fakeMap } from "../../../helpers/fake-kernel.ts";
import { type Asked, specOf } from "../../query/run-query.ts";
import { layoutOf } from "../../query/typed-rows.ts";

/** What a read calls, in order. */
class Calls implements RowWriter {
  readonly all: string[] = [];

  begin(): void {
    this.all.push("begin");
  }

  write({ count }: { readonly count: number }): void {
    this.all.push(`write ${count}`);
  }

  end(): void {
    this.all.push("end");
  }
}

interface Read {
  readonly calls: readonly string[];
  readonly notes: readonly string[];
  readonly report?: ReadReport;
  readonly error?: unknown;
}

async function read(map: MapSource, asked: Asked = {}, key = "u32"): Promise<Read> {
  const writer = new Calls();
  const notes: string[] = [];
  const entryTypes = { key: layoutOf(key), value: layoutOf("u64"), untyped: undefined };
  const query = compileQuery(specOf(asked), { entryTypes, shape: map.shape });
  const also = async (): Promise<void> => void writer.all.push("also");
  const done = (_map: MapSource, { complete, entries }: ReadReport): void =>
    void writer.all.push(`done ${entries}${complete ? "" : " incomplete"}`);
  try {
    const report = await readQuery(map, query, writer, { also, done, note: (line) => notes.push(line) });
    return { calls: writer.all, notes, report };
  } catch (error) {
    return { calls: writer.all, notes, error };
  }
}

function mapOf(kernel: Kernel): MapSource {
  const [map] = findMaps(kernel, { by: "id", id: 1 });
  if (map === undefined) throw new Error("there is no map");
  return map;
}

const counts = (count: number): MapSource => mapOf(new FakeKernel([fakeMap(count)]));

describe("a read that comes to its end", () => {
  test.each<[count: number, Asked, calls: readonly string[]]>([
    [2, {}, ["begin", "write 2", "also", "done 2", "end"]],
    [0, {}, ["done 0", "begin", "end"]],
    [3, { where: "key == 1u" }, ["begin", "write 1", "also", "done 3", "end"]],
    [3, { where: "false" }, ["done 3", "begin", "end"]],
  ])("of %i entries, %j", async (count, asked, calls) => {
    using map = counts(count);
    expect((await read(map, asked)).calls).toEqual(calls);
  });

  test("because the query has enough is complete", async () => {
    using map = counts(3);
    const { calls } = await read(map, { limit: 1 });
    expect(calls.filter((call) => call.startsWith("done"))).toEqual([expect.not.stringContaining("incomplete")]);
  });
});

describe("a read that fails", () => {
  test("is an error, and nothing is begun", async () => {
    using map = mapOf(
      new FakeKernel([fakeMap(1)], (call) => (call === "nextKey" || call === "lookupBatch" ? 1 : undefined)),
    );
    const { calls, error } = await read(map);
    expect(error).toMatchObject({ message: expect.stringMatching(/^read map id 1 \(fake\): /) });
    expect(calls).toEqual(["done 0 incomplete"]);
  });

  test("in all of its values is an error", async () => {
    using map = counts(1);
    const batch = { count: 2, keys: new Uint8Array(8), values: new Uint8Array(16), errnos: Int32Array.of(95, 95) };
    const { calls, error } = await read(mapView(map, { entries: () => new OneBatch(batch) }, "borrowed"));
    expect(error).toMatchObject({ message: expect.stringContaining("map id 1 (fake)") });
    expect(calls.at(-1)).toBe("end");
  });

  test.each<[string, readonly number[]]>([
    ["some of its values", [0, 95]],
    ["values that are gone", [2, 2]],
  ])("in %s is none", async (_name, errnos) => {
    using map = counts(1);
    const batch = { count: 2, keys: new Uint8Array(8), values: new Uint8Array(16), errnos: Int32Array.from(errnos) };
    expect((await read(mapView(map, { entries: () => new OneBatch(batch) }, "borrowed"))).error).toBeUndefined();
  });
});

describe("bytes behind the NUL of a key", () => {
  const keys = (hex: string): Uint8Array => Uint8Array.from(Buffer.from(hex, "hex"));

  test.each<[hex: string, notes: readonly unknown[]]>([
    ["6100000062000000", []],
    [
      "6100000061000001",
      [
        'Note: map id 1 (fake): keys have bytes behind the NUL of `key`, by which keys that look the same differ (--render key=hex shows them; --key takes {"$hex":"…"} in place of the text)',
      ],
    ],
  ])("%s", async (hex, notes) => {
    using map = counts(1);
    const batch = { count: 2, keys: keys(hex), values: new Uint8Array(16), errnos: undefined };
    const view = mapView(map, { entries: () => new OneBatch(batch) }, "borrowed");
    expect((await read(view, {}, "char[4]")).notes).toEqual(notes);
  });
});
