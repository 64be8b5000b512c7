import { describe, expect, it, test } from "vitest";
import { plainBreaks } from "../../../../src/codec/bpftool/entry-program.ts";
import type { BtfBuilder } from "../../../helpers/btf-builder.ts";
import { type EncodeOptions, encodedEntries, type HexEntry } from "../../../helpers/encoded-entries.ts";

describe("entries without types", () => {
  it.each<[string, readonly HexEntry[], EncodeOptions, string]>([
    ["json", [{ key: "01", value: "0aff" }], {}, '{"key":["0x01"],"value":["0x0a","0xff"]}'],
    ["plain", [{ key: "01", value: "0aff" }], { style: "plain" }, "key: 01  value: 0a ff\n"],
    [
      "pretty",
      [{ key: "01", value: "0a" }],
      { style: "pretty" },
      '{\n        "key": ["0x01"\n        ],\n        "value": ["0x0a"\n        ]\n    }',
    ],
    ["an error", [{ key: "01", value: "00", errno: 524 }], {}, '{"key":["0x01"],"value":{"error":"errno 524"}}'],
    ["an error, plain", [{ key: "01", value: "00", errno: 7 }], { style: "plain" }, "key: 01  value: errno 7\n"],
    [
      "per CPU",
      [{ key: "01", value: `0a${"00".repeat(7)}0b${"00".repeat(7)}` }],
      { type: 5, style: "plain" },
      "key:\n01\nvalue (CPU 00): 0a 00 00 00 00 00 00 00\nvalue (CPU 01): 0b 00 00 00 00 00 00 00\n",
    ],
    [
      "a map of maps",
      [{ key: "01", value: "29000000" }],
      { type: 13 },
      '{"key":["0x01"],"value":["0x29","0x00","0x00","0x00"],"inner_map_id":41}',
    ],
    [
      "a map of maps before 7.3",
      [{ key: "01", value: "29000000" }],
      { type: 13, version: "7.1", style: "plain" },
      "key: 01  value: 29 00 00 00\n",
    ],
  ])("%s", (_name, entries, options, expected) => {
    expect(encodedEntries(undefined, entries, options).text).toBe(expected);
  });

  it("breaks lines where bpftool does", () => {
    const hex = (length: number): string => "ab".repeat(length);
    const line = (length: number): string => Array.from({ length }, () => "ab").join(" ");
    expect(encodedEntries(undefined, [{ key: hex(12), value: hex(13) }], { style: "plain" }).text).toBe(
      `key: ${line(8)}  ${line(4)}\nvalue: ${line(8)}  ${line(5)}\n`,
    );
    expect(encodedEntries(undefined, [{ key: hex(1), value: hex(17) }], { style: "plain" }).text).toBe(
      `key:\nab\nvalue:\n${line(8)}  ${line(8)}\nab\n`,
    );
  });
});

describe("entries with types", () => {
  const typed = (b: BtfBuilder) => ({ key: b.int("u8", 1), value: b.int("u16", 2) });
  const global = (b: BtfBuilder) => ({ key: 0, value: b.int("u16", 2) });
  const perCpu = `0100${"00".repeat(6)}0200${"00".repeat(6)}`;

  test.each<[string, EncodeOptions, string]>([
    ["plain", { style: "plain" }, '{\n        "key": 5,\n        "value": 258\n    }'],
    ["plain in a lookup", { style: "plain", depth: 0 }, '{\n    "key": 5,\n    "value": 258\n}'],
    ["json", {}, '{"key":["0x05"],"value":["0x02","0x01"],"formatted":{"key":5,"value":258}}'],
    [
      "pretty in a lookup",
      { style: "pretty", depth: 0 },
      [
        "{",
        '    "key": ["0x05"',
        "    ],",
        '    "value": ["0x02","0x01"',
        "    ],",
        '    "formatted": {',
        '        "key": 5,',
        '        "value": 258',
        "    }",
        "}",
      ].join("\n"),
    ],
  ])("%s", (_name, options, expected) => {
    expect(encodedEntries(typed, [{ key: "05", value: "0201" }], options).text).toBe(expected);
  });

  test("have no key where the map has no type for it", () => {
    const { text } = encodedEntries(global, [{ key: "00000000", value: "0201" }]);
    expect(text).toContain('"formatted":{"value":258}');
  });

  test("have a value for each CPU", () => {
    const { text } = encodedEntries(
      (b) => ({ key: b.int("u8", 1), value: b.int("u64", 8) }),
      [{ key: "05", value: perCpu }],
      { type: 5 },
    );
    expect(text).toBe(
      [
        '{"key":["0x05"],"values":[',
        '{"cpu":0,"value":["0x01","0x00","0x00","0x00","0x00","0x00","0x00","0x00"]},',
        '{"cpu":1,"value":["0x02","0x00","0x00","0x00","0x00","0x00","0x00","0x00"]}],',
        '"formatted":{"key":5,"values":[{"cpu":0,"value":1},{"cpu":1,"value":2}]}}',
      ].join(""),
    );
  });

  test("end behind a key that bpftool can't print", () => {
    const float = (b: BtfBuilder) => ({ key: b.float("float", 4), value: b.int("u8", 1) });
    const { text, oddities } = encodedEntries(float, [{ key: "0000803f", value: "07" }]);
    expect(text).toContain('"formatted":{"key":(unsupported-kind)}}');
    expect(oddities).toEqual(["key"]);
  });

  test("end behind a key of tagged chars that is no string, and only then", () => {
    const tagged = (b: BtfBuilder) => ({
      key: b.array(b.typeTag("user", b.signed("char", 1)), 2),
      value: b.int("u8", 1),
    });
    const entries = [
      { key: "4100", value: "07" },
      { key: "ff00", value: "07" },
    ];
    expect(encodedEntries(tagged, entries).text.match(/"formatted":.*?\}/g)).toEqual([
      '"formatted":{"key":"A","value":7}',
      '"formatted":{"key":[(unsupported-kind)]}',
    ]);
  });
});

test.each<[keySize: number, valueSize: number, expected: ReturnType<typeof plainBreaks>]>([
  [4, 8, { breakNames: false, singleLine: true }],
  [8, 16, { breakNames: false, singleLine: true }],
  [9, 16, { breakNames: false, singleLine: false }],
  [16, 16, { breakNames: false, singleLine: false }],
  [17, 1, { breakNames: true, singleLine: false }],
  [1, 17, { breakNames: true, singleLine: false }],
])("lines of a key of %i bytes and a value of %i", (keySize, valueSize, expected) => {
  expect(plainBreaks(keySize, valueSize)).toEqual(expected);
});
