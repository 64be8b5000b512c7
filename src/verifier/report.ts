import type { KindName } from "./messages/kinds.ts";

/** The version of the JSON. It changes when something that is there now goes away or gets another meaning. */
export const REPORT_VERSION = 1;

/** A place in the program: an instruction, and the line of C that it is of. */
export interface CodeLocation {
  /** The instruction's number, as in the log; null where only a line is known. */
  readonly pc: number | null;
  /** The instruction as the kernel prints it. */
  readonly instruction: string | null;
  /** The line of C that the instruction is of; null where the log has none. */
  readonly source: ReportedLine | null;
}

/** A line of C. */
export interface ReportedLine {
  /** The line's text, without the blanks before it; empty where the compiler gave no text (gcc). */
  readonly text: string;
  /** The file: its name as in the log, or the path as the compiler got it where an object was given. */
  readonly file: string | null;
  /** Counted from 1; null where the log does not say it (before Linux 6.10, without an object). */
  readonly line: number | null;
  /** In the file, counted from 1; known only with an object. */
  readonly column: number | null;
  /** The place of the column in `text`, counted from 0. */
  readonly caret: number | null;
}

/** The value of a register or stack slot at a step of its history. */
export interface HistoryEntry extends CodeLocation {
  /** The register or stack slot: `R1`, `fp-8`. */
  readonly register: string;
  /**
   * The kind of step: `loaded`, `returned` by a call, `moved`, `changed` by arithmetic, `spilled`, `filled`,
   * `argument`, `compared`, `constant`, `start`.
   */
  readonly how: string;
  /** As the log writes it; null where it doesn't. */
  readonly value: string | null;
  /** The times that the path went through this step. */
  readonly times: number;
}

/** A branch on the way to the refusal. */
export interface PathEntry extends CodeLocation {
  /** The condition of the jump, on registers. */
  readonly condition: string;
  /** True if the path follows the jump. */
  readonly taken: boolean;
  /** The times in a row that the path came by with the same outcome. */
  readonly times: number;
}

/** A step of the path, for the views that show all of it. */
export interface TraceEntry {
  /** The instruction's number, as in the log. */
  readonly pc: number;
  /** The instruction as the kernel prints it. */
  readonly instruction: string;
  /** The depth of the call: 0 for the program itself. */
  readonly frame: number;
  /** The line of C that the instruction is of; null where the log has none. */
  readonly source: ReportedLine | null;
  /** The log's words about the registers behind the instruction. */
  readonly state: string | null;
}

/** The change that a program needs. */
export interface Cure {
  /** One sentence. */
  readonly text: string;
  /** Code to put in, where it can be told exactly. */
  readonly code: string | null;
  /** The place of the code: before the line of `culprit`, or elsewhere, as `text` says; null without code. */
  readonly where: "before" | "elsewhere" | null;
  /** The kernel's documentation of it. */
  readonly link: string;
}

/** A line of C that the verifier came through often. */
export interface HotLine {
  /** The line. */
  readonly source: ReportedLine;
  /** The times that the log shows instructions of the line. */
  readonly visits: number;
  /** The number of different instructions of the line. */
  readonly instructions: number;
}

/** The verifier's own figures. Null where the log has none. */
export interface Statistics {
  /** Instructions that the verifier processed, each as often as it came through. */
  readonly instructionsProcessed: number | null;
  /** The number of processed instructions at which the verifier gives up. */
  readonly instructionLimit: number | null;
  /** The most states kept for one instruction. */
  readonly maxStatesPerInstruction: number | null;
  /** States kept. */
  readonly totalStates: number | null;
  /** The most states kept at a time. */
  readonly peakStates: number | null;
  /** The time that the verification took, in microseconds. */
  readonly verificationMicroseconds: number | null;
  /** Stack of each function in bytes, the program itself first. */
  readonly stackDepths: readonly number[];
  /** Different instructions that the log shows. */
  readonly instructionsSeen: number;
  /** The lines that the verifier came through most often, the first one most. */
  readonly hottest: readonly HotLine[];
}

/** The log's words about a register at the refusal. */
export interface RegisterAtRefusal {
  /** The register: `R1`. */
  readonly name: string;
  /** The value as the log writes it. */
  readonly value: string;
  /** The value in words. */
  readonly meaning: string;
}

/** The reason why a program was refused, and the change that it needs. */
export interface Refusal {
  /** The message of the verifier that says most. */
  readonly message: string;
  /** All of its lines behind the last instruction. */
  readonly messages: readonly string[];
  /** The kind of fault; null where the message is not among those that are known. */
  readonly kind: KindName | null;
  /** The kind of fault in a few words. */
  readonly title: string;
  /** The fault here, in words. */
  readonly reason: string;
  /** The reason why the kernel insists on it. */
  readonly why: string | null;
  /** The place at which the verifier stopped. */
  readonly at: CodeLocation | null;
  /** The line to change. */
  readonly culprit: CodeLocation | null;
  /**
   * The field or type that relocated the instruction at which the verifier stopped (`struct task_struct.pid`): from the
   * object.
   */
  readonly relocation: string | null;
  /** The register that the refusal is about, if it is about one that the log tells of. */
  readonly register: RegisterAtRefusal | null;
  /** The steps through which the register got its value, the newest first. */
  readonly history: readonly HistoryEntry[];
  /** The branches that lead to the refusal, the first one first. */
  readonly path: readonly PathEntry[];
  /** The change that the program needs; null where none is known. */
  readonly cure: Cure | null;
  /** The explanation of kernels since 7.3, line by line. */
  readonly kernelSays: readonly string[];
}

/** The outcome of a program. */
export interface ProgramReport {
  /** The program as the loader calls it; null where the log doesn't say. */
  readonly name: string | null;
  /** The function of the program that the verifier was checking alone, if it was. */
  readonly function: string | null;
  /** The verdict of the verifier; "unknown" where the log doesn't say. */
  readonly outcome: "refused" | "accepted" | "unknown";
  /** The error that the loader printed. */
  readonly error: string | null;
  /** The explanation of a refusal; null for any other outcome. */
  readonly refusal: Refusal | null;
  /** The missing part of the log: its `start`, its `end` (the buffer was too small: see log_size), or nothing. */
  readonly missing: "start" | "end" | "both" | null;
  /** The verifier's own figures. */
  readonly statistics: Statistics;
  /** The end of the path, at most 5,000 steps. */
  readonly trace: readonly TraceEntry[];
  /** Steps of the path before the first of `trace`. */
  readonly traceOmitted: number;
}

/** All that a log says. This is also what `--json` prints. */
export interface VerifierReport {
  /** The version of this form: 1. */
  readonly version: typeof REPORT_VERSION;
  /** The programs of which the log tells, in its order. */
  readonly programs: readonly ProgramReport[];
  /** Lines of the log. */
  readonly lines: number;
  /** Lines that were too long and have lost their end. */
  readonly cutLines: number;
  /** The reason why the given object is of little use; null where it is the one that was loaded, or none was given. */
  readonly objectProblem: string | null;
}
