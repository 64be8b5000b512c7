import { execFileSync } from "node:child_process";
import { appendFileSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { ShownText, type TextMode } from "../../../../src/codec/text/shown-text.ts";
import { BtfBuilder } from "../../../helpers/btf-builder.ts";
import { repositoryPath } from "../../../helpers/repository.ts";
import { liveSuite } from "../../../helpers/requirements.ts";
import { TypedKernel } from "../../../helpers/typed-kernel.ts";
import { useScratch } from "../../../helpers/use-scratch.ts";
import { runMain } from "../../cli/run-main.ts";

/** Bytes of a process name, and the text that readers of UTF-8 make of them. */
const TEXTS: readonly (readonly [hex: string, text: string])[] = [
  ["636166e9", "caf\ufffd"],
  ["e4b8ade5", "中\ufffd"],
  ["80c0afeda080f5", "\ufffd".repeat(7)],
  ["c3a9f09f9880", "é😀"],
  ["efbfbeefbfbf", "\ufffe\uffff"],
  ["61efbbbf", "a\ufeff"],
  ["1b5d303b7807090d0a01", "\u001b]0;x\u0007\t\r\n\u0001"],
  ["225c2c3b27", "\"\\,;'"],
  ["c285e280a8e280ae", "\u0085\u2028\u202e"],
  ["6f6e", "on"],
  ["313a3330", "1:30"],
  ["2d2078", "- x"],
  ["7e", "~"],
  ["", ""],
];

/** A map with these texts as keys, and in values what else readers see: numbers, lists, records, truth. */
function kernelOfTexts(): TypedKernel {
  const btf = new BtfBuilder();
  const text = btf.array(btf.signed("char", 1), 16);
  const double = btf.float("double", 8);
  const inner = btf.struct("inner", 4, [{ name: "x", type: btf.signed("s32", 4), bitOffset: 0 }]);
  const value = btf.struct("value", 32, [
    { name: "n", type: btf.int("u32", 4), bitOffset: 0 },
    { name: "seen", type: btf.int("bool", 1, { encoding: 4 }), bitOffset: 32 },
    { name: "list", type: btf.array(btf.int("u8", 1), 3), bitOffset: 40 },
    { name: "load", type: double, bitOffset: 64 },
    { name: "in", type: inner, bitOffset: 128 },
    { name: "none", type: btf.array(btf.int("u8", 1), 0), bitOffset: 160 },
  ]);
  const entries = TEXTS.map(([hex], i): [string, string] => [hex.padEnd(32, "0"), valueHex(i)]);
  return new TypedKernel(btf, [{ name: "texts", key: text, value, entries }]);
}

const LOADS = [0.5, 1e300, -5e-7, 123456789.25];

function valueHex(i: number): string {
  const view = new DataView(new ArrayBuffer(32));
  view.setUint32(0, i, true);
  view.setUint32(4, 0x0302_0101, true);
  view.setFloat64(8, LOADS[i % LOADS.length] ?? 0, true);
  view.setInt32(16, i - 20, true);
  return Buffer.from(view.buffer).toString("hex");
}

const ROWS = TEXTS.map(([, key], i) => ({
  key,
  value: { n: i, seen: true, list: [1, 2, 3], load: LOADS[i % LOADS.length], in: { x: i - 20 }, none: [] },
}));

/**
 * The same, with names of fields, enumerators, types and the map that are no UTF-8, and two that only that tells apart.
 */
function kernelOfNames(): TypedKernel {
  const btf = new BtfBuilder();
  const state = btf.enum("st\udcff", [
    ["UP\udce9", 0],
    ['D\u001b\n"', 1],
  ]);
  const key = btf.struct("k\udce9y", 4, [{ name: "st\n\udce9", type: state, bitOffset: 0 }]);
  const value = btf.struct("v\udce9", 8, [
    { name: "n\udce9", type: btf.int("u\udcfe", 4), bitOffset: 0 },
    { name: "n\udcea", type: btf.int("u32", 4), bitOffset: 32 },
  ]);
  const entries = [0, 1].map((n): [string, string] => [`0${n}000000`, `0${n + 1}0000000${n + 2}000000`]);
  return new TypedKernel(btf, [{ name: "m\udce9p", key, value, entries }]);
}

const NAMED_ROWS = [
  { key: { "st\n\ufffd": "UP\ufffd" }, value: { "n\ufffd": 1, "n\ufffd_1": 2 } },
  { key: { "st\n\ufffd": 'D\u001b\n"' }, value: { "n\ufffd": 2, "n\ufffd_1": 3 } },
];

const scratch = useScratch();

/** The file that a command prints on the map whose names are no UTF-8. */
async function named(name: string, args: readonly string[]): Promise<string> {
  const file = join(scratch.folder, name);
  // As bytes: text would have been decoded.
  const write = (bytes: Uint8Array): void => appendFileSync(file, bytes);
  const { stderr, status } = await runMain(args, { kernel: kernelOfNames(), write });
  expect({ stderr, status }).toEqual({ stderr: expect.not.stringContaining("Error"), status: 0 });
  return file;
}

/** The file that a format makes of the map. */
async function written(format: string, more: readonly string[] = []): Promise<string> {
  const file = join(scratch.folder, `texts.${format}`);
  const write = (bytes: Uint8Array): void => appendFileSync(file, bytes);
  const { stderr, status } = await runMain(["dump", "id", "1", "-o", format, ...more], {
    kernel: kernelOfTexts(),
    write,
  });
  expect({ stderr, status }).toEqual({
    stderr: "Note: 3 texts have bytes that are not UTF-8, shown as U+FFFD (--text escape shows them)\n",
    status: 0,
  });
  return file;
}

/** What a program prints, as JSON. */
function answer(program: string, args: readonly string[]): unknown {
  return JSON.parse(execFileSync(program, args, { encoding: "utf8", maxBuffer: 1 << 26 }));
}

describe("what is no UTF-8", () => {
  test("is U+FFFD in every format, and one note says in how many texts", async () => {
    for (const format of ["ndjson", "json", "yaml", "csv", "table"]) await written(format);
  });

  test.each<[TextMode, string]>([
    ["replace", "caf\ufffd"],
    ["escape", "caf\udce9"],
  ])("%s", (mode, expected) => {
    const shown = new ShownText(mode);
    expect(shown.ofBytes(Buffer.from("636166e9", "hex"))).toBe(expected);
    expect(shown.of("caf\udce9")).toBe(expected);
    expect(JSON.parse(shown.json("caf\udce9"))).toBe(expected);
    expect(shown.replaced).toBe(mode === "replace" ? 3 : 0);
  });
});

liveSuite("Python reads", ["python"], () => {
  test("the lines of JSON", async () => {
    const script =
      "import json,sys; print(json.dumps([json.loads(line) for line in open(sys.argv[1], encoding='utf-8')]))";
    expect(answer("python3", ["-c", script, await written("ndjson")])).toEqual(ROWS);
  });

  test("the JSON array", async () => {
    const script = "import json,sys; print(json.dumps(json.load(open(sys.argv[1], encoding='utf-8'))))";
    expect(answer("python3", ["-c", script, await written("json")])).toEqual(ROWS);
  });

  test("the CSV", async () => {
    const script =
      "import csv,json,sys; print(json.dumps(list(csv.DictReader(open(sys.argv[1], newline='', encoding='utf-8')))))";
    const rows = answer("python3", ["-c", script, await written("csv")]) as Record<string, string>[];
    expect(rows.map((row) => row.key)).toEqual(ROWS.map(({ key }) => key));
    expect(rows.map((row) => Number(row["value.load"]))).toEqual(ROWS.map(({ value }) => value.load));
    expect(rows.map((row) => Number(row["value.in.x"]))).toEqual(ROWS.map(({ value }) => value.in.x));
  });

  test("the JSON into SQLite, whose functions take it apart", async () => {
    const script = [
      "import json,sqlite3,sys",
      "db = sqlite3.connect(':memory:')",
      "db.execute('create table t (line text)')",
      "lines = open(sys.argv[1], encoding='utf-8').read().split('\\n')[:-1]",
      "db.executemany('insert into t values (?)', [(line,) for line in lines])",
      'query = \'select json_extract(line, "$.key"), json_extract(line, "$.value.in.x"), json_valid(line) from t\'',
      "print(json.dumps(db.execute(query).fetchall()))",
    ].join("\n");
    expect(answer("python3", ["-c", script, await written("ndjson")])).toEqual(
      ROWS.map(({ key, value }) => [key, value.in.x, 1]),
    );
  });
});

/** All that a reader finds in a file, or its error. */
const READERS = {
  ndjson: "[json.loads(line) for line in open(f, encoding='utf-8')]",
  json: "json.load(open(f, encoding='utf-8'))",
  csv: "list(csv.DictReader(open(f, newline='', encoding='utf-8')))",
} as const;

liveSuite("Python reads what has names that are no UTF-8", ["python"], () => {
  /** What Python reads, which must have an encoding in UTF-8. */
  function read(format: keyof typeof READERS, file: string): unknown {
    const script = `import csv,json,sys; f=sys.argv[1]; rows=${READERS[format]}; json.dumps(rows, ensure_ascii=False).encode('utf-8'); print(json.dumps(rows))`;
    return answer("python3", ["-c", script, file]);
  }

  test.each(["ndjson", "json"] as const)("%s", async (format) => {
    expect(read(format, await named(format, ["dump", "id", "1", "-o", format]))).toEqual(NAMED_ROWS);
  });

  test.each<[keyof typeof READERS, readonly string[]]>([
    ["csv", ["dump", "id", "1", "-o", "csv"]],
    ["csv", ["list", "id", "1", "-o", "csv"]],
    ["json", ["list", "id", "1", "-o", "json"]],
    ["csv", ["stats", "id", "1", "-o", "csv"]],
    ["ndjson", ["stats", "id", "1", "-o", "ndjson"]],
    ["json", ["schema", "show", "id", "1", "--format", "json"]],
    ["ndjson", ["watch", "id", "1", "--count", "1", "-o", "ndjson"]],
    ["ndjson", ["dump", "id", "1", "-o", "ndjson", "--with-meta"]],
    ["csv", ["dump", "id", "1", "-o", "csv", "--group-by", 'key["st\\n\\udce9"]']],
  ])("%s of %j", async (format, args) => {
    expect(JSON.stringify(read(format, await named("read", args)))).toContain("\ufffd");
  });

  test("schema check", async () => {
    const file = await named("schema.json", ["schema", "export", "id", "1"]);
    const other = join(scratch.folder, "other.json");
    writeFileSync(other, readFileSync(file, "utf8").replace('"n\\udcea"', '"other"'));
    const write = (bytes: Uint8Array): void => appendFileSync(`${other}.found`, bytes);
    const { status } = await runMain(["-j", "schema", "check", "id", "1", other], { kernel: kernelOfNames(), write });
    expect(status).toBe(2);
    expect(JSON.stringify(read("json", `${other}.found`))).toContain("n\ufffd");
  });

  test("but an exported schema, which is read back, has them without loss", async () => {
    const file = await named("schema.json", ["schema", "export", "id", "1"]);
    expect(readFileSync(file, "utf8")).toContain('"n\\udce9"');
    expect(await runMain(["schema", "check", "id", "1", file], { kernel: kernelOfNames() })).toMatchObject({
      stdout: "the map is as the schema says\n",
      status: 0,
    });
  });
});

liveSuite("libyaml reads", ["python", "libyaml"], () => {
  test("the YAML", async () => {
    const script = [
      "import json,sys,yaml",
      "print(json.dumps(yaml.load(open(sys.argv[1], encoding='utf-8'), Loader=yaml.CSafeLoader)))",
    ].join("\n");
    expect(answer("python3", ["-c", script, await written("yaml")])).toEqual(ROWS);
  });
});

liveSuite("jq reads", ["jq"], () => {
  test("the lines of JSON", async () => {
    expect(answer("jq", ["-cs", ".", await written("ndjson")])).toEqual(ROWS);
  });

  test("the JSON array", async () => {
    expect(answer("jq", ["-c", ".", await written("json")])).toEqual(ROWS);
  });
});

liveSuite("DuckDB reads", ["duckdb"], () => {
  function rows(query: string): unknown {
    return answer(process.execPath, [repositoryPath("test", "helpers", "read-with-duckdb.cjs"), query]);
  }

  test("the lines of JSON", async () => {
    const file = await written("ndjson");
    const query = `select key, value.n::int as n, value."in".x::int as x from read_json('${file}', format='newline_delimited')`;
    expect(rows(query)).toEqual(ROWS.map(({ key, value }) => ({ key, n: value.n, x: value.in.x })));
  });

  test("the JSON array", async () => {
    const file = await written("json");
    expect(rows(`select key from read_json('${file}', format='array')`)).toEqual(ROWS.map(({ key }) => ({ key })));
  });

  test("the CSV", async () => {
    const file = await written("csv");
    const query = `select key, "value.n"::int as n from read_csv('${file}', header=true, all_varchar=true, nullstr='\\N', strict_mode=true)`;
    expect(rows(query)).toEqual(ROWS.map(({ key, value }) => ({ key, n: value.n })));
  });
});
