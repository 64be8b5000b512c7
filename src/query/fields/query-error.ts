import { EbpfMapError } from "../../errors.ts";

/** A stretch of the text that the user wrote, in UTF-16 units. */
export interface Range {
  readonly start: number;
  readonly end: number;
}

/** The text of an option and its name: where a message points to. */
export interface QueryText {
  /** `--where`, `--sort`: what the text was given to. */
  readonly option: string;
  readonly text: string;
}

/** A longer line is not shown. */
const MAX_LINE = 4096;

/**
 * QUERY_INVALID with the line that is wrong and a caret under the place:
 *
 *     --where: no field `packet` in `struct conn_val`; did you mean `packets`?
 *       value.packet > 1000
 *             ^^^^^^
 */
export function queryError({ option, text }: QueryText, range: Range, message: string): EbpfMapError {
  const lineStart = text.lastIndexOf("\n", range.start - 1) + 1;
  const lineEnd = text.indexOf("\n", lineStart);
  const line = text.slice(lineStart, lineEnd < 0 ? undefined : lineEnd);
  if (line.length > MAX_LINE)
    return new EbpfMapError("QUERY_INVALID", `${option}: ${message} (at character ${range.start + 1})`, {
      option,
      ...range,
    });
  const before = width(line.slice(0, range.start - lineStart));
  const marked = width(line.slice(range.start - lineStart, Math.max(range.start, range.end) - lineStart));
  const caret = `${" ".repeat(before)}${"^".repeat(Math.max(1, marked))}`;
  return new EbpfMapError("QUERY_INVALID", `${option}: ${message}\n  ${line.replaceAll("\t", " ")}\n  ${caret}`, {
    option,
    text,
    start: range.start,
    end: range.end,
  });
}

/** Columns of a terminal, but for characters that take two. */
function width(text: string): number {
  return [...text].length;
}

/** QUERY_INVALID for a query that fits the map but asks for more than there is room for. */
export function queryLimit(message: string): EbpfMapError {
  return new EbpfMapError("QUERY_INVALID", message);
}
