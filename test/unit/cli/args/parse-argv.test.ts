import { describe, expect, test } from "vitest";
import { ALL_FLAGS, flagsOf, type Options } from "../../../../src/cli/args/flags.ts";
import { parseArgv } from "../../../../src/cli/args/parse-argv.ts";
import { CommandError } from "../../../../src/cli/result/command-error.ts";
import { dialectOf } from "../../../../src/codec/bpftool/dialect.ts";

/** The options of a command line without flags. */
const NONE = Object.fromEntries(
  ALL_FLAGS.map(({ option, flag }) => [option, flag.value === undefined ? false : undefined]),
);

const IGNORED: Partial<Options> = { mapcompat: true, nomount: true, useLoader: true };

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
  ["--compat 7.1 dump", { compat: dialectOf("7.1") }, "dump"],
  ["--compat=7.1 dump", { compat: dialectOf("7.1") }, "dump"],
  ["--comp 5.10 dump", { compat: dialectOf("5.10") }, "dump"],
  ["--compat 7.1 dump --compat 7.5", { compat: dialectOf("7.5") }, "dump"],
  ["-m -n -L -B file.btf dump", IGNORED, "dump"],
  ["-mnBfile.btf dump", { mapcompat: true, nomount: true }, "dump"],
  ["--mapcompat --nomount --use-loader --base-btf=x dump", IGNORED, "dump"],
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
    ["--compat", "--compat needs a value: 5.10, 7.1, 7.5, 7.8", {}],
    ["-p --compat", "--compat needs a value: 5.10, 7.1, 7.5, 7.8", { json: true, pretty: true }],
  ])("%s", (line, answer, options) => {
    const { problem, options: seen } = parseArgv(line.split(" "));
    expect(problem).toBeInstanceOf(CommandError);
    expect((problem as CommandError).answer).toEqual({ error: answer });
    expect(seen).toEqual({ ...NONE, ...options });
  });

  test("a version that isn't known", () => {
    const { problem, dialect } = parseArgv(["--compat", "6.0"]);
    expect(problem?.message).toBe("--compat takes 5.10, 7.1, 7.5 or 7.8, got '6.0'");
    expect(dialect.version).toBe("7.8");
  });
});

test.each([undefined, "dump", "events", "generate", "stats --watch", "schema export"] as const)(
  "%s: names and letters are used once",
  (use) => {
    const flags = flagsOf(use).map(({ flag }) => flag);
    const names = flags.map(({ name }) => name);
    const letters = flags.flatMap(({ letter }) => letter ?? []);
    expect(new Set(names).size).toBe(names.length);
    expect(new Set(letters).size).toBe(letters.length);
  },
);

const WHERE = '"x" == value.a || value.b == "y"';

test.each<[string[], Partial<Options>]>([
  [["dump", "--where", 'value.a == "x"'], { where: { option: "--where", text: 'value.a == "x"' } }],
  [["--where", WHERE, "dump"], { where: { option: "--where", text: WHERE } }],
  [['--key="10.0.0.1"', "dump"], { key: { value: "10.0.0.1", text: '"10.0.0.1"' } }],
  [["dump", "--key", "18446744073709551615"], { key: { value: "18446744073709551615", text: "18446744073709551615" } }],
  [["dump", "--count-only"], { countOnly: true }],
  [["dump", "--watch", "--count", "3"], { watch: true, reads: 3 }],
  [["watch", "--count=3"], { reads: 3 }],
  [["events", "--count=3"], { maxEvents: 3 }],
  [["dump", "--sele", "a\nb", "-ojson"], { select: { option: "--select", text: "a\nb" }, output: "json" }],
  [["generate", "-o", "json"], { outputFile: "json" }],
  [["stats", "-o", "json"], { statsOutput: "json" }],
  [["diff", "-o", "json"], { reportOutput: "json" }],
  [["dump", "--sort", "key", "--top", "1", "--top=2"], { sort: { option: "--sort", text: "key" }, top: 2 }],
  [["dump", "--", "--top", "1"], {}],
])("values of %j", (argv, options) => {
  const line = parseArgv(argv);
  expect(line.problem).toBeUndefined();
  expect(line.options).toEqual({ ...NONE, ...options });
});
