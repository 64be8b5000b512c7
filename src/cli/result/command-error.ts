import { EbpfMapError, type ErrorCode, type ErrorDetails } from "../../errors.ts";
import { EXIT } from "./exit-codes.ts";

/**
 * The answer of bpftool with `--json` to the same failure: `{"error":…}` with its message, the word `null` (it shows
 * its usage), or nothing.
 */
export type JsonAnswer = { readonly error: string } | "null" | "nothing";

/** A failure of a command: our message, bpftool's answer, and the exit status. */
export class CommandError extends EbpfMapError {
  readonly answer: JsonAnswer;
  /** The exit status. */
  readonly status: number;

  constructor(
    code: ErrorCode,
    message: string,
    answer: JsonAnswer,
    rest: { details?: ErrorDetails; cause?: unknown; status?: number } = {},
  ) {
    super(code, message, rest.details, rest.cause);
    this.answer = answer;
    this.status = rest.status ?? EXIT.failed;
  }
}

/** A flag as it was written, and the argument behind it. */
export interface WrittenFlag {
  /** `--filter=x`, `-n`. */
  readonly arg: string;
  readonly next: string | undefined;
}

/** A mistake in the command line that habits from other tools may explain: its message can take a hint. */
export class CommandLineMistake extends CommandError {
  /** The flag that is wrong; undefined where the words are. */
  readonly flag: WrittenFlag | undefined;

  constructor(message: string, answer: JsonAnswer, flag?: WrittenFlag) {
    super("USAGE", message, answer);
    this.flag = flag;
  }

  /** Returns the same mistake with a hint behind the first line of its message. */
  withHint(hint: string): CommandLineMistake {
    return new CommandLineMistake(
      this.message.replace(/$/m, () => hint),
      this.answer,
      this.flag,
    );
  }
}

/** Returns the error for a mistake in the command line that bpftool has no message for. */
export function usage(message: string): CommandError {
  return new CommandError("USAGE", message, { error: message });
}
