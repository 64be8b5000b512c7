import { textOf } from "./lines.ts";
import { ExecutionPath } from "./path.ts";
import { frameOf } from "./state.ts";

/** A line of C as the log names it. */
export interface SourceLine {
  readonly text: string;
  /** The file's name without its folders; undefined in logs of kernels before 6.10. */
  readonly file: string | undefined;
  /** Counted from 1; 0 where it isn't known. */
  readonly line: number;
}

/** An instruction that the log shows, and the line of C that it is of. */
export interface Instruction {
  readonly pc: number;
  readonly text: string;
  source: SourceLine | undefined;
  /** The times that the log shows it. */
  visits: number;
}

/** Bounds on what is kept of a log, far above what programs have. */
const MOST_INSTRUCTIONS = 200_000;
const MOST_SOURCES = 100_000;
const MOST_MESSAGES = 200;
const MOST_FIGURES = 100;
const MOST_EXPLAINED = 400;
const MOST_INSTRUCTION_TEXT = 300;

/** Jumps, and calls of iterators and callbacks: the verifier may come back to them. */
const FORKS = /^(?:if|call|may_goto|goto)/;

/** The part of a log that one attempt to load a program left, gathered line by line. */
export class ProgramLog {
  name: string | undefined;
  errno: string | undefined;
  readonly path: ExecutionPath = new ExecutionPath();
  readonly instructions: Map<number, Instruction> = new Map();
  /** Lines that are neither instructions nor states, since the last instruction. */
  messages: string[] = [];
  readonly stats: string[] = [];
  /** The kernel's own explanation, since 7.3, line by line. */
  readonly kernelSays: string[] = [];
  /** The function that is being checked alone. */
  validating: string | undefined;
  /** A frame of the loader said where the log ends. */
  ended = false;
  /** A frame of the loader, or the first state of a program, said where it begins. */
  begun = false;
  /** States or instructions that a log without its start begins with. */
  headless = false;
  lines = 0;
  #sources = new Map<string, SourceLine>();
  #source: SourceLine | undefined;
  #frame = 0;
  #pending: string | undefined;

  /** True if it holds anything of the verifier's. */
  get isEmpty(): boolean {
    return (
      this.instructions.size === 0 && this.messages.length === 0 && this.stats.length === 0 && this.errno === undefined
    );
  }

  /** True if the verifier came to its end: it always counts what it processed. */
  get isComplete(): boolean {
    return this.stats.some((line) => line.startsWith("processed "));
  }

  instruction(pc: number, text: string, state: string, next: number | undefined): void {
    const known = this.instructions.get(pc) ?? this.#remember(pc, text);
    if (known !== undefined) {
      known.visits += 1;
      known.source = this.#source ?? known.source;
    }
    this.#forgetMessages();
    if (this.path.length === 0 && pc > 0 && this.validating === undefined && this.#frame === 0) this.headless = true;
    const frame = next === undefined ? (frameOf(state)?.frame ?? this.#frame) : this.#frame;
    this.path.push(pc, frame, state === "" ? undefined : state, FORKS.test(text));
    this.#frame = this.#frameBehind(frame, known?.text ?? text);
    if (next !== undefined) this.#frame = frameOf(state)?.frame ?? 0;
    this.#pending = undefined;
  }

  /** Registers before the instruction `pc`, or behind the last one where that isn't said. */
  state(pc: number | undefined, state: string): void {
    this.#frame = frameOf(state)?.frame ?? (pc === undefined ? this.#frame : 0);
    this.#forgetMessages();
    if (this.path.length === 0) this.#pending = state;
    else this.path.addState(state);
  }

  /** The registers before the first instruction. */
  get initial(): string | undefined {
    return this.#pending ?? this.first;
  }
  first: string | undefined;

  from(from: number, state: string, safe: boolean): void {
    this.#forgetMessages();
    if (this.path.pc(this.path.length - 1) !== from) this.path.backTo(from);
    if (safe) return;
    this.#frame = frameOf(state)?.frame ?? 0;
    if (state !== "") this.path.addState(state);
  }

  frameState(state: string): void {
    this.#forgetMessages();
    this.#frame = frameOf(state)?.frame ?? 0;
    this.path.addState(state);
  }

  validate(name: string): void {
    this.validating = textOf(name);
    this.path.clear();
    this.#frame = 0;
    this.#forgetMessages();
  }

  source(text: string, file: string | undefined, line: number): void {
    // Code of the compiler's own has line 0 and no text.
    if (text === "" && line === 0) this.#source = undefined;
    else this.#source = this.#interned(text, file, line);
  }

  message(text: string): void {
    if (text.trim() === "") return;
    if (this.messages.length < MOST_MESSAGES) this.messages.push(textOf(text));
  }

  figures(text: string): void {
    if (this.stats.length < MOST_FIGURES) this.stats.push(textOf(text));
  }

  explained(text: string): void {
    if (this.kernelSays.length < MOST_EXPLAINED) this.kernelSays.push(textOf(text));
  }

  #remember(pc: number, text: string): Instruction | undefined {
    if (this.instructions.size >= MOST_INSTRUCTIONS) return undefined;
    const made = { pc, text: text.slice(0, MOST_INSTRUCTION_TEXT), source: this.#source, visits: 0 };
    this.instructions.set(pc, made);
    return made;
  }

  #interned(text: string, file: string | undefined, line: number): SourceLine {
    const key = `${line}:${file ?? ""}:${text}`;
    const known = this.#sources.get(key);
    if (known !== undefined) return known;
    const made = { text: textOf(text), file: file === undefined ? undefined : textOf(file), line };
    if (this.#sources.size < MOST_SOURCES) this.#sources.set(key, made);
    return made;
  }

  #forgetMessages(): void {
    if (this.messages.length > 0) this.messages = [];
  }

  #frameBehind(frame: number, text: string): number {
    if (text === "exit") return Math.max(0, frame - 1);
    return text.startsWith("call pc") ? frame + 1 : frame;
  }
}
