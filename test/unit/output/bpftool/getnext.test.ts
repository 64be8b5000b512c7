import { describe, expect, test } from "vitest";
import { dialectOf } from "../../../../src/codec/bpftool/dialect.ts";
import type { DialectOptions } from "../../../../src/output/bpftool/dialect-options.ts";
import { nextKeyOfMap } from "../../../../src/output/bpftool/getnext.ts";
import { findMaps } from "../../../../src/reader/find.ts";
import { CollectedOutput } from "../../../helpers/collected-output.ts";
import { FakeKernel, type Fault, fakeMap } from "../../../helpers/fake-kernel.ts";

async function printed(key: string | null, style: DialectOptions["style"], fault?: Fault): Promise<string> {
  const [map] = findMaps(new FakeKernel([fakeMap(2)], fault), { by: "id", id: 1 });
  if (map === undefined) throw new Error("there is no map");
  using open = map;
  const collected = new CollectedOutput();
  const options: DialectOptions = { style, dialect: dialectOf("7.8"), warn: () => undefined };
  await nextKeyOfMap(open, key === null ? null : Buffer.from(key, "hex"), options, collected.out);
  return collected.text;
}

test.each<[key: string | null, style: DialectOptions["style"], text: string]>([
  [null, "plain", "key: None\nnext key:\n00 00 00 00\n"],
  ["00000000", "plain", "key:\n00 00 00 00\nnext key:\n01 00 00 00\n"],
  [null, "json", '{"key":null,"next_key":["0x00","0x00","0x00","0x00"]}\n'],
  ["00000000", "json", '{"key":["0x00","0x00","0x00","0x00"],"next_key":["0x01","0x00","0x00","0x00"]}\n'],
  [null, "pretty", '{\n    "key": null,\n    "next_key": ["0x00","0x00","0x00","0x00"\n    ]\n}\n'],
])("behind %s, %s", async (key, style, text) => {
  expect(await printed(key, style)).toBe(text);
});

describe("there is none", () => {
  test("behind the last key", async () => {
    await expect(printed("01000000", "plain")).rejects.toThrow(
      expect.objectContaining({
        code: "KERNEL",
        message: "find the next key of map id 1 (fake): there is none",
        details: { id: 1, errno: 2, errnoName: "ENOENT" },
      }),
    );
  });

  test("where the kernel refuses", async () => {
    const fault: Fault = (call) => (call === "nextKey" ? 95 : undefined);
    await expect(printed(null, "plain", fault)).rejects.toThrow(/^find the next key of map id 1 \(fake\): /);
  });
});
