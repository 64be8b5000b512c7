import type { ProgramReport, Statistics, VerifierReport } from "../report.ts";
import { cutText, LEAST_WIDTH, locationText, type Palette, paletteOf, type ViewOptions, wrapped } from "./style.ts";
import { visibleText } from "./visible.ts";

const MOST_LINES = 10;
const BAR = 20;

/** Prints how much work the verifier had, and with which lines of C, for programs that are too large. */
export function statsText(report: VerifierReport, options: ViewOptions): string {
  const width = Math.max(LEAST_WIDTH, options.width);
  const paint = paletteOf(options);
  return `${report.programs.map((program) => [...programLines(program, width, paint)].join("\n")).join("\n\n")}\n`;
}

function* programLines(program: ProgramReport, width: number, paint: Palette): Generator<string> {
  const { statistics } = program;
  yield paint.bold(`${visibleText(program.name ?? "program")}: ${program.outcome}`);
  yield* figures(statistics);
  const total = statistics.hottest.reduce((sum, { visits }) => sum + visits, 0);
  if (total > 0) yield paint.bold("  lines of C by the instructions that the log shows of them");
  for (const { source, visits, instructions } of statistics.hottest.slice(0, MOST_LINES)) {
    const share = Math.round((BAR * visits) / Math.max(1, statistics.hottest[0]?.visits ?? 1));
    const bar = "█".repeat(share).padEnd(BAR, "·");
    const text = `${locationText(source)}  ${visibleText(source.text)}`;
    yield `  ${paint.cyan(bar)} ${String(visits).padStart(8)}  ${cutText(text, width - BAR - 14)}${instructions > 1 ? paint.dim(` (${instructions} instructions)`) : ""}`;
  }
  const advice = adviceOn(program);
  if (advice !== undefined) yield `  ${wrapped(advice, width - 2, "  ")}`;
}

function* figures(statistics: Statistics): Generator<string> {
  const { instructionsProcessed, instructionLimit, instructionsSeen, totalStates, peakStates, stackDepths } =
    statistics;
  if (instructionsProcessed !== null) {
    const share =
      instructionLimit === null || instructionLimit === 0
        ? ""
        : ` (${((100 * instructionsProcessed) / instructionLimit).toFixed(1)} % of the ${instructionLimit} allowed)`;
    yield `  instructions processed  ${instructionsProcessed}${share}`;
  }
  yield `  instructions in the log  ${instructionsSeen} different ones`;
  if (totalStates !== null)
    yield `  states kept  ${totalStates}, at most ${peakStates ?? "?"} at a time, ${statistics.maxStatesPerInstruction ?? "?"} of one instruction`;
  if (statistics.verificationMicroseconds !== null) yield `  time  ${statistics.verificationMicroseconds} µs`;
  if (stackDepths.length > 0) yield `  stack  ${stackDepths.join(" + ")} bytes (512 allowed together)`;
}

/** The cures for "BPF program is too large". */
function adviceOn({ statistics, refusal }: ProgramReport): string | undefined {
  const { instructionsProcessed, instructionLimit, hottest, instructionsSeen } = statistics;
  if (instructionsProcessed === null || instructionLimit === null) return undefined;
  if (instructionsProcessed < instructionLimit / 2) return undefined;
  const rounds = Math.round(instructionsProcessed / Math.max(1, instructionsSeen));
  const source = refusal?.culprit?.source ?? hottest[0]?.source;
  const where =
    source === undefined || source === null ? "" : ` The loop of ${locationText(source)} is the one to bound.`;
  return `Each instruction was walked through about ${rounds} times: bound loops by a constant, use bpf_loop() or bpf_for(), or move the body into a global function.${where}`;
}
