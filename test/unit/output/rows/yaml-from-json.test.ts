import { describe, expect, test } from "vitest";
import { parseAllDocuments } from "yaml";
import { OutputBuffer } from "../../../../src/codec/text/output-buffer.ts";
import { YamlFromJson } from "../../../../src/output/rows/yaml-from-json.ts";
import { Random } from "../../../helpers/random.ts";

/** The YAML of JSON values, which come in pieces of so many bytes. */
function yamlOf(values: readonly unknown[], pieces = 7): string {
  const chunks: Buffer[] = [];
  const out = new OutputBuffer((bytes) => void chunks.push(Buffer.from(bytes)), { capacity: 16 });
  const yaml = new YamlFromJson(out);
  const json = Buffer.from(
    values.map((value) => `${typeof value === "string" ? value : JSON.stringify(value)}\n`).join(""),
  );
  for (let at = 0; at < json.length; at += pieces) yaml.write(json.subarray(at, at + pieces));
  yaml.end();
  out.flush();
  return Buffer.concat(chunks).toString();
}

describe("JSON as YAML", () => {
  test.each<[string, readonly unknown[], string]>([
    ["nothing", [], "[]\n"],
    ["numbers, words and texts", [{ a: 1, b: true, x: null, s: "sh" }], "- a: 1\n  b: true\n  x: null\n  s: sh\n"],
    ["a list in a record", [{ a: [1, 2], b: 3 }], "- a:\n    - 1\n    - 2\n  b: 3\n"],
    ["a record in a list", [{ a: [{ b: 1, c: 2 }, { b: 3 }] }], "- a:\n    - b: 1\n      c: 2\n    - b: 3\n"],
    ["a list in a list", [[[1, 2], [3]]], "- - - 1\n    - 2\n  - - 3\n"],
    ["a record in a record", [{ a: { b: { c: 1 } } }], "- a:\n    b:\n      c: 1\n"],
    [
      "what is empty",
      [{ a: [], b: {}, c: [[], {}] }, {}, []],
      "- a: []\n  b: {}\n  c:\n    - []\n    - {}\n- {}\n- []\n",
    ],
    ["several rows", [{ a: 1 }, { a: 2 }], "- a: 1\n- a: 2\n"],
    ["keys that are paths", [{ "value.slots[3]": 1, "sum(value.n)": 2 }], "- value.slots[3]: 1\n  sum(value.n): 2\n"],
    ["keys in quotes", [{ 'value["x y"]': 1, yes: 2, "": 3 }], '- "value[\\"x y\\"]": 1\n  "yes": 2\n  "": 3\n'],
    ["exact integers", ['{"a":18446744073709551615}'], "- a: 18446744073709551615\n"],
    ["exponents", ['{"a":1e+300,"b":-5e-7,"c":1.5e+200}'], "- a: 1.0e+300\n  b: -5.0e-7\n  c: 1.5e+200\n"],
    ["a text with escapes", [{ a: 'x"\\\n' }], '- a: "x\\"\\\\\\n"\n'],
    ["what a terminal would obey", [{ a: "\u202e\ufeff\u{e0001}" }], '- a: "\\u202e\\ufeff\\U000e0001"\n'],
    ["what libyaml refuses", [{ a: "\ufffe\uffff" }], '- a: "\\ufffe\\uffff"\n'],
    ["a byte that is no UTF-8", ['{"a":"\\udce9"}'], '- a: "\\udce9"\n'],
  ])("%s", (_, values, expected) => {
    expect(yamlOf(values)).toBe(expected);
    expect(yamlOf(values, 1)).toBe(expected);
    expect(yamlOf(values, 1000)).toBe(expected);
  });

  test("long texts go through, whatever the pieces", () => {
    for (const text of [
      "é".repeat(40_000),
      `${"x".repeat(126)}\\"`,
      "x".repeat(128),
      "x".repeat(129),
      "\n".repeat(3000),
    ]) {
      for (const pieces of [3, 127, 128, 4096])
        expect(parsed(yamlOf([{ a: text, b: [text, 1] }], pieces))).toEqual([{ a: text, b: [text, 1] }]);
    }
  });

  test("nothing is kept of a value that is not at its end", () => {
    const chunks: Buffer[] = [];
    const out = new OutputBuffer((bytes) => void chunks.push(Buffer.from(bytes)), { capacity: 1024 });
    const yaml = new YamlFromJson(out);
    yaml.write(Buffer.from('{"a":"'));
    for (let i = 0; i < 100; i++) yaml.write(Buffer.from("x".repeat(1000)));
    out.flush();
    expect(Buffer.concat(chunks).toString()).toBe(`- a: "${"x".repeat(100_000)}`);
    yaml.write(Buffer.from('","b":[1'));
    for (let i = 0; i < 100; i++) yaml.write(Buffer.from(",1".repeat(500)));
    out.flush();
    expect(Buffer.concat(chunks).toString().split("\n")).toHaveLength(2 + 50_000);
  });

  test("keys longer than YAML's are marked as keys", () => {
    const key = "k".repeat(5000);
    const value = { [key]: 1, b: { [key]: [1, { [key]: "x" }] } };
    const text = yamlOf([value]);
    expect(text).toMatch(/^- \? "k+"\n {2}: 1\n/);
    expect(parsed(text)).toEqual([value]);
  });

  test.each(["1.1", "1.2"] as const)("random values are the same to readers of YAML %s", (version) => {
    const random = new Random(7);
    for (let round = 0; round < 300; round++) {
      const values = Array.from({ length: random.between(1, 4) }, () => ({ v: randomJson(random, 4) }));
      const text = yamlOf(values, random.between(1, 64));
      expect(parsed(text, version)).toEqual(values);
    }
  });
});

function parsed(text: string, version: "1.1" | "1.2" = "1.2"): unknown {
  const [document, ...others] = parseAllDocuments(text, { version });
  expect(others).toEqual([]);
  if (document === undefined || !("errors" in document)) throw new Error("there is no document");
  expect([...document.errors, ...document.warnings]).toEqual([]);
  return document.toJS();
}

const TEXTS = [
  ...["on", "yes", "n", "Null", "~", "=", "<<", "1:30", "0777", "0x1f", "1_000", "12e03", ".inf", ".NaN", "2024-01-01"],
  ...[
    "- x",
    "x: y",
    "# x",
    '"',
    "'",
    ",",
    "a\r\nb",
    "\n",
    " x ",
    "=1+1",
    "",
    "é",
    "x #y",
    "a:",
    ":a",
    "-",
    "?",
    "[a",
    "{",
  ],
  ...[
    "10.0.0.1",
    "10.0.0.0/8",
    "02:00:00:00:00:01",
    "10:20:30",
    "a b",
    "a  b",
    "%x",
    "@x",
    "`x",
    "&a",
    "*a",
    "!a",
    "|",
    ">",
  ],
  ...[
    "value.a[0]",
    "x]",
    "\ufeff",
    "\u0085",
    "\u2028",
    "😀",
    "/usr/bin",
    "1e5",
    "+1",
    "-1",
    "1.",
    ".5",
    "0b1",
    "0o7",
    "1,000",
  ],
];

function randomJson(random: Random, depth: number): unknown {
  const kind = random.between(0, depth > 0 ? 6 : 3);
  switch (kind) {
    case 0:
      return random.between(-1000, 1000);
    case 1:
      return random.pick([1e300, 5e-7, 0.1, -1.5e200, 123456789, true, false, null]);
    case 2:
    case 3:
      return random.pick(TEXTS);
    case 4:
      return Array.from({ length: random.between(0, 3) }, () => randomJson(random, depth - 1));
    default:
      return Object.fromEntries(
        Array.from({ length: random.between(0, 3) }, () => [random.pick(TEXTS), randomJson(random, depth - 1)]),
      );
  }
}
