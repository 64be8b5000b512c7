import type { ProgramReport, TraceEntry, VerifierReport } from "../report.ts";
import { cutText, LEAST_WIDTH, locationText, type Palette, paletteOf, type ViewOptions } from "./style.ts";
import { visibleText } from "./visible.ts";

/** Instructions of one line of C, one behind the other on the path. */
interface Block {
  readonly key: string;
  readonly entries: readonly TraceEntry[];
}

/** Blocks that the path went through several times in a row. */
interface Fold {
  readonly blocks: readonly Block[];
  readonly times: number;
}

/** The longest loop body, in lines of C, that is folded. */
const LONGEST_LOOP = 12;

/**
 * The whole path as a tree: lines of C, their instructions, what each changed; rounds of a loop folded into the last
 * one.
 */
export function allText(report: VerifierReport, options: ViewOptions): string {
  const width = Math.max(LEAST_WIDTH, options.width);
  const paint = paletteOf(options);
  return report.programs
    .map((program) => [...programLines(program, width, paint)].join("\n"))
    .join("\n\n")
    .concat("\n");
}

function* programLines(program: ProgramReport, width: number, paint: Palette): Generator<string> {
  yield paint.bold(`${visibleText(program.name ?? "program")}: ${program.outcome}`);
  if (program.traceOmitted > 0) yield paint.dim(`… ${program.traceOmitted} instructions before`);
  for (const { blocks, times } of foldsOf(blocksOf(program.trace))) {
    if (times > 1) yield paint.dim(`↻ ${times} times, the last time:`);
    for (const block of blocks) yield* blockLines(block, width, paint, times > 1 ? "  " : "");
  }
  if (program.refusal !== null) yield paint.red(visibleText(program.refusal.message));
}

function* blockLines({ entries }: Block, width: number, paint: Palette, indent: string): Generator<string> {
  const first = entries[0];
  const deep = indent + "  ".repeat(first?.frame ?? 0);
  const location = locationText(first?.source ?? null);
  const text = visibleText(first?.source?.text ?? "(no source)");
  yield `${deep}${paint.bold(cutText([location, text].filter(Boolean).join("  "), width - deep.length))}`;
  for (const { pc, instruction, state } of entries) {
    const text = `${deep}  ${String(pc).padStart(5)}  ${visibleText(instruction)}`;
    const known = state === null ? "" : visibleText(state.replace(/^frame\d+: ?/, ""));
    const room = width - Math.max(text.length, 46) - 2;
    yield known === "" || room < 12 ? cutText(text, width) : `${text.padEnd(46)}  ${paint.dim(cutText(known, room))}`;
  }
}

function blocksOf(trace: readonly TraceEntry[]): Block[] {
  const blocks: { key: string; entries: TraceEntry[] }[] = [];
  for (const entry of trace) {
    const key = `${entry.frame}:${entry.source?.file}:${entry.source?.line}:${entry.source?.text}`;
    const last = blocks.at(-1);
    if (last?.key === key && entry.pc > (last.entries.at(-1)?.pc ?? -1)) last.entries.push(entry);
    else blocks.push({ key, entries: [entry] });
  }
  return blocks;
}

function foldsOf(blocks: readonly Block[]): Fold[] {
  const folds: Fold[] = [];
  for (let at = 0; at < blocks.length; ) {
    const { period, times } = repetitionAt(blocks, at);
    const last = at + period * (times - 1);
    folds.push({ blocks: blocks.slice(last, last + period), times });
    at = last + period;
  }
  return folds;
}

/** The length of what follows that comes most often in a row, counted in all that it covers. */
function repetitionAt(blocks: readonly Block[], at: number): { readonly period: number; readonly times: number } {
  let best = { period: 1, times: 1 };
  for (let period = 1; period <= LONGEST_LOOP; period++) {
    let length = period;
    while (at + length < blocks.length && blocks[at + length]?.key === blocks[at + length - period]?.key) length += 1;
    const times = Math.floor(length / period);
    if (times > 1 && times * period > best.period * best.times) best = { period, times };
  }
  return best;
}
