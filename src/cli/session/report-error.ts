import { EbpfMapError } from "../../errors.ts";
import type { JsonWriter } from "../../output/bpftool/json-writer.ts";
import { BrokenPipe } from "../../output/sink.ts";
import { CommandError, type JsonAnswer } from "../result/command-error.ts";
import { EXIT } from "../result/exit-codes.ts";
import { jsonWriter, type Session } from "./session.ts";

/**
 * Reports a failure and returns the exit status. In plain style it prints `Error: …` on stderr. In JSON it prints
 * bpftool's answer on stdout; our message goes to stderr only if that answer is empty, or if it breaks off a document.
 * A reader that goes away is no failure.
 */
export function reportError(error: unknown, session: Session): number {
  try {
    if (error instanceof BrokenPipe) return EXIT.ok;
    const begun = session.begun();
    return report(error, session, begun, () => {
      if (begun) session.out.text("\n");
      const json = jsonWriter(session);
      writeAnswer(error, json);
      json.end();
    });
  } catch (second) {
    return reportOutput(second, session);
  }
}

/** Reports a failure as an element of an array that a command has begun. */
export function reportElement(error: unknown, session: Session, json: JsonWriter): number {
  if (error instanceof BrokenPipe || isOutputFailure(error)) throw error;
  return report(error, session, false, () => writeAnswer(error, json));
}

function report(error: unknown, session: Session, inWords: boolean, writeJson: () => void): number {
  if (isOutputFailure(error)) return reportOutput(error, session);
  if (session.style !== "plain") writeJson();
  // Output that precedes the error precedes it on a terminal, too.
  session.out.flush();
  const answered = session.style !== "plain" && typeof answerOf(error) === "object";
  if (inWords || !answered) session.warn(`Error: ${sentence(error)}`);
  debug(error, session);
  return statusOf(error);
}

/** Reports a failure of stdout on stderr. */
function reportOutput(error: unknown, session: Session): number {
  if (error instanceof BrokenPipe) return EXIT.ok;
  session.warn(`Error: ${sentence(error)}`);
  debug(error, session);
  return statusOf(error);
}

/** Writes bpftool's answer. bpftool doesn't escape its messages; ours are valid JSON. */
function writeAnswer(error: unknown, json: JsonWriter): void {
  const answer = answerOf(error);
  if (answer === "nothing") return;
  if (answer === "null") {
    json.raw("null");
    return;
  }
  json.open("{").name("error");
  if (answer.error === sentence(error)) json.string(answer.error);
  else json.raw(`"${answer.error}"`);
  json.close("}");
}

function answerOf(error: unknown): JsonAnswer {
  return error instanceof CommandError ? error.answer : { error: sentence(error) };
}

function statusOf(error: unknown): number {
  if (error instanceof CommandError) return error.status;
  return isOutputFailure(error) ? EXIT.output : EXIT.failed;
}

function sentence(error: unknown): string {
  if (error instanceof EbpfMapError) return error.message;
  const message = error instanceof Error ? error.message : String(error);
  return `unexpected: ${message} (this is a fault of ebpf-map; --debug shows where)`;
}

/** With --debug, prints the stacks and details of an error and its causes. */
function debug(error: unknown, session: Session): void {
  if (!session.options.debug) return;
  for (let cause = error; cause instanceof Error; cause = cause.cause) {
    session.warn(cause.stack ?? cause.message);
    if (cause instanceof EbpfMapError) session.warn(`${cause.code} ${JSON.stringify(cause.details)}`);
  }
}

function isOutputFailure(error: unknown): boolean {
  return error instanceof EbpfMapError && error.code === "OUTPUT";
}
