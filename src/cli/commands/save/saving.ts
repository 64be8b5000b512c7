import { EbpfMapError } from "../../../errors.ts";
import type { ReadReport } from "../../../reader/entries.ts";
import type { MapSource } from "../../../reader/map-source.ts";
import { readError, valuesError } from "../../../reader/read-error.ts";
import type { UnreadValues } from "../../../snapshot/write/save.ts";
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

/**
 * Describes what is missing of a map in the file: of its entries, or else of their values; undefined if it is whole.
 */
export function shortcoming(map: MapSource, report: ReadReport, unread: UnreadValues): string | undefined {
  const error = readError(map, report);
  if (error !== undefined) return withoutLabel(error, map);
  if (unread.count === 0) return undefined;
  const values = unread.count === 1 ? "1 value" : `${unread.count} values`;
  return `${values} could not be read: ${withoutLabel(valuesError(map, unread.errno), map)}`;
}

/** The text of an error of a read behind the name of the map. */
export function withoutLabel({ message }: EbpfMapError, { label }: MapSource): string {
  const doing = `read ${label}: `;
  return message.startsWith(doing) ? message.slice(doing.length) : message;
}

/** Gives a failure to write the status of its own; bpftool has no such command. */
export function asOutputFailure(error: unknown): unknown {
  if (!(error instanceof EbpfMapError) || error.code !== "FILE") return error;
  const { code, message, details } = error;
  return new CommandError(code, message, { error: message }, { details, cause: error, status: EXIT.output });
}
