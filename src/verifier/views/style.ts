import type { ReportedLine } from "../report.ts";
import { visibleText } from "./visible.ts";

/** The form of a view. */
export interface ViewOptions {
  /** Columns of a line; what is longer is wrapped or cutText. */
  readonly width: number;
  readonly color: boolean;
}

export const LEAST_WIDTH = 40;

type Paint = (text: string) => string;

/** The colours of a view; none of them where it has none. */
export interface Palette {
  readonly bold: Paint;
  readonly red: Paint;
  readonly green: Paint;
  readonly cyan: Paint;
  readonly dim: Paint;
}

export function paletteOf({ color }: ViewOptions): Palette {
  const paint = (start: number, end: number): Paint =>
    color ? (text) => `\u001b[${start}m${text}\u001b[${end}m` : (text) => text;
  return { bold: paint(1, 22), red: paint(31, 39), green: paint(32, 39), cyan: paint(36, 39), dim: paint(2, 22) };
}

/** `prog.bpf.c:12:9`, as far as it is known. */
export function placeText(source: ReportedLine | null): string {
  if (source === null) return "";
  const line = source.line === null ? "" : `${source.file === null ? "line " : ":"}${source.line}`;
  const column = source.line === null || source.column === null ? "" : `:${source.column}`;
  return visibleText(`${source.file ?? ""}${line}${column}`);
}

/** A line of C, safe to show, or the instruction where its text is not known: gcc writes the numbers of lines alone. */
export function statementText(source: ReportedLine | null, instruction: string | null): string {
  return visibleText(source === null || source.text === "" ? (instruction ?? "") : source.text);
}

/** Words in lines of at most `width` columns, each but the first behind `indent`. */
export function wrapped(text: string, width: number, indent: string): string {
  const lines: string[] = [];
  let line = "";
  for (const word of text.split(" ")) {
    if (line !== "" && line.length + 1 + word.length > width) {
      lines.push(line);
      line = word;
    } else line = line === "" ? word : `${line} ${word}`;
  }
  lines.push(line);
  return lines.join(`\n${indent}`);
}

/** Text cutText to `width` columns. */
export function cutText(text: string, width: number): string {
  return text.length <= width ? text : `${text.slice(0, Math.max(1, width - 1))}…`;
}
