import { expect, test } from "vitest";
import { COMMANDS, type CommandChoice, chooseCommand } from "../../../../src/cli/args/commands.ts";

function named(choice: CommandChoice): string {
  return choice.kind === "command" ? choice.command.name : `${choice.kind} ${choice.word}`;
}

// bpftool takes the first of its commands that starts with the word; ours come behind those.
test.each([
  ["show", "list"],
  ["s", "list"],
  ["list", "list"],
  ["l", "list"],
  ["", "list"],
  ["h", "help"],
  ["dump", "dump"],
  ["d", "dump"],
  ["du", "dump"],
  ["lo", "lookup"],
  ["g", "getnext"],
  ["peek", "peek"],
  ["pe", "peek"],
  ["sa", "save"],
  ["dem", "demo"],
  ["v", "version"],
  ["co", "completion"],
  ["update", "refused update"],
  ["u", "refused update"],
  ["de", "refused delete"],
  ["p", "refused pin"],
  ["c", "refused create"],
  ["create", "refused create"],
  ["pu", "refused push"],
  ["enqueue", "refused enqueue"],
  ["po", "refused pop"],
  ["deq", "refused dequeue"],
  ["f", "refused freeze"],
  ["event_pipe", "event_pipe"],
  ["e", "event_pipe"],
  ["event", "event_pipe"],
  ["events", "events"],
  ["dumps", "unknown dumps"],
  ["DUMP", "unknown DUMP"],
])("%j means %s", (word, meaning) => {
  expect(named(chooseCommand(word))).toBe(meaning);
});

test("every command can be called by its name", () => {
  for (const command of COMMANDS) expect(chooseCommand(command.name)).toEqual({ kind: "command", command });
});
