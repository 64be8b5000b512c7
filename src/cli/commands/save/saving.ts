import { EbpfMapError } from "../../../errors.ts";
import type { ReadReport } from "../../../reader/entries.ts";
import { errnoText } from "../../../sys/errno.ts";
import { CommandError } from "../../result/command-error.ts";
import { EXIT } from "../../result/exit-codes.ts";
import type { Session } from "../../session/session.ts";

/** The words that mean stdout in place of a file. */
const STDOUT = ["-", "/dev/stdout"];

/** Tells whether a snapshot goes to stdout. Throws USAGE for a terminal. */
export function isStdout(file: string, { context }: Session): boolean {
  const toStdout = STDOUT.includes(file);
  if (!toStdout || !context.stdout.isTerminal) return toStdout;
  const message = "save to stdout: it is a terminal (name a file, or pipe it: ebpf-map save MAP - | …)";
  throw new CommandError("USAGE", message, { error: message });
}

/** Describes a read that wasn't complete. */
export function shortcoming({ errno, entries }: ReadReport): string {
  if (errno !== 0) return `the read ended after ${entries} entries: ${errnoText(errno).toLowerCase()}`;
  return "the map changed while it was read, so entries may be missing";
}

/** Gives a failure to write the status of its own; bpftool has no such command. */
export function asOutputFailure(error: unknown): unknown {
  if (!(error instanceof EbpfMapError) || error.code !== "FILE") return error;
  const { code, message, details } = error;
  return new CommandError(code, message, { error: message }, { details, cause: error, status: EXIT.output });
}
