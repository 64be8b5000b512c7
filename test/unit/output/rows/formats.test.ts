import { describe, expect, test } from "vitest";
import { parse } from "yaml";
import { ShownText } from "../../../../src/codec/text/shown-text.ts";
import { HistRows } from "../../../../src/output/hist/hist.ts";
import type { Scale } from "../../../../src/output/hist/hist-scale.ts";
import { compileRender } from "../../../../src/output/render/render.ts";
import type { CellOptions } from "../../../../src/output/rows/cells.ts";
import { CsvRows } from "../../../../src/output/rows/csv.ts";
import { JsonRows } from "../../../../src/output/rows/json-rows.ts";
import { TableRows } from "../../../../src/output/rows/table.ts";
import { YamlRows } from "../../../../src/output/rows/yaml.ts";
import { fitWidths } from "../../../../src/output/terminal/text-table.ts";
import { displayWidth } from "../../../../src/output/terminal/visible.ts";
import { QueryKernel, textMap } from "../../../helpers/query-kernel.ts";
import { type Asked, type MakeWriter, NDJSON, printQuery, SURROUNDINGS } from "../../query/run-query.ts";

const CONNS = 7;
const HITS = 11;
const LATENCY = 12;
const COUNTS = 13;
const BARE = 15;
const RING = 16;

const CELLS: Omit<CellOptions, "shown"> = {
  json: { int64: "digits", enums: "name" },
  render: compileRender("text", SURROUNDINGS),
};

/** What a format prints, the notes behind it. */
async function printed(id: number, asked: Asked, make: (warn: (line: string) => void) => MakeWriter): Promise<string> {
  const notes: string[] = [];
  const { text } = await printQuery(
    id,
    asked,
    make((line) => notes.push(line)),
  );
  return text + notes.map((note) => `${note}\n`).join("");
}

const table =
  (width?: number, color = false) =>
  (warn: (line: string) => void): MakeWriter => {
    return (query, out) => new TableRows(query, out, { ...CELLS, width, color, warn });
  };
const csv =
  (isTerminal = false, isSafe = false) =>
  (warn: (line: string) => void): MakeWriter => {
    return (query, out) => new CsvRows(query, out, { ...CELLS, isTerminal, isSafe, warn });
  };
const json = (array: boolean) => (): MakeWriter => (query, out) => new JsonRows(query, out, { ...NDJSON, array });
const yaml = () => (): MakeWriter => (query, out) => new YamlRows(query, out, NDJSON);
const hist =
  (scale?: Scale, width = 40) =>
  (): MakeWriter => {
    return (query, out) => new HistRows(query, out, { ...CELLS, width, scale });
  };

describe("JSON", () => {
  test("a whole entry", async () => {
    expect(await printed(CONNS, { limit: 2, where: "value.seen" }, json(false))).toBe(
      '{"key":{"saddr":117967114,"dport":53,"proto":17},"value":{"packets":18446744073709551615,"bytes":9007199254740993,' +
        '"delta":0,"st":"ST_SYN","comm":"dns,\\"x\\"","mac":[0,0,0,0,0,0],"zone":0,"seen":true,"load":"NaN","slots":[1,2,3,4]}}\n',
    );
  });

  test("an array", async () => {
    expect(await printed(COUNTS, {}, json(true))).toBe(
      '[\n{"key":0,"value":0},\n{"key":1,"value":5},\n{"key":2,"value":10},\n{"key":3,"value":0}\n]\n',
    );
    expect(await printed(COUNTS, { where: "false" }, json(true))).toBe("[]\n");
    expect(await printed(COUNTS, { where: "false" }, json(false))).toBe("");
  });

  test("bytes that nothing is known of", async () => {
    expect(await printed(BARE, {}, json(false))).toBe('{"key":"01020304","value":"0102"}\n');
  });

  test("a map that can't be read is an error and no list", async () => {
    await expect(printed(RING, {}, json(true))).rejects.toThrow(
      "read map id 16 (marks): operation not supported (ENOTSUPP: a task_storage keeps its entries with tasks",
    );
  });
});

describe("csv", () => {
  test("paths, quotes and line ends", async () => {
    const text = await printed(CONNS, { select: "key.dport,value.comm,value.load,value.slots" }, csv());
    expect(text).toBe(
      "key.dport,value.comm,value.load,value.slots\r\n" +
        '443,nginx,0.5,"[0,0,0,0]"\r\n53,"dns,""x""",NaN,"[1,2,3,4]"\r\n80,\u001b]0;x\u0007é\ufffd,-Infinity,"[0,0,0,0]"\r\n',
    );
  });

  test("what a terminal would obey is made visible on one", async () => {
    expect(await printed(CONNS, { where: "key.dport == 80", select: "value.comm" }, csv(true))).toBe(
      "value.comm\n\\e]0;x\\x07é\ufffd\n",
    );
  });

  test("elements have columns", async () => {
    const [head] = (await printed(CONNS, {}, csv())).split("\r\n");
    expect(head).toBe(
      "key.saddr,key.dport,key.proto,value.packets,value.bytes,value.delta,value.st,value.comm," +
        "value.mac[0],value.mac[1],value.mac[2],value.mac[3],value.mac[4],value.mac[5],value.zone,value.seen,value.load," +
        "value.slots[0],value.slots[1],value.slots[2],value.slots[3]",
    );
  });

  test("CPUs are rows", async () => {
    expect(await printed(HITS, { where: "key == 2" }, csv())).toBe(
      "key,cpu,value.packets,value.last_ns,value.who,value.st\r\n2,0,1,3,a,ST_NEW\r\n2,1,2,2,b,ST_SYN\r\n",
    );
  });
});

describe("without loss, what is no UTF-8", () => {
  async function escaped(make: MakeWriter): Promise<Buffer> {
    const shown = new ShownText("escape");
    const asked = { where: "key.dport == 80", select: "value.comm" };
    const { bytes } = await printQuery(CONNS, asked, make, new QueryKernel(), shown);
    expect(shown.note("")).toBeUndefined();
    return bytes;
  }

  const warn = (): void => undefined;

  test("is an escape in JSON and YAML, visible in a table, and as it is in CSV", async () => {
    expect((await escaped(json(false)())).toString()).toBe('{"value.comm":"\\u001b]0;x\\u0007é\\udcff"}\n');
    expect((await escaped(yaml()())).toString()).toBe('- value.comm: "\\u001b]0;x\\u0007é\\udcff"\n');
    expect((await escaped(table()(warn))).toString()).toBe("comm\n\\e]0;x\\x07é\\xff\n");
    expect((await escaped(csv()(warn))).toString("latin1")).toBe(
      `value.comm\r\n\u001b]0;x\u0007${Buffer.from("é").toString("latin1")}\u00ff\r\n`,
    );
  });
});

describe("csv for spreadsheets", () => {
  const TEXTS = ["=1+1", "+x", "-x", "@x", "\tx", "\rx", "\nx", "＝1", "x=1", " =1", "", "'=1"];
  const NUMBERS = [-1, -0.5, Number.NEGATIVE_INFINITY, Number.NaN, -1e-7, -1e300];
  const rows = TEXTS.map((text, i): [string, number] => [text, NUMBERS[i % NUMBERS.length] ?? 0]);
  const kernel = new QueryKernel([textMap(50, rows)]);

  test("marks as text what may be a formula, and no number", async () => {
    const { text } = await printQuery(
      50,
      {},
      csv(false, true)(() => undefined),
      kernel,
    );
    const cells = text.split("\r\n").slice(1, -1);
    expect(cells).toEqual([
      "'=1+1,-1",
      "'+x,-0.5",
      "'-x,'-Infinity",
      "'@x,NaN",
      "'\tx,-1e-7",
      '"\'\rx",-1e+300',
      '"\'\nx",-1',
      "'＝1,-0.5",
      "x=1,'-Infinity",
      " =1,NaN",
      ",-1e-7",
      "'=1,-1e+300",
    ]);
  });

  test("only where that is asked for", async () => {
    const { text } = await printQuery(
      50,
      { limit: 1 },
      csv()(() => undefined),
      kernel,
    );
    expect(text).toBe("key,value\r\n=1+1,-1\r\n");
  });
});

describe("yaml", () => {
  test("says what the JSON says", async () => {
    for (const [id, asked] of [
      [CONNS, {}],
      [HITS, {}],
      [HITS, { perCpu: "sum" }],
      [COUNTS, { where: "false" }],
    ] as const) {
      const text = await printed(id, asked, yaml());
      const expected = parse(await printed(id, asked, json(true)), { intAsBigInt: true });
      expect(parse(text, { intAsBigInt: true })).toEqual(expected);
      // biome-ignore lint/suspicious/noControlCharactersInRegex: a terminal would obey these
      expect(text).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202e]/);
    }
  });

  test("looks like YAML", async () => {
    expect(await printed(COUNTS, { limit: 1 }, yaml())).toBe("- key: 0\n  value: 0\n");
    expect(await printed(CONNS, { limit: 1, select: "value.packets,value.slots" }, yaml())).toBe(
      "- value.packets: 2000\n  value.slots:\n    - 0\n    - 0\n    - 0\n    - 0\n",
    );
  });
});

describe("texts and numbers that readers of csv and yaml might take for something else", () => {
  const WORDS = [
    "on",
    "yes",
    "n",
    "~",
    "null",
    "=",
    "<<",
    "1:30",
    "0777",
    "0x1f",
    "1_000",
    "12e03",
    ".inf",
    "2024-01-01",
  ];
  const TEXTS = [...WORDS, "- x", "x: y", "# x", '"', '""', ",", "a\r\nb", "\n", " x ", "=1+1", "", "é"];
  const NUMBERS = [1e300, -5e-7, 0.1, 1.5e200, 123456789];
  const rows = TEXTS.map((text, i): [string, number] => [text, NUMBERS[i % NUMBERS.length] ?? 0]);
  const kernel = new QueryKernel([textMap(50, rows)]);

  test("csv", async () => {
    const { text } = await printQuery(
      50,
      {},
      csv()(() => undefined),
      kernel,
    );
    const [head, ...lines] = csvRows(text);
    expect(head).toEqual(["key", "value"]);
    expect(lines.map(([key, value]) => [key, Number(value)])).toEqual(rows);
  });

  test.each(["1.1", "1.2"] as const)("yaml %s", async (version) => {
    const { text } = await printQuery(50, {}, yaml()(), kernel);
    const read = parse(text, { version }) as { key: unknown; value: unknown }[];
    expect(read.map(({ key, value }) => [key, value])).toEqual(rows);
    // PyYAML's 1.1 knows two things more.
    expect(text).toContain('key: "="\n');
    expect(text).toContain("value: 1.0e+300\n");
  });

  /** The rows of a text, strictly by the grammar of RFC 4180. */
  function csvRows(text: string): string[][] {
    const read: string[][] = [[]];
    const field = /(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r\n)/y;
    while (field.lastIndex < text.length) {
      const match = field.exec(text);
      if (match === null) throw new Error("no field of RFC 4180");
      read.at(-1)?.push(match[1]?.replaceAll('""', '"') ?? match[2] ?? "");
      if (match[3] !== ",") read.push([]);
    }
    return read.slice(0, -1);
  }
});

describe("table", () => {
  const some = "key.dport,value.packets,value.comm,value.st";

  test("numbers to the right, hostile text visible", async () => {
    expect(await printed(CONNS, { select: some }, table())).toBe(
      [
        "dport               packets  comm          st",
        "  443                  2000  nginx         ST_ESTABLISHED",
        '   53  18446744073709551615  dns,"x"       ST_SYN',
        "   80                     7  \\e]0;x\\x07é\ufffd  9",
        "",
      ].join("\n"),
    );
  });

  test("names stay whole where they would be the same", async () => {
    const text = await printed(HITS, { select: "key,value,value.who", limit: 1 }, table(200));
    expect(text.split("\n")[0]).toMatch(/^key {2}value +who$/);
  });

  test.each([20, 21, 30, 60, 100, 300])("fits %i columns", async (width) => {
    const text = await printed(CONNS, {}, table(width));
    const [rows, notes] = text.split(/^(?=Note:)/m);
    for (const line of (rows ?? "").split("\n")) expect(displayWidth(line)).toBeLessThanOrEqual(width);
    expect(notes === undefined).toBe(width >= 300);
  });

  test("twenty columns: numbers are never cut but where one alone is too wide", async () => {
    expect(await printed(CONNS, { select: some }, table(20))).toBe(
      "dport\n  443\n   53\n   80\n" +
        "Note: no room for 3 columns: packets, comm, st (--select chooses, -o csv or ndjson has all)\n",
    );
    expect(await printed(CONNS, { select: "value.packets", limit: 2 }, table(10))).toBe(
      "   packets\n      2000\n184467440…\n",
    );
    expect(await printed(CONNS, { select: "key.dport,value.comm,value.st" }, table(25))).toBe(
      'dport  comm      st\n  443  nginx     ST_ESTA…\n   53  dns,"x"   ST_SYN\n   80  \\e]0;x\\…  9\n',
    );
  });

  test("bold heads where there are colours", async () => {
    const text = await printed(COUNTS, { limit: 1 }, table(80, true));
    expect(text).toBe("\u001b[1mkey\u001b[22m  \u001b[1mvalue\u001b[22m\n  0      0\n");
  });

  test("of nothing is its head", async () => {
    expect(await printed(COUNTS, { where: "false" }, table(80))).toBe("key  value\n");
  });

  test.each<[readonly number[], readonly number[], number, readonly number[]]>([
    [[3, 3], [3, 3], 80, [3, 3]],
    [[10, 10], [8, 8], 22, [10, 10]],
    [[10, 10], [8, 8], 20, [9, 9]],
    [[40, 3], [8, 3], 20, [15, 3]],
    [[40, 20], [8, 20], 32, [10, 20]],
    [[40, 20], [8, 20], 29, [29]],
    [[40, 20, 3], [8, 8, 3], 30, [11, 12, 3]],
    [[40, 40, 40], [8, 8, 8], 18, [8, 8]],
    [[40], [40], 3, [3]],
    [[], [], 10, []],
  ])("widths %j, at least %j, in %i", (wanted, least, width, widths) => {
    expect(fitWidths(wanted, least, width)).toEqual(widths);
  });
});

describe("histograms", () => {
  test("of an array in the value", async () => {
    expect(await printed(LATENCY, {}, hist())).toBe(
      [
        "key = 1",
        "   0 -> 1  0 |                         |",
        "   2 -> 3  0 |                         |",
        "   4 -> 7  3 |█▉                       |",
        "  8 -> 15 40 |█████████████████████████|",
        " 16 -> 31  9 |█████▋                   |",
        " 32 -> 63  0 |                         |",
        "64 -> 127  1 |▋                        |",
        "",
        "",
      ].join("\n"),
    );
  });

  test("of the whole map", async () => {
    expect(await printed(COUNTS, {}, hist({ kind: "linear" }, 20))).toBe(
      "1  5 |██████▌      |\n2 10 |█████████████|\n",
    );
  });

  test.each([CONNS, HITS])("map %i has none", async (id) => {
    const asked = id === CONNS ? { select: "value.comm" } : {};
    await expect(printed(id, asked, hist())).rejects.toThrow(
      "-o hist needs a value that is or has one array of integers",
    );
  });
});
