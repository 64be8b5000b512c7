import { EbpfMapError, type ErrorCode, type ErrorDetails } from "../../errors.ts";
import { EXIT } from "./exit-codes.ts";

/**
 * What bpftool prints with `--json` when it fails in the same way: `{"error":…}` with its sentence, the word `null`
 * (it shows its usage), or nothing at all.
 */
export type JsonAnswer = { readonly error: string } | "null" | "nothing";

/** A failure as the command line shows it: our sentence, and bpftool's answer. */
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

  /** The same with a hint behind the first line of the message. */
  withHint(hint: string): CommandLineMistake {
    return new CommandLineMistake(
      this.message.replace(/$/m, () => hint),
      this.answer,
      this.flag,
    );
  }
}

/** The error for a mistake in the command line that bpftool has no sentence for. */
export function usage(message: string): CommandError {
  return new CommandError("USAGE", message, { error: message });
}
