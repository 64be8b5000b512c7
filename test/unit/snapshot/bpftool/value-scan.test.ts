import { expect, test } from "vitest";
import { readNode } from "../../../../src/snapshot/bpftool/json-node.ts";
import { MAX_DEPTH, ValueScan } from "../../../../src/snapshot/bpftool/value-scan.ts";

/** A value with what follows it, and its length. */
const VALUES: readonly (readonly [text: string, length: number])[] = [
  ['{"a":[1,2,{"b":"}]"}]} ,', 22],
  ['"x\\"y",1', 6],
  ['"\\\\",1', 4],
  ['""},', 2],
  // A single quote, and a single backslash, as bpftool prints them.
  ['"""}', 3],
  ['{"c":"""}', 9],
  ['{"c":"\\"}', 9],
  ['["\\","\\","a"]', 13],
  ['["\\",""","x"]', 13],
  // A text that begins with a quote is JSON.
  ['["\\",y"]', 8],
  ['{"f":(unsupported-kind)}', 24],
  ['{"f":(unsupported-kind}', 23],
  ["18446744073709551615,", 20],
  ["NaN}", 3],
];

test.for(VALUES)("%s: however it arrives", ([text, length]) => {
  const bytes = Buffer.from(text, "latin1");
  for (let first = 0; first <= bytes.length; first++) {
    for (let second = first; second <= bytes.length; second++) {
      const scan = new ValueScan();
      let found = -1;
      for (const end of [first, second, bytes.length]) {
        found = scan.length(bytes, 0, end, end === bytes.length);
        if (found >= 0) break;
      }
      expect([first, second, found]).toEqual([first, second, length]);
    }
  }
});

test("what moves in memory between two pieces is found again", () => {
  const scan = new ValueScan();
  expect(scan.length(Buffer.from('....{"a":"x\\'), 4, 12, false)).toBe(-1);
  expect(scan.length(Buffer.from('{"a":"x\\"y"}'), 0, 12, false)).toBe(12);
});

test.for([
  ["{]", "brackets don't match"],
  ['"a"b', "a string is followed by something that can't stand there"],
  ["\\", "it isn't JSON"],
  ["}", "brackets don't match"],
  ["[".repeat(MAX_DEPTH + 1), `it is nested more than ${MAX_DEPTH} levels deep`],
] as const)("%s is refused", ([text, reason]) => {
  expect(() => new ValueScan().length(Buffer.from(text), 0, text.length, true)).toThrow(reason);
});

test("what is read keeps numbers, equal names and bytes as they are", () => {
  const text = Buffer.from(
    '{"":18446744073709551615,"":"\\u0001\\t\xff","c":""","b":"\\","f":(unsupported-kind)}',
    "latin1",
  );
  expect(readNode(text, 0, text.length)).toEqual({
    kind: "object",
    members: [
      ["", { kind: "word", text: "18446744073709551615" }],
      ["", { kind: "string", text: "\u0001\t\udcff" }],
      ["c", { kind: "string", text: '"' }],
      ["b", { kind: "string", text: "\\" }],
      ["f", { kind: "word", text: "(unsupported-kind)" }],
    ],
  });
});
