import { Chalk, type ChalkInstance } from "chalk";
import type { ReportedLine } from "../report.ts";
import { visibleText } from "./visible.ts";

/** The form of a view. */
export interface ViewOptions {
  /** Columns of a line; what is longer is wrapped or cut. */
  readonly width: number;
  readonly color: boolean;
}

export const LEAST_WIDTH = 40;

/** The colours of a view; without effect in one that has none. */
export type Palette = Pick<ChalkInstance, "bold" | "red" | "green" | "cyan" | "dim">;

export function paletteOf({ color }: ViewOptions): Palette {
  return new Chalk({ level: color ? 1 : 0 });
}

/** `prog.bpf.c:12:9`, as far as it is known. */
export function locationText(source: ReportedLine | null): string {
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

/** Cuts text to `width` columns. */
export function cutText(text: string, width: number): string {
  return text.length <= width ? text : `${text.slice(0, Math.max(1, width - 1))}…`;
}
