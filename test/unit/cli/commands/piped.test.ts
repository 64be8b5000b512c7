import { execFileSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Readable } from "node:stream";
import { gzipSync } from "node:zlib";
import { describe, expect, test } from "vitest";
import { goldenPath } from "../../../golden/recorded.ts";
import { CONNECTION, connectionBtf } from "../../../helpers/connections.ts";
import { useScratch } from "../../../helpers/use-scratch.ts";
import { type MainRun, runMain } from "../run-main.ts";

const scratch = useScratch();

/** Runs a command with something in the pipe, in pieces of a few bytes if there isn't much of it. */
function piped(input: string | Buffer, ...args: string[]): Promise<MainRun> {
  const bytes = Buffer.from(input);
  const step = bytes.length < 10_000 ? 7 : 65_536;
  const pieces = Array.from({ length: Math.ceil(bytes.length / step) }, (_, i) =>
    bytes.subarray(i * step, (i + 1) * step),
  );
  return runMain(args, { stdin: Readable.from(pieces) });
}

const ENTRY = '{"key":["0x01","0x00","0x00","0x00"],"value":["0x07","0x00"]}';
const DECODED = ENTRY.replace(/\}$/, ',"formatted":{"key":1,"value":7}}');
const ROW = '{"key":"01000000","value":"0700"}\n';

test.for(["ndjson", "gz"])("a snapshot comes through a pipe: %s", async (kind) => {
  const path = goldenPath("types", "hash", "btf", "map.ndjson");
  const bytes = readFileSync(path);
  const input = kind === "gz" ? gzipSync(bytes) : bytes;
  for (const args of [
    ["-j", "dump"],
    ["-p", "list"],
    ["-j", "getnext"],
    ["-o", "ndjson", "stats"],
  ]) {
    expect(await piped(input, ...args, "file", "-")).toEqual(await runMain([...args, "file", path]));
  }
});

test("a large pipe is read in bounded memory and leaves no file behind", async () => {
  const entries = Array.from({ length: 100_000 }, (_, i) => {
    const digits = i.toString(16).padStart(8, "0").match(/../g) ?? [];
    return `{"key":[${digits.map((one) => `"0x${one}"`).join(",")}],"value":["0x01"]}`;
  });
  const run = await piped(`[${entries.join(",")}]`, "dump", "file", "-", "--count-only", "--report");
  expect(run.stdout).toBe('{"count":100000}\n');
  expect(run.status).toBe(0);
});

test("a path that is a pipe, as the shell's <(…) gives one", async () => {
  const path = goldenPath("types", "hash", "btf", "map.ndjson");
  const command = 'exec node bin/ebpf-map.js diff file <(cat "$0") file <(cat "$0") -o ndjson';
  const stdout = execFileSync("bash", ["-c", command, path], { cwd: goldenPath(".."), encoding: "utf8" });
  expect(stdout).toBe("");
});

describe("what is wrong with stdin", () => {
  test("it is a terminal", async () => {
    const run = await runMain(["dump", "file", "-"]);
    expect(run).toMatchObject({ status: 255, stderr: expect.stringContaining("read stdin: it is a terminal") });
  });

  test("two maps want it", async () => {
    const run = await piped(`[${ENTRY}]`, "diff", "file", "-", "file", "-");
    expect(run).toMatchObject({ status: 2, stderr: "Error: read stdin: only one MAP of a command can be -\n" });
  });
});

describe("bpftool's JSON", () => {
  test.for<readonly [what: string, text: string, stdout: string]>([
    ["as bpftool prints it", `[${ENTRY}]\n`, ROW],
    ["with a byte order mark", `\ufeff[${ENTRY}]\n`, ROW],
    ["with CRLF", `[\r\n${ENTRY}\r\n]\r\n`, ROW],
    [
      "entries that jq has taken out of their array",
      `${ENTRY}\n${ENTRY.replace("0x01", "0x02")}\n`,
      `${ROW}${ROW.replace("01", "02")}`,
    ],
    ["no entries", "[]\n", ""],
    ["what comes of null, and of an error, beside a map", `null\n{"error":"no"}\n[${ENTRY}]`, ROW],
    [
      "an entry that couldn't be read",
      `[${ENTRY.replace(/"value":.*/, '"value":{"error":"Operation not supported"}}')},${ENTRY.replace("0x01", "0x02")}]`,
      `{"key":"01000000","error":"EOPNOTSUPP"}\n${ROW.replace("01", "02")}`,
    ],
  ])("%s", async ([, text, stdout]) => {
    expect(await piped(text, "dump", "file", "-", "-o", "ndjson")).toMatchObject({ stdout, status: 0 });
  });

  test.for<readonly [what: string, text: string, message: string]>([
    ["an empty line", "\n", "there is no map in it (bpftool prints an empty line where no map has the name)"],
    [
      "an error",
      '{"error":"get map by id (7): No such file or directory"}',
      "bpftool failed: get map by id (7): No such file or directory",
    ],
    [
      "a list of maps",
      '[{"id":7,"type":"hash","name":"conns","flags":0}]',
      "it lists maps, and has no entries (bpftool -j map dump prints them)",
    ],
    [
      "types alone",
      '{"types":[{"id":1,"kind":"INT","name":"int","size":4,"bits_offset":0,"nr_bits":32,"encoding":"SIGNED"}]}',
      "it has types, and no map (--btf takes them)",
    ],
    ["another array", "[1,2]", "at byte 1: an entry is no object"],
    ["another object", '{"name":"x"}', "at byte 0: an object is nothing of bpftool's maps"],
    ["a missing comma", `[${ENTRY}${ENTRY}]`, `at byte 62: "," or "]" is missing behind an entry`],
    ["deep nesting", `[{"key":${"[".repeat(1000)}`, "at byte 1: it is nested more than 512 levels deep"],
    [
      "types that end in the middle",
      '[{"key":[],"value":[]}]{"types":[',
      "at byte 33: the text ends within an object (truncated)",
    ],
  ])("refused: %s", async ([, text, message]) => {
    const error = `Error: read the output of bpftool in -: ${message}\n`;
    expect(await piped(text, "dump", "file", "-")).toEqual({ stdout: "", stderr: error, status: 255 });
  });

  test("refused: nothing at all", async () => {
    const stderr = "Error: read snapshot -: it is empty (did the command that writes it fail?)\n";
    expect(await piped("", "dump", "file", "-")).toEqual({ stdout: "", stderr, status: 255 });
  });

  test.for<readonly [what: string, second: string, message: string]>([
    ["a longer key", ENTRY.replace('"0x01"', '"0x01","0x01"'), "the key has 5 bytes, 4 expected"],
    ["upper-case digits", ENTRY.replace("0x07", "0x0A"), 'bytes are not printed as "0x00" to "0xff", in lower case'],
    ["no value", '{"key":["0x01","0x00","0x00","0x00"]}', "it has no value"],
    [
      "values of CPUs",
      ENTRY.replace('"value":["0x07","0x00"]', '"values":[{"cpu":0,"value":["0x07","0x00"]}]'),
      "it has values of more than 0 CPUs",
    ],
  ])("refused where it is read: %s", async ([, second, message]) => {
    const run = await piped(`[${ENTRY},${second}]`, "dump", "file", "-", "-o", "ndjson");
    expect(run.status).toBe(255);
    expect(run.stderr).toContain(`read the output of bpftool in -: entry 2, at byte 63: ${message}`);
  });

  test.for([
    ["without -j", "key: 01 00 00 00  value: 07 00\nFound 1 element\n", "it looks like what bpftool prints without -j"],
    ["in UTF-16", Buffer.from(`\ufeff[${ENTRY}]`, "utf16le"), "it is in UTF-16"],
    ["an error in words", "Error: get map by id (7)\n", 'it begins with "Error: get map by id (7)"'],
  ] as const)("refused with a hint: %s", async ([, text, hint]) => {
    const run = await piped(text as string | Buffer, "dump", "file", "-");
    expect(run).toMatchObject({ status: 255, stderr: expect.stringContaining(hint) });
  });

  test("a stream that is cut says so, wherever it is cut", async () => {
    const text = `[${ENTRY},${ENTRY.replace("0x01", "0x02")}]`;
    for (let length = 1; length < text.length; length++) {
      const run = await piped(text.slice(0, length), "dump", "file", "-", "-o", "ndjson");
      expect([length, run.status]).toEqual([length, 3]);
      expect(run.stderr).toMatch(/the text ends within the map, behind [012] entr/);
    }
    expect((await piped(text, "dump", "file", "-", "-o", "ndjson")).status).toBe(0);
  });

  test("saving what was cut keeps it incomplete", async () => {
    const file = join(scratch.folder, "cut.ndjson");
    const run = await piped(`[${ENTRY},`, "save", "file", "-", file);
    expect(run.status).toBe(3);
    expect(await runMain(["dump", "file", file, "-o", "ndjson"])).toMatchObject({ stdout: ROW, status: 3 });
  });

  test("map show beside it gives the info, before or behind it", async () => {
    const shown =
      '{"id":7,"type":"lru_hash","name":"conns","flags":2,"bytes_key":4,"bytes_value":2,"max_entries":10,"bytes_memlock":400,"frozen":1}';
    for (const text of [`${shown}\n[${ENTRY}]`, `[${ENTRY}]${shown}`, `[${shown}][${ENTRY}]`]) {
      expect((await piped(text, "-j", "list", "file", "-")).stdout).toBe(`${shown}\n`);
    }
  });

  test("two maps of a name are two maps", async () => {
    const map = (id: number): string => `{"id":${id},"type":"hash","name":"twins","flags":0,"elements":[${ENTRY}]}`;
    const text = `[${map(7)},${map(8)}]`;
    expect((await piped(text, "-j", "dump", "file", "-")).stdout).toBe(`${text}\n`);
    expect(await piped(text, "dump", "file", "-", "-o", "ndjson")).toMatchObject({ status: 255 });
    expect((await piped(`${text.slice(0, -3)}`, "-j", "dump", "file", "-")).status).toBe(3);
  });

  test("without types, the columns are what bpftool printed, and it is said what is lost", async () => {
    const text = `[${DECODED}]`;
    const run = await piped(text, "dump", "file", "-", "-o", "ndjson", "--where", "value == 7");
    expect(run.stdout).toBe('{"key":1,"value":7}\n');
    expect(run.stderr).toContain("sizes, the numbers of enumerators, padding, and what it could not print are lost");
    // bpftool's own formats print bytes.
    expect((await piped(text, "-j", "dump", "file", "-")).stdout).toBe(`[${ENTRY}]\n`);
  });

  test("where only that is there, no bytes are made up", async () => {
    const text =
      '[{\n        "key": 1,\n        "value": {\n            "n": 9007199254740993,\n            "big": 18446744073709551615\n        }\n    }\n]\n';
    const run = await piped(text, "dump", "file", "-", "-o", "ndjson");
    expect(run.stdout).toBe('{"key":1,"value":{"n":9007199254740993,"big":18446744073709551615}}\n');
    for (const args of [
      ["-j", "dump", "file", "-"],
      ["save", "file", "-", join(scratch.folder, "x.ndjson")],
    ]) {
      const bytes = await piped(text, ...args);
      expect(bytes.status).toBe(255);
      expect(bytes.stdout + bytes.stderr).toContain("it has no bytes, only what they mean (bpftool -j prints both)");
    }
  });

  test("types from a file, given names, or the BTF in the stream; saved, they are the snapshot's", async () => {
    const btf = join(scratch.folder, "types.btf");
    writeFileSync(btf, connectionBtf().bytes);
    const zeros = (count: number): string => Array.from({ length: count }, () => '"0x00"').join(",");
    const text = `[{"key":["0x01","0x00","0x00","0x00"],"value":[${zeros(CONNECTION.valueSize)}]}]`;
    const types = ["--btf", btf, "--key-type", "u32", "--value-type", "struct conn_val"];
    const file = join(scratch.folder, "typed.ndjson");
    expect((await piped(text, "save", "file", "-", file, ...types)).stderr).toBe("");
    const direct = await piped(text, "dump", "file", "-", "-o", "ndjson", ...types);
    expect(direct.stdout).toMatch(/^\{"key":1,"value":\{"/);
    expect(await runMain(["dump", "file", file, "-o", "ndjson"])).toEqual(direct);
    expect((await runMain(["dump", "file", file])).stdout).toContain('"key": 1');
  });
});
