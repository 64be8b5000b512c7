import { describe, expect, test } from "vitest";
import { dialectOf } from "../../../../src/codec/bpftool/dialect.ts";
import type { DialectOptions } from "../../../../src/output/bpftool/dialect-options.ts";
import { lookupInMap } from "../../../../src/output/bpftool/lookup.ts";
import { findMaps } from "../../../../src/reader/find.ts";
import type { Kernel } from "../../../../src/sys/kernel.ts";
import { BtfBuilder } from "../../../helpers/btf-builder.ts";
import { CollectedOutput } from "../../../helpers/collected-output.ts";
import { FakeKernel, fakeMap } from "../../../helpers/fake-kernel.ts";
import { TypedKernel } from "../../../helpers/typed-kernel.ts";

interface Found {
  readonly text: string;
  readonly notes: readonly string[];
  readonly errno: number;
}

async function found(kernel: Kernel, key: string, more: Partial<DialectOptions> = {}): Promise<Found> {
  const [map] = findMaps(kernel, { by: "id", id: 1 });
  if (map === undefined) throw new Error("there is no map");
  using open = map;
  const collected = new CollectedOutput();
  const notes: string[] = [];
  const warn = (line: string): void => void notes.push(line);
  const options: DialectOptions = { style: "plain", dialect: dialectOf("7.8"), warn, ...more };
  const { errno } = await lookupInMap(open, Buffer.from(key, "hex"), options, collected.out);
  return { text: collected.text, notes, errno };
}

const bare = (): FakeKernel => new FakeKernel([fakeMap(2)]);

function typed(value: (btf: BtfBuilder) => number, hex = "0200000000000000"): TypedKernel {
  const btf = new BtfBuilder();
  return new TypedKernel(btf, [{ key: btf.int("u32", 4), value: value(btf), entries: [["01000000", hex]] }]);
}

describe("an entry", () => {
  test.each<[DialectOptions["style"], bare: string, typed: string]>([
    ["plain", "key: 01 00 00 00  value: 03 00 00 00 00 00 00 00\n", '{\n    "key": 1,\n    "value": 2\n}\n'],
    [
      "json",
      '{"key":["0x01","0x00","0x00","0x00"],"value":["0x03","0x00","0x00","0x00","0x00","0x00","0x00","0x00"]}\n',
      '{"key":["0x01","0x00","0x00","0x00"],"value":["0x02","0x00","0x00","0x00","0x00","0x00","0x00","0x00"],"formatted":{"key":1,"value":2}}\n',
    ],
  ])("%s", async (style, withoutTypes, withTypes) => {
    expect(await found(bare(), "01000000", { style })).toEqual({ text: withoutTypes, notes: [], errno: 0 });
    const kernel = typed((b) => b.int("u64", 8));
    expect(await found(kernel, "01000000", { style })).toEqual({ text: withTypes, notes: [], errno: 0 });
  });

  test("with a value that bpftool can't print says so", async () => {
    const { text, notes } = await found(
      typed((b) => b.float("double", 8)),
      "01000000",
      { style: "json" },
    );
    expect(text).toContain('"value":(unsupported-kind)}');
    expect(notes).toEqual([expect.stringContaining('"value" is double')]);
  });

  test("that bpftool 5.10 refuses", async () => {
    const old = { dialect: dialectOf("5.10") };
    const kernel = typed((b) => b.float("double", 8));
    expect(await found(kernel, "01000000", { ...old, style: "json" })).toMatchObject({
      text: '{"error":"failed to get btf"}\n',
      notes: [],
    });
    expect(await found(kernel, "01000000", old)).toMatchObject({ text: "", notes: ["Error: failed to get btf"] });
  });
});

test.each<[DialectOptions["style"], text: string]>([
  ["plain", "key:\n09 00 00 00\n\nNot found\n"],
  ["json", "null\n"],
  ["pretty", "null\n"],
])("no entry, %s", async (style, text) => {
  expect(await found(bare(), "09000000", { style })).toEqual({ text, notes: [], errno: 2 });
});

test("a lookup that the kernel refuses is an error", async () => {
  const kernel = new FakeKernel([fakeMap(1)], (call) => (call === "lookup" ? 95 : undefined));
  await expect(found(kernel, "00000000")).rejects.toThrow(/^look up a key in map id 1 \(fake\): /);
});
