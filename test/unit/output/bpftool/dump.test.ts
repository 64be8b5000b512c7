import { describe, expect, test } from "vitest";
import { dialectOf } from "../../../../src/codec/bpftool/dialect.ts";
import type { DialectOptions } from "../../../../src/output/bpftool/dialect-options.ts";
import { dumpMaps } from "../../../../src/output/bpftool/dump.ts";
import { findMaps } from "../../../../src/reader/find.ts";
import type { Kernel } from "../../../../src/sys/kernel.ts";
import { BtfBuilder } from "../../../helpers/btf-builder.ts";
import { CollectedOutput } from "../../../helpers/collected-output.ts";
import { FakeKernel, type Fault, fakeMap } from "../../../helpers/fake-kernel.ts";
import { TypedKernel } from "../../../helpers/typed-kernel.ts";

interface Dumped {
  readonly text: string;
  readonly notes: readonly string[];
  readonly errno: number;
}

async function dumped(kernel: Kernel, ids: readonly number[], more: Partial<DialectOptions> = {}): Promise<Dumped> {
  const collected = new CollectedOutput();
  const notes: string[] = [];
  const maps = ids.flatMap((id) => findMaps(kernel, { by: "id", id }));
  const warn = (line: string): void => void notes.push(line);
  const options: DialectOptions = { style: "plain", dialect: dialectOf("7.8"), warn, ...more };
  try {
    const { errno } = await dumpMaps(maps, options, collected.out);
    return { text: collected.text, notes, errno };
  } finally {
    for (const map of maps) map[Symbol.dispose]();
  }
}

function typed(): TypedKernel {
  const btf = new BtfBuilder();
  const ids = { key: btf.int("u32", 4), value: btf.int("u64", 8) };
  const entries = [
    ["01000000", "0200000000000000"],
    ["03000000", "0400000000000000"],
  ] as const;
  return new TypedKernel(
    btf,
    [1, 2].map((id) => ({ ...ids, id, name: "counts", entries })),
  );
}

const bare = (count: number, fault?: Fault): FakeKernel =>
  new FakeKernel(
    [1, 2].map((id) => ({ ...fakeMap(count), info: { ...fakeMap(count).info, id } })),
    fault,
  );

const LINE_0 = "key: 00 00 00 00  value: 00 00 00 00 00 00 00 00\n";
const LINE_1 = "key: 01 00 00 00  value: 03 00 00 00 00 00 00 00\n";

describe("a map without types", () => {
  test.each([
    [0, "Found 0 elements\n"],
    [1, `${LINE_0}Found 1 element\n`],
    [2, `${LINE_0}${LINE_1}Found 2 elements\n`],
  ])("of %i entries is columns", async (count, text) => {
    expect(await dumped(bare(count), [1])).toEqual({ text, notes: [], errno: 0 });
  });

  test("is bytes in JSON", async () => {
    const { text } = await dumped(bare(1), [1], { style: "json" });
    expect(text).toBe(
      '[{"key":["0x00","0x00","0x00","0x00"],"value":["0x00","0x00","0x00","0x00","0x00","0x00","0x00","0x00"]}]\n',
    );
    expect((await dumped(bare(0), [1], { style: "json" })).text).toBe("[]\n");
    expect((await dumped(bare(0), [1], { style: "pretty" })).text).toBe("[]\n");
  });

  test("has a header where it is one of several", async () => {
    expect((await dumped(bare(1), [1, 2])).text).toBe(
      `1: hash  name fake  flags 0x0\n${LINE_0}Found 1 element\n\n2: hash  name fake  flags 0x0\n${LINE_0}Found 1 element\n`,
    );
    expect((await dumped(bare(0), [1, 2], { style: "json" })).text).toBe(
      '[{"id":1,"type":"hash","name":"fake","flags":0,"elements":[]},{"id":2,"type":"hash","name":"fake","flags":0,"elements":[]}]\n',
    );
  });
});

describe("a map with types", () => {
  test("is decoded in plain output, too", async () => {
    expect((await dumped(typed(), [1])).text).toBe(
      '[{\n        "key": 1,\n        "value": 2\n    },{\n        "key": 3,\n        "value": 4\n    }\n]\n',
    );
  });

  test("is decoded behind the bytes in JSON", async () => {
    const { text } = await dumped(typed(), [1], { style: "json" });
    expect(JSON.parse(text)).toMatchObject([{ formatted: { key: 1, value: 2 } }, { formatted: { key: 3, value: 4 } }]);
  });

  test("is one of several as an object", async () => {
    const { text } = await dumped(typed(), [1, 2]);
    expect(JSON.parse(text)).toEqual(
      [1, 2].map((id) => ({
        ...{ id, type: "hash", name: "counts", flags: 0 },
        elements: [
          { key: 1, value: 2 },
          { key: 3, value: 4 },
        ],
      })),
    );
  });

  test("that don't fit is bytes, with a note", async () => {
    const btf = new BtfBuilder();
    const ids = { key: btf.int("u64", 8), value: btf.int("u64", 8) };
    const { text, notes } = await dumped(
      new TypedKernel(btf, [{ ...ids, entries: [["00000000", "00".repeat(8)]] }]),
      [1],
      { style: "json" },
    );
    expect(text).not.toContain("formatted");
    expect(notes).toEqual(["Note: decode map id 1 (map): its key type has 8 bytes, its keys have 4; showing bytes"]);
  });

  test("that bpftool 5.10 refuses is refused", async () => {
    const btf = new BtfBuilder();
    const ids = { key: btf.int("u32", 4), value: btf.float("double", 8) };
    const kernel = new TypedKernel(btf, [{ ...ids, entries: [["00000000", "00".repeat(8)]] }]);
    const old = { dialect: dialectOf("5.10") };
    expect(await dumped(kernel, [1], { ...old, style: "json" })).toEqual({
      text: '{"error":"failed to get btf"}\n',
      notes: [],
      errno: 22,
    });
    expect(await dumped(kernel, [1], old)).toMatchObject({ notes: ["Error: failed to get btf"], errno: 22 });
  });
});

describe("a read that ends early", () => {
  const failing: Fault = (call) => (call === "nextKey" || call === "lookupBatch" ? 1 : undefined);

  test("has its errno and a warning, and no map behind it", async () => {
    const { text, notes, errno } = await dumped(bare(1, failing), [1, 2], { style: "json" });
    expect(errno).toBe(1);
    expect(JSON.parse(text)).toEqual([{ id: 1, type: "hash", name: "fake", flags: 0, elements: [] }]);
    expect(notes).toEqual([expect.stringMatching(/^Warning: read map id 1 \(fake\): /)]);
  });

  test("still has its count in columns", async () => {
    expect((await dumped(bare(1, failing), [1])).text).toBe("Found 0 elements\n");
  });
});

test("progress is told of each batch, and the report at the end", async () => {
  const told: unknown[] = [];
  await dumped(bare(2), [1], {
    observer: {
      progress: (map, entries) => told.push([map.info.id, entries]),
      done: (map, { complete, entries }) => told.push([map.info.id, { complete, entries }]),
    },
  });
  expect(told).toEqual([
    [1, 2],
    [1, { complete: true, entries: 2 }],
  ]);
});

test("a reuseport array whose values are no cookies says that they can't be read", async () => {
  const info = { ...fakeMap(0).info, type: 20, valueSize: 4 };
  const { notes } = await dumped(new FakeKernel([fakeMap(0, { info })]), [1]);
  expect(notes).toEqual(["Warning: cannot read values from reuseport_sockarray map with value_size != 8"]);
});
