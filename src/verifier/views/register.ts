import { described } from "../blame/describe.ts";
import { frameOf, stateOf } from "../log/state.ts";
import type { ProgramReport, TraceEntry, VerifierReport } from "../report.ts";
import { cutText, LEAST_WIDTH, locationText, type Palette, paletteOf, type ViewOptions } from "./style.ts";
import { visibleText } from "./visible.ts";

/**
 * The life of a register (`R1`) or stack slot (`fp-8`) on the path, from its first value to the refusal: each step at
 * which the log says something else of it. `name` may be written `r1` too.
 */
export function registerText(report: VerifierReport, name: string, options: ViewOptions): string {
  const wanted = name.replace(/^[rw](?=\d)/, "R");
  const width = Math.max(LEAST_WIDTH, options.width);
  const paint = paletteOf(options);
  const parts = report.programs.map((program) => [...lifeLines(program, wanted, width, paint)].join("\n"));
  return `${parts.join("\n\n")}\n`;
}

function* lifeLines(program: ProgramReport, name: string, width: number, paint: Palette): Generator<string> {
  yield paint.bold(`${visibleText(name)} in ${visibleText(program.name ?? "program")}`);
  let last: string | undefined;
  let shown = 0;
  for (const entry of program.trace) {
    const value = valueIn(entry, name);
    if (value === undefined || value === last) continue;
    last = value;
    shown += 1;
    yield lifeLine(entry, value, width, paint);
  }
  if (shown === 0) yield paint.dim("  the log says nothing of it on this path");
  if (program.traceOmitted > 0) yield paint.dim(`  (without the ${program.traceOmitted} instructions before)`);
  if (program.refusal !== null) yield paint.red(`  ${visibleText(program.refusal.message)}`);
}

/** The log's words about the register behind the instruction, in the function that the instruction is of. */
function valueIn({ state, frame }: TraceEntry, name: string): string | undefined {
  if (state === null || (frameOf(state)?.frame ?? 0) !== frame) return undefined;
  const value = stateOf(state, name);
  return value === undefined || frame === 0 ? value : `${value} in frame ${frame}`;
}

function lifeLine({ pc, instruction, source }: TraceEntry, value: string, width: number, paint: Palette): string {
  const plain = value.replace(/ in frame \d+$/, "");
  const place = `${locationText(source)}  ${visibleText(source?.text ?? "")}`.trim();
  const head = `  ${String(pc).padStart(5)}  ${visibleText(instruction)}`;
  const meaning = `${visibleText(described(plain))}${value.slice(plain.length)}`;
  return `${cutText(head, 48).padEnd(48)}  ${meaning}\n${" ".repeat(9)}${paint.dim(cutText(place, width - 9))}`;
}
