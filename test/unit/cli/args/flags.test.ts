import { describe, expect, test } from "vitest";
import { COMMANDS, type Use } from "../../../../src/cli/args/commands.ts";
import { ENTRY_FLAGS } from "../../../../src/cli/args/flags/entries.ts";
import { ALL_FLAGS, commandOfUse, isUsedIn, shownFlags } from "../../../../src/cli/args/flags.ts";
import { commandEntry, reference } from "../../../../src/cli/args/help/reference.ts";
import { TOPICS } from "../../../../src/cli/args/topics.ts";

const SHOWN = ALL_FLAGS.filter(({ flag }) => flag.ignored !== true);

describe.each(SHOWN.map(({ option, flag }) => [option, flag] as const))("%s", (option, flag) => {
  test("is documented", () => {
    expect(flag.help).toMatch(/^[a-z0-9].{10,}[^.]$/);
    expect(TOPICS).toContain(flag.topic);
    expect(flag.uses).not.toEqual([]);
    if (flag.value !== undefined) {
      expect(flag.example?.[0]).toMatch(/^ebpf-map .*[a-z]/);
      expect(flag.value.accepts).not.toBe("");
    }
    if (flag.example !== undefined) {
      expect(flag.example[0]).toMatch(new RegExp(` (?:--${flag.name}|-[a-z]*${flag.letter})(?: |=|$)`));
      expect(flag.example[1].length).toBeGreaterThan(5);
    }
  });

  test("has the name that its value has in the options, where no other flag has it", () => {
    const others = ALL_FLAGS.filter((other) => other.flag.name === flag.name && other.option !== option);
    const camelCase = flag.name.replace(/[-.](\w)/g, (_, letter: string) => letter.toUpperCase());
    expect(option === camelCase || others.length > 0).toBe(true);
    // One letter means one long name.
    const sameLetter = ALL_FLAGS.filter((other) => flag.letter !== undefined && other.flag.letter === flag.letter);
    expect(new Set(sameLetter.map((other) => other.flag.name)).size).toBeLessThan(2);
  });

  test("shares no use with another flag of its name", () => {
    for (const other of ALL_FLAGS) {
      if (other.option === option || other.flag.name !== flag.name || other.flag.uses === "all") continue;
      expect(other.flag.uses.filter((use) => isUsedIn(flag, use))).toEqual([]);
    }
  });

  test("needs and excludes flags that there are, in each of its uses", () => {
    for (const named of [...(flag.needs ?? []), ...(flag.excludes ?? [])]) {
      const other = SHOWN.filter((one) => one.flag.name === named.split("=")[0]);
      expect(other).not.toEqual([]);
    }
    for (const use of flag.uses === "all" ? [] : flag.uses) {
      for (const need of flag.needs ?? []) {
        const partner = SHOWN.some((one) => one.flag.name === need.split("=")[0] && isUsedIn(one.flag, use));
        expect([use, need, partner]).toEqual([use, need, true]);
      }
    }
  });
});

describe("commands", () => {
  test.each(COMMANDS.map((command) => [command.name, command] as const))("%s is documented", (name, command) => {
    expect(command.description).toMatch(/^[a-z].{10,}[^.]$/);
    expect(command.examples.length).toBeGreaterThan(0);
    const { examples } = commandEntry(command);
    for (const [line, shows] of examples) {
      expect(line).toMatch(new RegExp(`^ebpf-map (?:-[jp] )?${name}(?: |$)`));
      expect(shows.length).toBeGreaterThan(3);
    }
    expect(new Set(examples.map(([line]) => line)).size).toBe(examples.length);
    for (const flag of shownFlags(command)) {
      if (flag.example === undefined || !flag.example[0].startsWith(`ebpf-map ${name} `)) continue;
      expect(examples.map(([line]) => line)).toContain(flag.example[0]);
    }
  });

  test("are all that flags speak of", () => {
    const uses = new Set(ALL_FLAGS.flatMap(({ flag }): readonly Use[] => (flag.uses === "all" ? [] : flag.uses)));
    for (const use of uses) expect(COMMANDS.map(({ name }) => name)).toContain(commandOfUse(use));
  });
});

test("the reference has every flag, each below the heading of its topic", () => {
  const { flags, commands } = reference();
  expect(flags.length).toBe(SHOWN.length);
  expect(commands.length).toBe(COMMANDS.length);
  const topics = flags.map(({ topic }) => TOPICS.indexOf(topic));
  expect(topics).toEqual(topics.toSorted((a, b) => a - b));
  expect(flags.find(({ name }) => name === "where")).toEqual({
    spelling: "    --where EXPR",
    letter: undefined,
    name: "where",
    value: "EXPR",
    topic: "Entries",
    text: ENTRY_FLAGS.where.help,
    choices: [],
    default: undefined,
    commands: ["dump", "events", "diff", "watch", "report"],
    example: ENTRY_FLAGS.where.example,
  });
  expect(flags.find(({ name }) => name === "compat")).toMatchObject({
    spelling: "    --compat VERSION",
    text: "print what this version of bpftool prints (5.10, 7.1, 7.5 or 7.8; default: the newest)",
    commands: [],
  });
});
