import { existsSync, readFileSync } from "node:fs";
import { main } from "../../src/cli/main.ts";

/** Looked for before each command, so that a list of system calls shows where one ends and the next begins. */
export const MARK = "/ebpf-map-command/";

/**
 * A program of its own, run under strace: runs each command line of a JSON file in this one process, since starting one
 * for each of hundreds would take minutes.
 */
if (process.argv[2] !== undefined) {
  const lines: string[][] = JSON.parse(readFileSync(process.argv[2], "utf8"));
  for (const [i, line] of lines.entries()) {
    existsSync(`${MARK}${i}`);
    await main(line);
  }
  existsSync(`${MARK}end`);
}
