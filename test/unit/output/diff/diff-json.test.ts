import { describe, expect, test } from "vitest";
import { DiffJson, type DiffJsonOptions } from "../../../../src/output/diff/diff-json.ts";
import { type DiffInput, printedDiff } from "./run-diff.ts";

const U64 = { key: "u32", value: "u64" };
const PAIR = { key: "u32", value: "struct { u32 a; char b[4]; }" };

function printed(input: Partial<DiffInput>, array = false, more: Partial<DiffJsonOptions> = {}): string {
  const whole: DiffInput = { maps: [U64, U64], a: [], b: [], ...input };
  return printedDiff(whole, (sides, out) => {
    return new DiffJson(sides, out, { int64: "digits", enums: "name", render: () => undefined, array, ...more });
  });
}

describe("each difference is an object", () => {
  test.each<[string, Partial<DiffInput>, lines: string[]]>([
    ["nothing", { a: [[1, 1]], b: [[1, 1]] }, []],
    ["an entry of the second map", { b: [[7, 1]] }, ['{"event":"added","key":7,"value":1}']],
    ["an entry of the first map", { a: [[7, 1]] }, ['{"event":"removed","key":7,"value":1}']],
    [
      "a value",
      { a: [[7, 1]], b: [[7, 2n ** 64n - 1n]] },
      ['{"event":"changed","key":7,"fields":{"value":{"a":1,"b":18446744073709551615,"delta":18446744073709551614}}}'],
    ],
    [
      "fields",
      { maps: [PAIR, PAIR], a: [[7, { a: 1, b: "x" }]], b: [[7, { a: 2, b: "y" }]] },
      ['{"event":"changed","key":7,"fields":{"a":{"a":1,"b":2,"delta":1},"b":{"a":"x","b":"y"}}}'],
    ],
    [
      "selected fields",
      {
        maps: [PAIR, PAIR],
        a: [[7, { a: 1, b: "x" }]],
        b: [
          [7, { a: 1, b: "y" }],
          [8, { a: 0, b: "" }],
        ],
        asked: { select: "value.b" },
      },
      ['{"event":"changed","key":7,"fields":{"b":{"a":"x","b":"y"}}}', '{"event":"added","key":8,"value.b":""}'],
    ],
    [
      "CPUs",
      {
        maps: [
          { ...U64, cpus: 2 },
          { ...U64, cpus: 2 },
        ],
        a: [[7, 1, 2]],
        b: [[7, 1, 3]],
      },
      ['{"event":"changed","key":7,"cpu":1,"fields":{"value":{"a":2,"b":3,"delta":1}}}'],
    ],
    [
      "types",
      { maps: [{ key: "u32", value: "struct { u32 a; }" }, PAIR], a: [[7, { a: 1 }]], b: [[7, { a: 1, b: "x" }]] },
      [
        '{"event":"layout","path":"value","a":"anonymous struct, 4 bytes","b":"anonymous struct, 8 bytes"}',
        '{"event":"layout","path":"value.b","a":null,"b":"char[4] at byte 4"}',
      ],
    ],
  ])("%s", (_name, input, lines) => {
    const text = printed(input);
    expect(text).toBe(lines.map((line) => `${line}\n`).join(""));
    expect(JSON.parse(printed(input, true))).toEqual(lines.map((line) => JSON.parse(line)));
  });
});

test("rates, where the time between the maps is known, and wide numbers as text", () => {
  const input = { a: [[7, 10]], b: [[7, 4]] } as const;
  expect(printed(input, false, { seconds: 4 })).toBe(
    '{"event":"changed","key":7,"fields":{"value":{"a":10,"b":4,"delta":-6,"rate":-1.5}}}\n',
  );
  expect(printed(input, false, { int64: "string" })).toContain('{"a":"10","b":"4","delta":"-6"}');
});

test("what counts nothing has no delta", () => {
  const maps = { key: "u32", value: "struct { u64 last_seen_ns; u32 flags; enum e { A, B } st; }" };
  const text = printed({
    maps: [maps, maps],
    a: [[7, { last_seen_ns: 1, flags: 1, st: "A" }]],
    b: [[7, { last_seen_ns: 2, flags: 3, st: "B" }]],
  });
  expect(text).not.toContain("delta");
});

test("an array of none is empty", () => {
  expect(printed({}, true)).toBe("[]\n");
  expect(printed({ b: [[1, 1]] }, true)).toBe('[{"event":"added","key":1,"value":1}]\n');
});

test("many differences go through a small buffer", () => {
  const b = Array.from({ length: 3000 }, (_, i) => [i, i] as const);
  const lines = printed({ b }).split("\n");
  expect(lines).toHaveLength(3001);
  expect(lines[2999]).toBe('{"event":"added","key":2999,"value":2999}');
});
