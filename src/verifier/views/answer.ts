import { described } from "../blame/describe.ts";
import type { HistoryEntry, PathEntry, ProgramReport, Refusal, ReportedLine, VerifierReport } from "../report.ts";
import {
  cutText,
  LEAST_WIDTH,
  locationText,
  type Palette,
  paletteOf,
  statementText,
  type ViewOptions,
  wrapped,
} from "./style.ts";
import { visibleText } from "./visible.ts";

const LABEL = 10;
const MOST_HISTORY = 8;
const MOST_BRANCHES = 8;
/** gcc 16 gives many instructions, those of inline assembly among them, the line of a statement before theirs. */
const COARSE_LINES =
  "The compiler recorded line numbers without text, as gcc does: the statement may stand a few lines from this one.";

/**
 * The answer: for each program the line to change, why, where the value came from, which way the path took, and the
 * cure.
 */
export function answerText(report: VerifierReport, options: ViewOptions): string {
  const writer = new AnswerWriter(options, report.programs.length > 1);
  const notes = report.objectProblem === null ? "" : `${visibleText(report.objectProblem)}\n`;
  if (report.programs.length === 0) return `${notes}there is no log of the verifier in these ${report.lines} lines\n`;
  return notes + report.programs.map((program) => writer.program(program)).join("\n");
}

class AnswerWriter {
  readonly #width: number;
  readonly #paint: Palette;
  readonly #several: boolean;

  constructor(options: ViewOptions, several: boolean) {
    this.#width = Math.max(LEAST_WIDTH, options.width);
    this.#paint = paletteOf(options);
    this.#several = several;
  }

  program(program: ProgramReport): string {
    const lines = [...this.#heading(program), ...this.#missing(program)];
    if (program.refusal === null) return `${lines.join("\n")}\n`;
    return `${[...lines, ...this.#refusal(program.refusal)].join("\n")}\n`;
  }

  *#heading({ name, function: checked, outcome, error, statistics }: ProgramReport): Generator<string> {
    const what = visibleText(name ?? "program");
    const inside = checked === null || checked === name ? "" : `, function ${visibleText(checked)}`;
    if (outcome === "refused") {
      if (this.#several || name !== null)
        yield `${this.#paint.bold(what)}${inside}: ${this.#paint.red("refused")}${error === null ? "" : ` (${visibleText(error)})`}`;
      return;
    }
    const size =
      statistics.instructionsProcessed === null ? "" : `, ${statistics.instructionsProcessed} instructions processed`;
    yield `${this.#paint.bold(what)}${inside}: ${outcome === "accepted" ? this.#paint.green("accepted") : "the log ends before the verifier does"}${size}`;
  }

  *#missing({ missing }: ProgramReport): Generator<string> {
    if (missing === null) return;
    const what = missing === "both" ? "start and end" : missing;
    const cure = missing === "start" ? "a larger log_size keeps it" : "load again with a larger log buffer (log_size)";
    yield this.#paint.dim(
      wrapped(`The ${what} of the log ${missing === "both" ? "are" : "is"} missing: ${cure}.`, this.#width, ""),
    );
  }

  *#refusal(refusal: Refusal): Generator<string> {
    const { culprit, at, cure } = refusal;
    const place = locationText(culprit?.source ?? null);
    const title = this.#paint.red(refusal.title);
    if (place === "") yield title;
    else if (place.length + 2 + refusal.title.length <= this.#width) yield `${this.#paint.bold(place)}  ${title}`;
    else yield `${this.#paint.bold(place)}\n  ${title}`;
    if (culprit !== null && culprit.source !== null && culprit.source.text !== "")
      yield* this.#sourceLines(culprit.source);
    else if (culprit !== null && culprit.instruction !== null)
      yield `  ${culprit.pc}: ${visibleText(culprit.instruction)}`;
    yield `  ${this.#paint.bold(wrapped(upper(visibleText(refusal.reason)), this.#width - 2, "  "))}.`;
    yield "";
    if (culprit?.source?.text === "") yield this.#labelled("note", COARSE_LINES);
    if (refusal.why !== null) yield this.#labelled("why", refusal.why);
    if (at !== null && at.pc !== null && at.pc !== culprit?.pc && !isSameLine(at.source, culprit?.source ?? null))
      yield this.#labelled("found at", this.#foundAt(refusal));
    if (refusal.relocation !== null) yield this.#labelled("CO-RE", visibleText(refusal.relocation));
    if (refusal.register !== null) yield* this.#register(refusal);
    yield* this.#path(refusal.path);
    if (cure !== null) yield* this.#cure(refusal);
    yield* this.#kernelSays(refusal);
    yield this.#labelled("verifier", visibleText(refusal.message === "" ? "(no message)" : refusal.message));
  }

  #foundAt({ at }: Refusal): string {
    const source = at?.source ?? null;
    const instruction = `(instruction ${at?.pc}: ${visibleText(at?.instruction ?? "")})`;
    return [locationText(source), visibleText(source?.text ?? ""), instruction].filter(Boolean).join("  ");
  }

  *#sourceLines({ text, line, caret }: ReportedLine): Generator<string> {
    const number = line === null ? "" : String(line);
    const shown = cutText(visibleText(text), this.#width - number.length - 5);
    yield `  ${this.#paint.dim(`${number} |`)} ${shown}`;
    const [start, length] =
      caret === null ? [0, shown.replace(/\s*\/[/*].*$/, "").length] : [caret, wordLength(text, caret)];
    if (start < shown.length)
      yield `  ${this.#paint.dim(`${" ".repeat(number.length)} |`)} ${" ".repeat(start)}${this.#paint.red("^".repeat(Math.max(1, length)))}`;
  }

  *#register({ register, history }: Refusal): Generator<string> {
    if (register === null) return;
    const meaning = visibleText(register.meaning);
    const raw = cutText(visibleText(register.value), Math.max(16, this.#width - LABEL - meaning.length - 5));
    yield this.#labelled(register.name, `${meaning}   ${this.#paint.dim(raw)}`, false);
    for (const entry of history.slice(0, MOST_HISTORY)) yield this.#historyLine(entry);
    if (history.length > MOST_HISTORY)
      yield this.#under(`… ${history.length - MOST_HISTORY} steps more (--register ${register.name})`);
  }

  #historyLine({ how, register, source, instruction, value, pc, times }: HistoryEntry): string {
    if (how === "start") return this.#under(`${register} was given to the program`);
    const where = source?.line === null || source === null ? `insn ${pc}` : `line ${source.line}`;
    const often = times > 1 ? `, ${times} times` : "";
    const head = `${where.padEnd(9)} ${register} ${HOW[how] ?? how}${often}: `;
    const known = value === null || how === "moved" ? "" : ` → ${visibleText(shortly(value))}`;
    const room = this.#width - LABEL - 2 - head.length;
    const text = cutText(
      statementText(source, instruction),
      Math.max(24, room - known.length, Math.floor(room * 0.55)),
    );
    return this.#under(`${head}${text}${this.#paint.dim(cutText(known, Math.max(12, room - text.length)))}`);
  }

  *#path(path: readonly PathEntry[]): Generator<string> {
    const shown = path.slice(-MOST_BRANCHES);
    for (const [index, { source, condition, taken, times, pc }] of shown.entries()) {
      const where =
        source === null
          ? `instruction ${pc}`
          : `${source.line === null ? "" : `line ${source.line}  `}${visibleText(source.text)}`.trimEnd();
      const often = times > 1 ? ` ${times} times` : "";
      const text = `${cutText(where, Math.max(24, this.#width - LABEL - 30))}   ${this.#paint.dim(`${visibleText(condition)}: ${taken ? "yes" : "no"}${often}`)}`;
      yield index === 0 ? this.#labelled("path", text, false) : this.#under(text);
    }
  }

  *#cure({ cure, culprit }: Refusal): Generator<string> {
    if (cure === null) return;
    yield this.#labelled("cure", sentence(visibleText(cure.text)));
    if (cure.code !== null) {
      const line = culprit?.source?.line;
      const where =
        cure.where === "elsewhere" ? "" : line === null || line === undefined ? "before it: " : `before line ${line}: `;
      yield this.#under(`${where}${this.#paint.green(visibleText(cure.code))}`);
    }
    yield this.#under(this.#paint.dim(cure.link));
  }

  /** The reason that kernels since 7.3 give themselves. */
  *#kernelSays({ kernelSays }: Refusal): Generator<string> {
    const start = kernelSays.indexOf("Reason:");
    const end = kernelSays.findIndex((line, index) => index > start && /^\S/.test(line));
    if (start < 0) return;
    const text = kernelSays.slice(start + 1, end < 0 ? undefined : end).map((line) => line.trim());
    if (text.length > 0) yield this.#labelled("kernel", visibleText(text.join(" ")));
  }

  #labelled(label: string, text: string, wrap = true): string {
    const indent = " ".repeat(LABEL + 2);
    const body = wrap && !text.includes("\u001b") ? wrapped(text, this.#width - LABEL - 2, indent) : text;
    return `  ${this.#paint.cyan(label.padEnd(LABEL - 1))} ${body}`;
  }

  #under(text: string): string {
    return `${" ".repeat(LABEL + 2)}${text}`;
  }
}

/** A number in words, a pointer as the log writes it, which is shorter. */
function shortly(value: string): string {
  return /^P?(?:scalar|inv|-?\d)/.test(value) ? described(value) : value;
}

/** The words for a step of a history. */
const HOW: Readonly<Record<string, string>> = {
  constant: "set to a constant",
  loaded: "loaded",
  returned: "returned by a call",
  moved: "copied",
  changed: "changed",
  spilled: "saved on the stack",
  filled: "read back from the stack",
  argument: "passed as an argument",
  compared: "compared",
};

function wordLength(text: string, at: number): number {
  return /^(?:[\w.]|->|\[[^\]]*\])+/.exec(text.slice(at))?.[0].length ?? 1;
}

function isSameLine(one: ReportedLine | null, other: ReportedLine | null): boolean {
  return one !== null && other !== null && one.line === other.line && one.text === other.text;
}

function sentence(text: string): string {
  const large = upper(text);
  return /[.!?…]$/.test(large) ? large : `${large}.`;
}

/** The first letter large, unless it begins a name. */
function upper(text: string): string {
  return /^[a-z]+\b(?![_(.>-])/.test(text) ? `${text.slice(0, 1).toUpperCase()}${text.slice(1)}` : text;
}
