import { matchMessage } from "../../../src/verifier/messages/match.ts";

/** Lines of a log that are no messages: the trace, source lines, and what the loader says. */
const NO_MESSAGE = /^\s*(?:\d+: |;|from |libbpf|Error)/;

/** The rows of the table of messages that a log has, by their patterns. */
export function rowsOf(log: string): string[] {
  const lines = log.split("\n").filter((line) => !NO_MESSAGE.test(line));
  return [...new Set(lines.flatMap((line) => matchMessage(line)?.row.pattern ?? []))];
}
