import { describe, expect, test } from "vitest";
import { FLAGS, type Options } from "../../../../src/cli/args/flags.ts";
import { parseArgv } from "../../../../src/cli/args/parse-argv.ts";
import { CommandError } from "../../../../src/cli/result/command-error.ts";

const NONE: Options = {
  json: false,
  pretty: false,
  bpffs: false,
  debug: false,
  help: false,
  version: false,
  pids: false,
  force: false,
  "self-check": false,
  report: false,
  "no-progress": false,
  compat: undefined,
  btf: undefined,
  "key-type": undefined,
  "value-type": undefined,
  schema: undefined,
  format: undefined,
  values: false,
  check: false,
  query: undefined,
  events: undefined,
};

test.each<[string, Partial<Options>, string]>([
  ["dump id 7", {}, "dump id 7"],
  ["-j dump id 7", { json: true }, "dump id 7"],
  ["dump -j id 7", { json: true }, "dump id 7"],
  ["dump id 7 --json", { json: true }, "dump id 7"],
  ["-p dump", { json: true, pretty: true }, "dump"],
  ["-jp dump", { json: true, pretty: true }, "dump"],
  ["--pre --js dump", { json: true, pretty: true }, "dump"],
  ["--p dump", { json: true, pretty: true }, "dump"],
  ["--bp --d --h --v", { bpffs: true, debug: true, help: true, version: true }, ""],
  ["-fdhV", { bpffs: true, debug: true, help: true, version: true }, ""],
  ["--pi list", { pids: true }, "list"],
  ["--forc save", { force: true }, "save"],
  ["--compat 7.1 dump", { compat: "7.1" }, "dump"],
  ["--compat=7.1 dump", { compat: "7.1" }, "dump"],
  ["--comp 5.10 dump", { compat: "5.10" }, "dump"],
  ["--compat 7.1 dump --compat 7.5", { compat: "7.5" }, "dump"],
  ["-m -n -L -B file.btf dump", {}, "dump"],
  ["-mnBfile.btf dump", {}, "dump"],
  ["--mapcompat --nomount --use-loader --base-btf=x dump", {}, "dump"],
  ["dump -- -j --json", {}, "dump -j --json"],
  ["dump id 0x1a 1e3 007", {}, "dump id 0x1a 1e3 007"],
  ["dump - x", {}, "dump - x"],
])("%s", (line, options, words) => {
  const parsed = parseArgv(line.split(" "));
  expect(parsed.problem).toBeUndefined();
  expect(parsed.options).toEqual({ ...NONE, ...options });
  expect(parsed.words.join(" ")).toBe(words);
});

test("words keep what is in them", () => {
  const words = ["", " 26", "a=b", "--", "__proto__", "'q'", '"q"', "a.b"];
  expect(parseArgv(words).words).toEqual(["", " 26", "a=b", "__proto__", "'q'", '"q"', "a.b"]);
});

test("the dialect is the newest, or that of --compat", () => {
  expect(parseArgv(["dump"]).dialect.version).toBe("7.8");
  expect(parseArgv(["--compat", "5.10"]).dialect.version).toBe("5.10");
});

describe("mistakes", () => {
  test.each<[string, string, Partial<Options>]>([
    ["-x", "unrecognized option '-x'", {}],
    ["--nosuch", "unrecognized option '--nosuch'", {}],
    ["-1", "unrecognized option '-1'", {}],
    ["--b", "unrecognized option '--b'", {}],
    ["--json=1", "unrecognized option '--json=1'", {}],
    ["--no-json", "unrecognized option '--no-json'", {}],
    ["--base-btf", "unrecognized option '--base-btf'", {}],
    ["-B", "unrecognized option '-B'", {}],
    ["-j --nosuch", "unrecognized option '--nosuch'", { json: true }],
    ["--nosuch -j", "unrecognized option '--nosuch'", {}],
    ["-jx", "unrecognized option '-jx'", { json: true }],
    ["--compat", "--compat needs a value, VERSION: 5.10, 7.1, 7.5, 7.8", {}],
    ["-p --compat", "--compat needs a value, VERSION: 5.10, 7.1, 7.5, 7.8", { json: true, pretty: true }],
  ])("%s", (line, answer, options) => {
    const { problem, options: seen } = parseArgv(line.split(" "));
    expect(problem).toBeInstanceOf(CommandError);
    expect((problem as CommandError).answer).toEqual({ error: answer });
    expect(seen).toEqual({ ...NONE, ...options });
  });

  test("a version that isn't known", () => {
    const { problem, dialect } = parseArgv(["--compat", "6.0"]);
    expect(problem?.message).toBe("--compat 6.0: not a version that is known (5.10, 7.1, 7.5, 7.8)");
    expect(dialect.version).toBe("7.8");
  });

  test("a negative number says how it can be given", () => {
    expect(parseArgv(["lookup", "-1"]).problem?.message).toBe(
      "there is no option -1 (a negative number? put -- before it)",
    );
  });
});

test("names and letters are used once", () => {
  const names = FLAGS.map(({ name }) => name);
  const letters = FLAGS.flatMap(({ alias }) => alias ?? []);
  expect(new Set(names).size).toBe(names.length);
  expect(new Set(letters).size).toBe(letters.length);
});

test.each<[string[], Options["query"]]>([
  [["dump", "--where", 'value.a == "x"'], { where: 'value.a == "x"' }],
  [["--where", '"x" == value.a || value.b == "y"'], { where: '"x" == value.a || value.b == "y"' }],
  [['--key="10.0.0.1"', "--count"], { key: '"10.0.0.1"', count: "" }],
  [["--sele", "a\nb", "-ojson"], { select: "a\nb", output: "json" }],
  [["--top", "1", "--top=2"], { top: "2" }],
  [["--", "--top", "1"], undefined],
])("a query's options %j", (argv, query) => {
  expect(parseArgv(argv)).toMatchObject({ problem: undefined });
  expect(parseArgv(argv).options.query).toEqual(query);
});
