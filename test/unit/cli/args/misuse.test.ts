import { describe, expect, test } from "vitest";
import { COMMANDS, type Use } from "../../../../src/cli/args/commands.ts";
import type { Flag } from "../../../../src/cli/args/flag.ts";
import { ALL_FLAGS, commandOfUse, flagsOf, isUsedIn } from "../../../../src/cli/args/flags.ts";
import { parseArgv } from "../../../../src/cli/args/parse-argv.ts";
import { CommandError } from "../../../../src/cli/result/command-error.ts";
import { runMain } from "../run-main.ts";

const USES: readonly Use[] = [
  ...COMMANDS.map(({ name }) => name).filter((name) => name !== "schema"),
  "schema show",
  "schema export",
  "schema check",
  "dump --watch",
  "stats --watch",
];

/** The flag with a value that it accepts, out of its example. */
function given({ name, value, example, letter }: Flag): string[] {
  if (value === undefined) return [`--${name}`];
  const words = [...(example?.[0] ?? "").matchAll(/'([^']*)'|\S+/g)].map(([word, quoted]) => quoted ?? word);
  const at = words.findIndex((word) => word === `--${name}` || word === `-${letter}`);
  return [`--${name}`, words[at + 1] ?? ""];
}

describe.each(USES)("%s", (use) => {
  const words = use.split(" ");
  const isBpftools = COMMANDS.some(({ name, bpftool }) => bpftool && name === commandOfUse(use));

  test.each(ALL_FLAGS.filter(({ flag }) => !flag.ignored).map(({ option, flag }) => [option, flag] as const))(
    "takes --%s or names the commands that do",
    (_, flag) => {
      const named = flagsOf(use).find((one) => one.flag.name === flag.name);
      if (named?.flag !== flag) return;
      const { problem } = parseArgv([...words, ...given(flag)]);
      const isTaken = isUsedIn(flag, use) || (flag.bpftool === true && isBpftools);
      if (isTaken) {
        // What it needs is another matter.
        if (problem !== undefined) expect(problem.message).toMatch(new RegExp(`^--${flag.name} needs -`));
        expect(problem === undefined).toBe(flag.needs === undefined);
        return;
      }
      expect(problem).toBeInstanceOf(CommandError);
      expect(problem?.message).toMatch(
        new RegExp(
          `^--${flag.name} (?:goes with .*, not with ${use}(?: \\(.*)?|needs --watch(?: \\(.*)?|doesn't go with --watch)$`,
        ),
      );
    },
  );

  test("refuses a wrong value for each of its flags with what is accepted", () => {
    for (const { flag } of flagsOf(use)) {
      if (flag.value === undefined || flag.ignored || !isUsedIn(flag, use)) continue;
      const needed = (flag.needs ?? []).flatMap((need) => {
        const [name, value] = need.split("=");
        const other = flagsOf(use).find((one) => one.flag.name === name)?.flag;
        return other === undefined ? [] : value === undefined ? given(other) : [`--${name}`, value];
      });
      const { problem } = parseArgv([...words, ...needed, `--${flag.name}=`]);
      if (flag.name === "key") expect(problem?.message).toMatch(/^--key: not JSON/);
      else expect(problem?.message).toBe(`--${flag.name} takes ${flag.value.accepts}, got ''`);
    }
  });
});

test.each([
  ["schema show id 7 --format banana", "--format takes tree, c, json or arrow, got 'banana'"],
  ["stats --color banana", "--color takes auto, always or never, got 'banana'"],
  ["watch id 7 --interval 1.1234567891s", "--interval takes a time from 10ms to 24h"],
  ["events id 7 --for 1.1234567891s", "--for takes a time from 1ms to 596h"],
  ["stats -f", "--bpffs goes with list, not with stats"],
  ["save id 7 x -f", "--bpffs goes with list, not with save"],
  ["schema check id 7 x --format c", "--format goes with schema show, verifier, not with schema check"],
  [
    "schema show id 7 -o x",
    "--output goes with dump, events, lookup, peek, diff, watch, top, generate, schema export, report, stats, list, not with schema show",
  ],
  ["dump id 7 --max-groups 3", "--max-groups needs --group-by"],
  ["dump id 7 --scale log2", "--scale needs -o hist"],
  ["dump id 7 --scale log2 -o csv", "--scale needs -o hist"],
  ["dump id 7 --key 1 --limit 2", "--key and --limit exclude each other"],
  ["dump id 7 --render a=b --no-render", "--render and --no-render exclude each other"],
  ["generate id 7 --check", "--check needs -o FILE"],
  ["events id 7 --types 1=u32", "--types needs --type-by"],
  ["events id 7 --type u32 --types 1=u32 --type-by u32@0", "--type and --types exclude each other"],
  ["completion tcsh", "completion: expected [bash | zsh | fish], got 'tcsh'"],
  ["demo more", "demo: expected nothing, got 'more'"],
])("%s", async (line, message) => {
  const { stdout, stderr, status } = await runMain(line.split(" "));
  expect(stderr).toContain(`Error: ${message}`);
  expect({ stdout, status }).toEqual({ stdout: "", status: 255 });
});

test.each(["list", "dump id 7", "lookup id 7 key 1 0 0 0", "getnext id 7", "peek name jobs", "help", "version"])(
  "bpftool's flags change nothing in %s",
  async (line) => {
    const plain = await runMain(line.split(" "));
    // -f shows pins in list, whose order and state belong to the machine.
    const flags = ["-m", "-n", "-L", "-B", "x", ...(line === "list" ? [] : ["-f"])];
    expect(await runMain([...flags, ...line.split(" ")])).toEqual(plain);
  },
);
