import { matchMessage } from "../messages/match.ts";
import { classify, type LogLine } from "./classify.ts";
import { LineCutter, textOf } from "./lines.ts";
import { ProgramLog } from "./program-log.ts";

/** The most programs of one log that are told apart. */
const MOST_PROGRAMS = 1000;

/**
 * Reads a log from its first byte to its last, once, and keeps of each program what the answer needs: its instructions,
 * the path that the verifier is on, the last messages. Memory is bounded however long the log is.
 */
export class LogReader {
  readonly #cutter = new LineCutter((line) => this.#line(line));
  readonly #programs: ProgramLog[] = [];
  #current = new ProgramLog();
  /** The loader's last words: the program that the next log is of. */
  #name: string | undefined;
  #errno: string | undefined;
  /** A program whose log has ended, which the loader may still say something of. */
  #finished: ProgramLog | undefined;
  lines = 0;

  write(bytes: Uint8Array): void {
    this.#cutter.write(bytes);
  }

  /** All programs of the log, in its order. Nothing can be written after this. */
  end(): readonly ProgramLog[] {
    this.#cutter.end();
    this.#finish();
    return this.#programs;
  }

  get cutLines(): number {
    return this.#cutter.cutLines;
  }

  #line(line: string): void {
    this.lines += 1;
    if (line === "") return;
    const parts = partsOfSummary(line);
    if (parts === undefined) this.#take(classify(line));
    else for (const part of parts) this.#take(classify(part));
  }

  #take(line: LogLine): void {
    switch (line.kind) {
      case "begin":
        this.#begin(line.name);
        break;
      case "end":
        this.#current.ended = true;
        this.#finish();
        break;
      case "loader":
        this.#loader(line.name, line.errno, line.behind);
        break;
      case "instruction":
        this.#startsAnew(line.pc);
        this.#current.instruction(line.pc, line.text, line.state, line.next);
        break;
      case "state":
        this.#startsAnew(line.pc);
        this.#current.state(line.pc, line.state);
        if (this.#current.path.length === 0) this.#current.first = line.state;
        break;
      case "source":
        if (this.#current.isComplete) this.#finish();
        this.#current.source(line.text, line.file, line.line);
        break;
      default:
        this.#takeOther(line);
    }
    this.#current.lines += 1;
  }

  #takeOther(line: Exclude<LogLine, { kind: "begin" | "end" | "loader" | "instruction" | "state" | "source" }>): void {
    const program = this.#current;
    switch (line.kind) {
      case "from":
        program.from(line.from, line.state, line.safe);
        break;
      case "frame-state":
        program.frameState(line.state);
        break;
      case "validating":
        if (program.isComplete) this.#finish();
        this.#current.validate(line.name);
        break;
      case "stats":
        program.figures(line.text);
        break;
      case "kernel-says":
        program.explained(line.text);
        break;
      case "message":
        this.#message(line.text);
        break;
      case "safe":
      case "frame":
      case "noise":
        break;
      default:
        line satisfies never;
    }
  }

  #message(text: string): void {
    const program = this.#current;
    if (program.isComplete) return;
    if (program.kernelSays.length > 0) program.explained(text);
    else program.message(text);
  }

  #begin(name: string | undefined): void {
    this.#finish();
    this.#current.name = name === undefined ? this.#name : textOf(name);
    this.#current.errno = this.#errno;
    this.#current.begun = true;
    this.#errno = undefined;
  }

  /**
   * Takes the words of a loader, which stand before the log (libbpf: why and which) or behind it (which has failed).
   */
  #loader(name: string | undefined, errno: string | undefined, behind: boolean): void {
    if (this.#current.isComplete) this.#finish();
    if (name !== undefined) this.#name = textOf(name);
    if (errno === undefined) return;
    const last = this.#finished;
    if (
      behind &&
      this.#current.isEmpty &&
      last !== undefined &&
      (last.name === this.#name || last.name === undefined)
    ) {
      last.errno ??= textOf(errno);
      last.name ??= this.#name;
    } else this.#errno = textOf(errno);
  }

  /** Instruction 0 behind the end of another log belongs to the next program. */
  #startsAnew(pc: number): void {
    if (this.#current.isComplete) this.#finish();
    if (pc !== 0 || this.#current.path.length > 0) return;
    this.#current.errno ??= this.#errno;
  }

  #finish(): void {
    if (isWorthKeeping(this.#current) && this.#programs.length < MOST_PROGRAMS) {
      this.#current.name ??= this.#name;
      this.#current.errno ??= this.#errno;
      this.#errno = undefined;
      this.#programs.push(this.#current);
      this.#finished = this.#current;
    }
    this.#current = new ProgramLog();
  }
}

/** The text around a log may look like messages; alone they count only where the verifier is known to print one. */
function isWorthKeeping(log: ProgramLog): boolean {
  if (log.isEmpty) return false;
  if (log.begun || log.instructions.size > 0 || log.stats.length > 0 || log.errno !== undefined) return true;
  return log.messages.some((message) => matchMessage(message) !== undefined);
}

/**
 * cilium/ebpf's short form, on one line: `load program: permission denied: 22: (79) r1 = …: R6 invalid mem access '…'
 * (93 line(s) omitted)`. Returns what it consists of.
 */
function partsOfSummary(line: string): string[] | undefined {
  if (!line.endsWith(" omitted)")) return undefined;
  const found = /^(.{0,2000}?load program: [a-z ]{2,60}): (.{1,2000}) \(\d+ line\(?s?\)? omitted\)$/.exec(line);
  if (found === null) return undefined;
  const [, loading = "", rest = ""] = found;
  const instruction = /^(\d{1,9}: \([0-9a-f]{2}\) [^:]{1,300}): (.*)$/.exec(rest);
  return instruction === null ? [loading, rest] : [loading, instruction[1] ?? "", instruction[2] ?? ""];
}
