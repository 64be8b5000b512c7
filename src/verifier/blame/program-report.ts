import type { ProgramLog, SourceLine } from "../log/program-log.ts";
import { integer } from "../log/state.ts";
import { KINDS } from "../messages/kinds.ts";
import { bestMessage, withoutStats } from "../messages/match.ts";
import type { ProgramObject } from "../object/program-object.ts";
import type {
  CodeLocation,
  HistoryEntry,
  HotLine,
  PathEntry,
  ProgramReport,
  Refusal,
  ReportedLine,
  Statistics,
  TraceEntry,
} from "../report.ts";
import { branchesOf } from "./branches.ts";
import { contextOf, type Judged, type RefusalContext } from "./context.ts";
import { cureOf } from "./cure.ts";
import { described } from "./describe.ts";
import { judge } from "./judge.ts";
import { Trace } from "./trace.ts";

const MOST_TRACE = 5_000;
const MOST_HOT_LINES = 20;

/** Makes the report of a program's log. */
export function programReport(log: ProgramLog, object: ProgramObject | undefined): ProgramReport {
  const trace = new Trace(log);
  const locations = new ReportedLocations(log, trace, object);
  const outcome = outcomeOf(log);
  const { entries, omitted } = traceEntries(trace, locations);
  return {
    name: log.name ?? null,
    function: log.validating ?? null,
    outcome,
    error: log.errno ?? null,
    refusal: outcome === "refused" ? refusalOf(trace, locations) : null,
    missing: missingOf(log, outcome),
    statistics: statisticsOf(log, locations),
    trace: entries,
    traceOmitted: omitted,
  };
}

function outcomeOf(log: ProgramLog): ProgramReport["outcome"] {
  if (log.messages.length > 0 || log.kernelSays.length > 0) return "refused";
  if (log.errno !== undefined && !/^0$/.test(log.errno)) return "refused";
  return log.isComplete ? "accepted" : "unknown";
}

function missingOf(log: ProgramLog, outcome: ProgramReport["outcome"]): ProgramReport["missing"] {
  const end = !log.isComplete && (outcome === "unknown" || log.messages.length === 0);
  if (log.headless) return end ? "both" : "start";
  return end ? "end" : null;
}

/** Locations in a program, as reports name them. */
class ReportedLocations {
  readonly #log: ProgramLog;
  readonly #trace: Trace;
  readonly #object: ProgramObject | undefined;
  readonly #known = new Map<SourceLine, Map<number, ReportedLine>>();

  constructor(log: ProgramLog, trace: Trace, object: ProgramObject | undefined) {
    this.#log = log;
    this.#trace = trace;
    this.#object = object;
  }

  atStep(index: number): CodeLocation {
    const { pc, text } = this.#trace.step(index);
    return { pc, instruction: text, source: this.source(pc, this.#trace.sourceOf(index)) };
  }

  atPc(pc: number): CodeLocation {
    const instruction = this.#trace.instruction(pc);
    return { pc, instruction: instruction?.text ?? null, source: this.source(pc, instruction?.source) };
  }

  /** The line at which a function begins; of the program itself where none is named. */
  atFunction(name: string | undefined): CodeLocation | undefined {
    const source = this.#object?.functionLine(name ?? this.#log.name);
    return onlySource(source);
  }

  /** Functions and members that only the object knows the line of. */
  fromObject(judged: Judged, context: RefusalContext): CodeLocation | undefined {
    const opcode = /^unknown opcode ([0-9a-f]{2})$/.exec(context.matched.text)?.[1];
    if (opcode !== undefined) return this.#withOpcode(Number.parseInt(opcode, 16));
    if (judged.kind === "stack-limit") return onlySource(this.#object?.largestFrame(this.#log.name));
    const member = /\.(\w+) \(/.exec(context.matched.values.relocation ?? "")?.[1];
    if (member === undefined || context.index === undefined) return undefined;
    const { pc, text } = this.#trace.step(context.index);
    const source = this.#object?.lineNaming(this.#log.name, pc, member);
    return source === undefined ? undefined : { pc, instruction: text, source };
  }

  relocation(index: number): string | null {
    return this.#object?.relocationAt(this.#log.name, this.#trace.step(index).pc) ?? null;
  }

  #withOpcode(opcode: number): CodeLocation | undefined {
    const pc = this.#object?.instructionWith(this.#log.name, opcode);
    return pc === undefined ? undefined : this.atPc(pc);
  }

  /** Kernels since 7.3 say the column of the instruction at which they stopped. */
  #withColumn(pc: number, source: ReportedLine): ReportedLine {
    if (this.#log.kernelSays.length === 0 || pc !== this.#trace.last?.pc) return source;
    const at = this.#log.kernelSays.indexOf("At:");
    const [, line, column] = / @ .{1,255}:(\d+):(\d+)$/.exec(this.#log.kernelSays[at + 1] ?? "") ?? [];
    return Number(line) === source.line ? { ...source, column: Number(column) } : source;
  }

  /** The line of an instruction: from the object where that knows it, else from the log. */
  source(pc: number, line: SourceLine | undefined): ReportedLine | null {
    if (line !== undefined && this.#object === undefined) return this.#withColumn(pc, plainSource(line));
    if (line === undefined) return this.#object?.lineAt(this.#log.name, pc, undefined) ?? null;
    const known = this.#known.get(line)?.get(pc);
    if (known !== undefined) return known;
    const made = this.#object?.lineAt(this.#log.name, pc, line) ?? plainSource(line);
    const lines = this.#known.get(line) ?? new Map<number, ReportedLine>();
    this.#known.set(line, lines.set(pc, made));
    return made;
  }
}

function onlySource(source: ReportedLine | undefined): CodeLocation | undefined {
  return source === undefined ? undefined : { pc: null, instruction: null, source };
}

function plainSource({ text, file, line }: SourceLine): ReportedLine {
  return { text, file: file ?? null, line: line > 0 ? line : null, column: null, caret: null };
}

function refusalOf(trace: Trace, locations: ReportedLocations): Refusal {
  const { log } = trace;
  const messages = log.messages.map(withoutStats).map((text) => text.trim());
  const matched = bestMessage(messages) ?? bestMessage(log.kernelSays);
  if (matched === undefined) return unknownRefusal(trace, locations, messages);
  const context = contextOf(trace, matched, messages);
  const judged = judge(context);
  const culprit = culpritOf(context, judged, locations);
  const index = judged.culprit?.index ?? (judged.culprit?.pc === undefined ? context.index : undefined);
  const source = index === undefined ? undefined : trace.sourceOf(index);
  const column = culprit?.source?.caret ?? undefined;
  return {
    message: matched.text,
    messages,
    kind: judged.kind,
    title: KINDS[judged.kind].title,
    reason: judged.reason,
    why: KINDS[judged.kind].why,
    at: context.index === undefined ? locationNamed(matched.values.pc, locations) : locations.atStep(context.index),
    culprit,
    relocation: context.index === undefined ? null : locations.relocation(context.index),
    register: registerAt(context),
    history: historyEntries(context, locations),
    path: pathEntries(trace, locations),
    cure: cureOf({ context, judged, source, column, index }),
    kernelSays: log.kernelSays,
  };
}

function locationNamed(pc: string | undefined, locations: ReportedLocations): CodeLocation | null {
  return pc === undefined ? null : locations.atPc(Number(pc));
}

/** A message that no row knows is shown with its state; nothing is guessed. */
function unknownRefusal(trace: Trace, locations: ReportedLocations, messages: readonly string[]): Refusal {
  const last = trace.last;
  const at = last === undefined ? null : locations.atStep(last.index);
  const base = last === undefined ? undefined : trace.effect(last.index).memory?.base;
  const known = last === undefined || base === undefined ? undefined : trace.valueBefore(last.index, last.frame, base);
  const says = trace.log.kernelSays[0];
  const none = "The log has no message of the verifier's: the load failed before it, or the log was cut.";
  return {
    message: messages[0] ?? says ?? "",
    messages,
    kind: null,
    title:
      messages.length === 0 && says === undefined ? "refused without a message" : "a message that isn't known here",
    reason: messages.length === 0 ? (says ?? none) : messages.join("; "),
    why: null,
    at,
    culprit: at,
    relocation: last === undefined ? null : locations.relocation(last.index),
    register:
      base === undefined || known === undefined
        ? null
        : { name: base, value: known.value, meaning: described(known.value) },
    history: [],
    path: pathEntries(trace, locations),
    cure: null,
    kernelSays: trace.log.kernelSays,
  };
}

function culpritOf(context: RefusalContext, judged: Judged, locations: ReportedLocations): CodeLocation | null {
  const { index, pc } = judged.culprit ?? {};
  if (index !== undefined) return locations.atStep(index);
  if (pc !== undefined) return locations.atPc(pc);
  const known = locations.fromObject(judged, context);
  if (known !== undefined) return known;
  const named = context.matched.values.fn;
  if (judged.kind === "global-function" && /return/.test(context.matched.text)) {
    const location = locations.atFunction(named);
    if (location !== undefined) return location;
  }
  if (context.index !== undefined) return locations.atStep(context.index);
  if (context.matched.values.pc !== undefined) return locations.atPc(Number(context.matched.values.pc));
  return locations.atFunction(undefined) ?? null;
}

function registerAt({ register, value }: RefusalContext): Refusal["register"] {
  if (register === undefined || value === undefined) return null;
  return { name: register, value, meaning: described(value) };
}

function historyEntries({ history }: RefusalContext, locations: ReportedLocations): HistoryEntry[] {
  return history.map(({ kind, register, pc, text, source, value, times }) => ({
    register,
    how: kind,
    pc: pc < 0 ? null : pc,
    instruction: text === "" ? null : text,
    source: pc < 0 ? null : locations.source(pc, source),
    value: value ?? null,
    times,
  }));
}

function pathEntries(trace: Trace, locations: ReportedLocations): PathEntry[] {
  return branchesOf(trace).map(({ pc, condition, taken, source, times }) => ({
    pc,
    instruction: trace.instruction(pc)?.text ?? null,
    source: locations.source(pc, source),
    condition,
    taken,
    times,
  }));
}

function traceEntries(trace: Trace, locations: ReportedLocations): { entries: TraceEntry[]; omitted: number } {
  const start = Math.max(0, trace.length - MOST_TRACE);
  const entries: TraceEntry[] = [];
  for (let index = start; index < trace.length; index++) {
    const { pc, text, frame, source } = trace.step(index);
    entries.push({
      pc,
      instruction: text,
      frame,
      source: locations.source(pc, source),
      state: trace.after(index) ?? null,
    });
  }
  return { entries, omitted: start + trace.log.path.dropped };
}

function statisticsOf(log: ProgramLog, locations: ReportedLocations): Statistics {
  const text = log.stats.join(" ");
  const figure = (pattern: RegExp): number | null => {
    const found = integer(pattern.exec(text)?.[1]);
    return found === undefined ? null : Number(found);
  };
  const depths = /stack depth ((?:\d+\+?)+)/.exec(text)?.[1]?.split("+") ?? [];
  return {
    instructionsProcessed: figure(/processed (\d+) insns/),
    instructionLimit: figure(/insns \(limit (\d+)\)/),
    maxStatesPerInstruction: figure(/max_states_per_insn (\d+)/),
    totalStates: figure(/total_states (\d+)/),
    peakStates: figure(/peak_states (\d+)/),
    verificationMicroseconds: figure(/verification time (\d+) usec/),
    stackDepths: depths.map(Number),
    instructionsSeen: log.instructions.size,
    hottest: hottestLines(log, locations),
  };
}

function hottestLines(log: ProgramLog, locations: ReportedLocations): HotLine[] {
  const lines = new Map<SourceLine, { pc: number; visits: number; instructions: number }>();
  for (const { pc, source, visits } of log.instructions.values()) {
    if (source === undefined) continue;
    const known = lines.get(source);
    if (known === undefined) lines.set(source, { pc, visits, instructions: 1 });
    else {
      known.visits += visits;
      known.instructions += 1;
    }
  }
  const hottest = [...lines].sort(([, a], [, b]) => b.visits - a.visits).slice(0, MOST_HOT_LINES);
  return hottest.map(([line, { pc, visits, instructions }]) => {
    const source = locations.source(pc, line) ?? plainSource(line);
    return { source, visits, instructions };
  });
}
