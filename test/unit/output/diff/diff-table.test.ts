import { describe, expect, test } from "vitest";
import { DiffTable, type DiffTableOptions } from "../../../../src/output/diff/diff-table.ts";
import { type DiffInput, printedDiff } from "./run-diff.ts";

const U64 = { key: "u32", value: "u64" };
const PAIR = { key: "struct { u32 ip; u16 port; }", value: "struct { u32 a; char b[4]; }" };

function printed(input: Partial<DiffInput>, more: Partial<DiffTableOptions> = {}): string {
  const whole: DiffInput = { maps: [U64, U64], a: [], b: [], ...input };
  const options: DiffTableOptions = {
    ...{ json: { int64: "digits", enums: "name" }, render: () => undefined, width: undefined, color: false },
    ...more,
  };
  return printedDiff(whole, (sides, out) => new DiffTable(sides, out, options));
}

const COUNTS = "0 added, 0 removed, 0 changed, 0 the same\n";

describe("each difference is a line", () => {
  test("of nothing is the counts", () => {
    expect(printed({})).toBe(COUNTS);
  });

  test("with a mark, the key, the field and both values", () => {
    const text = printed({
      a: [
        [1, 10],
        [2, 20],
        [3, 30],
      ],
      b: [
        [2, 21],
        [3, 30],
        [4, 40],
      ],
    });
    expect(text).toBe(
      [
        "   key  field  A   B    Δ",
        "~  2    value  20  21  +1",
        "+  4               40",
        "-  1           10",
        "1 added, 1 removed, 1 changed, 1 the same",
        "",
      ].join("\n"),
    );
  });

  test("for each field", () => {
    const key = { ip: 1, port: 80 };
    const text = printed({ maps: [PAIR, PAIR], a: [[key, { a: 1, b: "x" }]], b: [[key, { a: 2, b: "\u001b" }]] });
    expect(text.split("\n").slice(0, 3)).toEqual([
      "   ip  port  field  A  B    Δ",
      "~  1   80    a      1  2   +1",
      "~  1   80    b      x  \\e",
    ]);
  });

  test("with the selected fields of what is new", () => {
    const input = {
      maps: [PAIR, PAIR],
      b: [
        [
          { ip: 1, port: 80 },
          { a: 2, b: "x" },
        ],
      ],
    } as const;
    expect(printed(input).split("\n")[1]).toBe('+  1   80              {"a":2,"b":"x"}');
    expect(printed({ ...input, asked: { select: "value.b,value.a" } }).split("\n")[1]).toBe(
      "+  1   80              value.b=x value.a=2",
    );
    expect(printed({ ...input, asked: { select: "value.b" } }).split("\n")[1]).toBe("+  1   80              x");
  });

  test("with the CPU of a value of one", () => {
    const cpus = { ...U64, cpus: 2 };
    const text = printed({ maps: [cpus, cpus], a: [[7, 1, 2]], b: [[7, 1, 3]] });
    expect(text.split("\n").slice(0, 2)).toEqual(["   key  cpu  field  A  B   Δ", "~  7    1    value  2  3  +1"]);
  });
});

test("types that differ come first", () => {
  const text = printed({
    maps: [
      { key: "u32", value: "struct { u32 a; }" },
      { key: "u32", value: "struct { u64 a; u8 b; }" },
    ],
  });
  expect(text).toBe(
    [
      "The types differ:",
      "field    A                          B",
      "value    anonymous struct, 4 bytes  anonymous struct, 16 bytes",
      "value.a  u32 at byte 0              u64 at byte 0",
      "value.b  -                          u8 at byte 8",
      "",
      COUNTS,
    ].join("\n"),
  );
});

test("marks have colours, and titles are bold", () => {
  const text = printed(
    {
      a: [
        [1, 10],
        [2, 1],
      ],
      b: [
        [2, 2],
        [3, 3],
      ],
    },
    { color: true },
  );
  const marks = text.split("\n").map((line) => line.split(/[~+-]/)[0]);
  expect(marks.slice(1, 4)).toEqual(["\u001b[35m\u001b[1m", "\u001b[32m", "\u001b[31m"]);
  expect(text.split("\n")[0]).toContain("\u001b[1mkey\u001b[22m");
});

test("rates, where the time between the maps is known", () => {
  const text = printed({ a: [[2, 20]], b: [[2, 2020]] }, { seconds: 10 });
  expect(text.split("\n").slice(0, 2)).toEqual([
    "   key  field  A   B         Δ   /s",
    "~  2    value  20  2020  +2000  200",
  ]);
});

test("keys and numbers have lines of their own where a line has no room for both", () => {
  const maps = { key: "struct { u32 ip; u16 port; }", value: "struct { u64 packets; u64 bytes; }" };
  const key = { ip: 4_000_000_000, port: 65_535 };
  const a = [[key, { packets: 123_456, bytes: 1 }]] as const;
  const b = [[key, { packets: 123_460, bytes: 9_000_000_000 }]] as const;
  const text = printed({ maps: [maps, maps], a, b }, { width: 44 });
  expect(text.split("\n").slice(0, 5)).toEqual([
    "   ip  port",
    "   field    A       B                     Δ",
    "~  4000000000  65535",
    "   packets  123456  123460               +4",
    "   bytes    1       9000000000  +8999999999",
  ]);
});

test("columns that have no room even then are named", () => {
  const maps = { key: "struct { u32 ip; u16 port; }", value: "struct { u64 packets; u64 bytes; }" };
  const key = { ip: 4_000_000_000, port: 65_535 };
  const a = [[key, { packets: 123_456, bytes: 1 }]] as const;
  const b = [[key, { packets: 123_460, bytes: 9_000_000_000 }]] as const;
  const lines = printed({ maps: [maps, maps], a, b }, { width: 44, seconds: 10 }).split("\n");
  expect(lines[1]).toBe("   field    A       B                     Δ");
  expect(lines.slice(-3)).toEqual(["no room: /s", "0 added, 0 removed, 1 changed, 0 the same", ""]);
  expect(printed({ maps: [maps, maps], a, b }, { width: 80, seconds: 10 })).not.toContain("no room");
});

test("what differs in many entries has a head again and again", () => {
  const b = Array.from({ length: 5001 }, (_, i) => [i, i] as const);
  const lines = printed({ b, capacity: 4096 }).split("\n");
  expect(lines.filter((line) => /^ +key/.test(line))).toHaveLength(2);
  expect(lines.filter((line) => line.startsWith("+"))).toHaveLength(5001);
});

test("fits the terminal", () => {
  const text = printed(
    {
      maps: [PAIR, PAIR],
      b: [
        [
          { ip: 1, port: 80 },
          { a: 2, b: "x" },
        ],
      ],
    },
    { width: 24 },
  );
  for (const line of text.split("\n").slice(0, 2)) expect(line.length).toBeLessThanOrEqual(24);
});
