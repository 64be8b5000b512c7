import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { type FakeMap, fakeMap } from "../../../helpers/fake-kernel.ts";
import { QueryKernel } from "../../../helpers/query-kernel.ts";
import { useScratch } from "../../../helpers/use-scratch.ts";
import { sealed } from "../../snapshot/sample-maps.ts";
import { type Around, type MainRun, runMain } from "../run-main.ts";

const scratch = useScratch();

function run(args: readonly string[], around: Around = {}): Promise<MainRun> {
  return runMain(args, { kernel: new QueryKernel(), ...around });
}

describe("which format", () => {
  test("a table for a terminal", async () => {
    const { stdout, status } = await run(["dump", "name", "counts"], { isTerminal: true });
    expect({ stdout, status }).toEqual({
      stdout: "\u001b[1mkey\u001b[22m  \u001b[1mvalue\u001b[22m\n  0      0\n  1      5\n  2     10\n  3      0\n",
      status: 0,
    });
    for (const env of [{ NO_COLOR: "1" }, {}]) {
      const color = env.NO_COLOR === undefined ? ["--color", "never"] : [];
      const plain = await run(["dump", "name", "counts", ...color], { isTerminal: true, env });
      expect(plain.stdout).not.toContain("\u001b");
    }
    expect((await run(["dump", "name", "counts", "-o", "table", "--color=always"])).stdout).toContain("\u001b[1m");
  });

  test.each(["-j", "-p", "--compat=7.1"])("bpftool's for a terminal with %s", async (option) => {
    const onTerminal = await run([option, "dump", "name", "counts"], { isTerminal: true });
    expect(onTerminal.stdout).toBe((await run([option, "dump", "name", "counts"])).stdout);
  });

  test("bpftool's for a pipe, and lines of JSON with a query", async () => {
    expect((await run(["dump", "name", "counts"])).stdout).toMatch(/^\[\{\n {8}"key": 0,/);
    expect((await run(["dump", "name", "counts", "--where", "value > 5"])).stdout).toBe('{"key":2,"value":10}\n');
  });

  test.each<[string, string]>([
    ["json", '[\n{"key":2,"value":10}\n]\n'],
    ["ndjson", '{"key":2,"value":10}\n'],
    ["csv", "key,value\r\n2,10\r\n"],
    ["yaml", "- key: 2\n  value: 10\n"],
    ["table", "key  value\n  2     10\n"],
    ["hist", "         0 -> 1  0 |".replace(/.*/, "")],
  ])("-o %s", async (format, expected) => {
    const { stdout, stderr } = await run(["dump", "name", "counts", "--where", "value > 5", "-o", format]);
    expect(stderr).toBe("");
    if (format === "hist") expect(stdout).toMatch(/^0 -> 1 {2}0 \|/);
    else expect(stdout).toBe(expected);
  });
});

test.each<[string[], string]>([
  [["--count-only"], '{"count":4}\n'],
  [["--count-only", "-o", "table"], "4\n"],
  [["--count-only", "--where", "value > 0"], '{"count":2}\n'],
  [["--limit", "1"], '{"key":0,"value":0}\n'],
  [["--sort", "value:desc", "--top", "1"], '{"key":2,"value":10}\n'],
  [["--group-by", "value", "--max-groups", "9", "--sort", "count():desc", "--limit", "1"], '{"value":0,"count()":2}\n'],
  [["--key", "2"], '{"key":2,"value":10}\n'],
  [["--int64", "string", "--limit", "1"], '{"key":0,"value":"0"}\n'],
  [["--render", "value=duration", "--where", "key == 1"], '{"key":1,"value":{"text":"5ns","value":5}}\n'],
])("dump counts %j", async (args, stdout) => {
  expect(await run(["dump", "name", "counts", ...args])).toEqual({ stdout, stderr: "", status: 0 });
});

test("several maps of a name: tables for people, one map for programs", async () => {
  const { stdout, status } = await run(["dump", "name", "twins", "-o", "table"]);
  expect({ stdout, status }).toEqual({
    stdout: "map 18: array twins\nkey  value\n  0      1\n\nmap 19: array twins\nkey  value\n  0      2\n",
    status: 0,
  });
  const refused = await run(["dump", "name", "twins", "-o", "json"]);
  expect(refused.stderr).toContain("2 maps match the name 'twins': choose one by id (18, 19)");
  expect(refused.status).toBe(255);
});

describe("a value of 4,000 fields", () => {
  const names = Array.from({ length: 4000 }, (_, i) => `f${i}`);
  const value = new Uint8Array(new Uint32Array(4000).map((_, i) => i).buffer);
  const map: FakeMap = {
    batch: "buckets",
    buckets: [[{ key: Uint8Array.of(7, 0, 0, 0), value }]],
    info: { ...fakeMap(1).info, id: 70, valueSize: value.length, name: "wide" },
  };
  const types = ["--key-type", "u32", "--value-type", `struct { ${names.map((name) => `u32 ${name};`).join(" ")} }`];
  const dump = (...args: string[]): ReturnType<typeof run> =>
    run(["dump", "id", "70", ...types, ...args], { kernel: new QueryKernel([map]) });

  test("has a column for each in CSV, and a field for each in JSON", async () => {
    const [head, row] = (await dump("-o", "csv")).stdout.trimEnd().split("\r\n");
    expect(head).toBe(["key", ...names.map((name) => `value.${name}`)].join(","));
    expect(row).toBe(`7,${names.map((_, i) => i).join(",")}`);
    const { value: fields } = JSON.parse((await dump("-o", "ndjson")).stdout);
    expect(Object.entries(fields)).toEqual(names.map((name, i) => [name, i]));
  });

  test("has those in a table that fit the terminal, and says how many don't", async () => {
    const said = await dump("-o", "table", "--color", "never");
    expect(said.stdout.split("\n")[0]?.split(/ +/).length).toBe(4001);
    const { stdout, stderr } = await run(["dump", "id", "70", ...types, "--color", "never"], {
      kernel: new QueryKernel([map]),
      isTerminal: true,
      columns: 40,
    });
    expect(stdout).toMatch(/^key +f0 +f1 .*\n +7 +0 +1 .*\n$/);
    for (const line of stdout.split("\n")) expect(line.length).toBeLessThanOrEqual(40);
    expect(stderr).toMatch(/no room for 39\d\d columns: f\d+, .* and 39\d\d more/);
  });
});

describe("lookup", () => {
  test.each<[string[], string]>([
    [["lookup", "name", "counts", "--key", "2", "-o", "json"], '[\n{"key":2,"value":10}\n]\n'],
    [["lookup", "name", "counts", "key", "2", "0", "0", "0", "-o", "ndjson"], '{"key":2,"value":10}\n'],
    [["-j", "lookup", "name", "counts", "--key", "1"], '{"key":["0x01","0x00","0x00","0x00"],"value":["0x05"'],
    [
      ["lookup", "id", "7", "--key", '{"saddr":"10.0.0.1","dport":443,"proto":6}', "--select", "value.packets"],
      '{"value.packets":2000}\n',
    ],
    [
      ["lookup", "id", "11", "--key", "1", "--per-cpu", "sum", "--select", "value.packets"],
      '{"value.packets":36893488147419103230}\n',
    ],
    [["lookup", "id", "15", "--key", "01020304", "-o", "ndjson"], '{"key":"01020304","value":"0102"}\n'],
    [["lookup", "id", "15", "--key", '"01020304"', "-o", "ndjson"], '{"key":"01020304","value":"0102"}\n'],
    [
      [
        "lookup",
        "id",
        "7",
        "--render",
        "key.dport=port",
        "--key",
        '{"saddr":1,"dport":443,"proto":6}',
        "--enums",
        "both",
      ],
      "",
    ],
  ])("%j", async (args, stdout) => {
    const said = await run(args);
    expect(said.stdout.slice(0, stdout.length) + (stdout === "" ? "" : said.stderr)).toBe(stdout);
    expect(said.status).toBe(stdout === "" ? 254 : 0);
  });

  test.each<[string[], string, number]>([
    [["id", "13", "--key", "9", "-o", "json"], "look up a key in map id 13 (counts): there is no such entry", 254],
    [["id", "13", "--key", "-1"], "--key: `key` (`unsigned int`) goes from 0 to 4294967295, got -1", 255],
    [["id", "13", "--key", "{"], "--key: not JSON (text stands in double quotes)\n  {\n   ^", 255],
    [["id", "13", "--key", "1", "key", "1", "0", "0", "0"], "lookup: expected MAP [key DATA]", 255],
    [
      ["id", "7", "--key", '{"saddr":"10.0.0.1","dport":70000,"proto":6}'],
      "--key: `key.dport` (`unsigned short`) goes from 0 to 65535, got 70000",
      255,
    ],
    [["id", "13", "--key", "18446744073709551616"], "goes from 0 to 4294967295, got 18446744073709551616", 255],
  ])("refuses %j", async (args, message, status) => {
    const said = await run(["lookup", ...args]);
    expect(said.stderr).toContain(message);
    expect(said.status).toBe(status);
  });
});

describe("maps in maps", () => {
  const inner =
    '{"id":13,"type":"array","name":"counts","entries":[{"key":0,"value":0},{"key":1,"value":5},{"key":2,"value":10},{"key":3,"value":0}]}';
  const first = `{"key":"01000000","value":13,"map":${inner}}`;
  const second = '{"key":"02000000","value":99,"map":{"id":99,"error":"open map id 99"}}';

  test.each<[string, string]>([
    ["ndjson", `${first}\n${second}\n`],
    ["json", `[\n${first},\n${second}\n]\n`],
    [
      "table",
      "key       value\n01000000     13\n02000000     99\n\nmap 13: array counts\nkey  value\n  0      0\n  1      5\n  2     10\n  3      0\n\nmap 99: open map id 99\n",
    ],
  ])("-o %s", async (format, stdout) => {
    expect(await run(["dump", "name", "outer", "--recursive", "-o", format])).toEqual({
      stdout,
      stderr: "",
      status: 0,
    });
  });

  /** Maps 60, which holds one that can't be read and one that is cut off, and 61, the latter. */
  function brokenKernel(): QueryKernel {
    const base = new QueryKernel([]);
    using fd = base.openMap(14);
    const info = base.mapInfo(fd);
    const value = (id: number): Uint8Array => Uint8Array.of(id, 0, 0, 0);
    const outer = [16, 13].map((id) => [{ key: value(id), value: value(id) }]);
    return new QueryKernel([{ batch: "buckets", buckets: outer, info: { ...info, id: 60, name: "broken" } }]);
  }

  test("one that can't be read says so in its place, the others go on, and the status says that there is a gap", async () => {
    const options = { kernel: brokenKernel() };
    const { stdout, status } = await run(["dump", "id", "60", "--recursive", "-o", "json"], options);
    expect(status).toBe(3);
    expect(JSON.parse(stdout)).toEqual([
      {
        key: "10000000",
        value: 16,
        map: {
          id: 16,
          type: "task_storage",
          name: "marks",
          entries: [],
          error: expect.stringMatching(/^read map id 16 \(marks\): .*task_storage/),
        },
      },
      { key: "0d000000", value: 13, map: JSON.parse(inner) },
    ]);
    const table = await run(["dump", "id", "60", "--recursive", "-o", "table"], options);
    expect(table.stdout).toMatch(
      /\nmap 16: task_storage marks\nread map id 16 \(marks\): .*\n\nmap 13: array counts\n/,
    );
    expect(table.status).toBe(3);
  });

  test("renderers by path are for the outer map, by type for all", async () => {
    const render = ["--render", "value=hex,unsigned long long=bytes"];
    const { stdout, stderr, status } = await run(["dump", "name", "outer", "--recursive", "--limit", "1", ...render]);
    const note = "Note: --render: map id 14 (outer) has no type `unsigned long long`\n";
    expect({ stderr, status }).toEqual({ stderr: note, status: 0 });
    const entry = '{"key":1,"value":{"text":"5 B","value":5}}';
    expect(stdout).toContain('"value":"0xd"');
    expect(stdout).toContain(entry);
  });

  test("a map without maps is shown as it is", async () => {
    expect((await run(["dump", "name", "counts", "--recursive", "--limit", "1"])).stdout).toBe('{"key":0,"value":0}\n');
  });

  test("a map that holds itself is not followed for ever", async () => {
    const more = {
      batch: "buckets" as const,
      buckets: [[{ key: Uint8Array.of(1, 0, 0, 0), value: Uint8Array.of(50, 0, 0, 0) }]],
    };
    const kernel = new QueryKernel([]);
    using outer = kernel.openMap(14);
    const info = { ...kernel.mapInfo(outer), id: 50, name: "self" };
    const { stdout } = await run(["dump", "id", "50", "--recursive"], { kernel: new QueryKernel([{ ...more, info }]) });
    expect(stdout).toBe('{"key":"01000000","value":50,"map":{"id":50,"error":"it holds itself"}}\n');
  });
});

describe("of a snapshot, what it says itself counts and not this machine", () => {
  /** A snapshot of a map, taken at another time on a machine that was started at another time. */
  async function snapshot(id: number): Promise<string> {
    const file = join(scratch.folder, `${id}.ndjson`);
    await run(["save", "id", String(id), file]);
    const lines = readFileSync(file, "utf8").trimEnd().split("\n");
    const edit = (line: string): string =>
      line
        .replace(/"bootTimeOffsetNs":"\d+"/, '"bootTimeOffsetNs":"1700000000000000000"')
        .replace(/"time":"[^"]*"/, '"time":"2023-11-14T22:13:30.000Z"');
    writeFileSync(file, sealed(lines.map(edit)));
    return file;
  }

  test.each([
    ["ktime", "2023-11-14T22:13:20.000000005Z"],
    ["age", "10s"],
    ["uid", "5"],
    ["ifindex", "5"],
    ["syscall", "fstat"],
  ])("%s", async (renderer, text) => {
    const file = await snapshot(13);
    const args = ["dump", "file", file, "--where", "key == 1", "--render", `value=${renderer}`];
    expect((await run(args)).stdout).toBe(`{"key":1,"value":{"text":"${text}","value":5}}\n`);
    expect((await run([...args, "-o", "table"])).stdout).toContain(` ${text}\n`);
  });

  test("maps in maps are not those that have these ids now", async () => {
    const file = await snapshot(14);
    const { stdout } = await run(["dump", "file", file, "--recursive", "--limit", "1"]);
    const map = '{"id":13,"error":"a snapshot has only the outer map"}';
    expect(stdout).toBe(`{"key":"01000000","value":13,"map":${map}}\n`);
  });
});

test("renderers of a configuration file", async () => {
  const file = join(scratch.folder, "config.yaml");
  writeFileSync(file, "maps:\n  conns:\n    render: { key.saddr: ipv4 }\n");
  const args = ["dump", "name", "conns", "--select", "key.saddr", "--limit", "1"];
  expect((await run([...args, "--config", file])).stdout).toBe('{"key.saddr":"10.0.0.1"}\n');
  expect((await run([...args, "--config", file, "--render", "key.saddr=hex"])).stdout).toBe(
    '{"key.saddr":"0x100000a"}\n',
  );
  expect((await run([...args, "--config", file, "--no-render"])).stdout).toBe('{"key.saddr":16777226}\n');
  writeFileSync(file, "maps:\n  conns:\n    rendr: {}\n");
  const { stderr, status } = await run([...args, "--config", file]);
  expect({ stderr, status }).toEqual({
    stderr: `Error: ${file}:3:5: nothing is called \`rendr\` here; did you mean \`render\`?\n`,
    status: 255,
  });
});

test("renderers that nothing in the map asks for are said to be so", async () => {
  const file = join(scratch.folder, "config.yaml");
  writeFileSync(
    file,
    "maps:\n  conns:\n    render: { key.sadr: ipv4, key.dport: mac, key.proto: hex }\nrender: { value.x: hex }\n",
  );
  const args = ["dump", "name", "conns", "--select", "key.proto", "--limit", "1", "--config", file];
  expect(await run([...args, "--render", "unsinged int=ipv4"])).toEqual({
    stdout: '{"key.proto":"0x6"}\n',
    stderr: [
      "Note: --render: map id 7 (conns) has no type `unsinged int` (did you mean `unsigned int`?)",
      `Note: ${file}:3:15: no field \`sadr\` in \`struct conn_key\`; did you mean \`saddr\`?`,
      "  key.sadr",
      "      ^^^^",
      `Note: ${file}:3:31: \`mac\` shows 6 bytes, and \`key.dport\` is \`unsigned short\` of 2 bytes`,
      "  key.dport",
      "  ^^^^^^^^^",
      "",
    ].join("\n"),
    status: 0,
  });
});

describe("what is refused", () => {
  test.each<[string[], string]>([
    [
      ["dump", "id", "7", "--where", "value.packet > 1"],
      "Error: --where: no field `packet` in `struct conn_val`; did you mean `packets`?\n  value.packet > 1\n        ^^^^^^\n",
    ],
    [["dump", "id", "7", "--top", "3"], "--top needs --sort"],
    [
      ["dump", "id", "7", "--top", "x", "--sort", "key.dport"],
      "--top takes a whole number from 0 to 999999999, got 'x'",
    ],
    [["dump", "id", "7", "--limit", "-1"], "--limit takes a whole number from 0 to 999999999, got '-1'"],
    [["dump", "id", "7", "--limit", "1e3"], "--limit takes a whole number from 0 to 999999999, got '1e3'"],
    [
      ["dump", "id", "7", "-o", "xml"],
      "--output takes table, csv, ndjson, json, yaml, hist, arrow or parquet, got 'xml'",
    ],
    [["dump", "id", "7", "--per-cpu", "median"], "--per-cpu takes each, sum, avg, min, max or any, got 'median'"],
    [["dump", "id", "7", "--select", "value.nope"], "--select: no field `nope` in `struct conn_val`"],
    [["dump", "id", "7", "--sort", "value.slots"], "--sort: `value.slots` is an array, which has no order"],
    [
      ["dump", "id", "7", "--render", "key.dport=mac"],
      "--render: `mac` shows 6 bytes, and `key.dport` is `unsigned short` of 2 bytes",
    ],
    [
      ["dump", "id", "7", "-o", "hist", "--select", "value.comm"],
      "-o hist needs a value that is or has one array of integers",
    ],
    [["dump", "id", "16", "-o", "json"], "task_storage"],
    [["dump", "id", "7", "--key", "5", "--group-by", "key.proto"], "--key and --group-by exclude each other"],
    [["dump", "id", "14", "--recursive", "--sort", "key"], "--recursive and --sort exclude each other"],
    [["dump", "id", "14", "--recursive", "-o", "csv"], "--recursive prints -o json, ndjson or table"],
    [
      ["dump", "id", "7", "--config", "/nowhere/config.yaml"],
      "read the configuration /nowhere/config.yaml: no such file or directory",
    ],
    [
      ["save", "id", "7", "FILE", "--where", "true"],
      "--where goes with dump, events, diff, watch, report, stats, top, list, not with save",
    ],
  ])("%j", async (args, message) => {
    const { stdout, stderr, status } = await run(args);
    expect(stderr).toContain(message);
    expect({ stdout, status }).toEqual({ stdout: "", status: 255 });
  });

  test.each(["-j", "-p", "--compat=7.1"])("a query with %s", async (option) => {
    const { stdout, stderr, status } = await run(["dump", "id", "7", "--where", "true", option]);
    const said = `--where works with our own formats only: use -o ndjson or -o json instead of ${option.split("=")[0]}`;
    expect(stdout + stderr).toContain(said);
    expect(status).toBe(255);
  });
});
