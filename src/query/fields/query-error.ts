import { EbpfMapError } from "../../errors.ts";

/** A range of the text that the user wrote, in UTF-16 units. */
export interface Range {
  readonly start: number;
  readonly end: number;
}

/** The text of an option, to which a message points. */
export interface QueryText {
  /** The option, such as `--where`. */
  readonly option: string;
  readonly text: string;
}

/** The longest line that a message shows. */
const MAX_LINE = 4096;

/**
 * QUERY_INVALID with the wrong line and carets under the range:
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

/** The columns that a text takes in a terminal, unless it has wide characters. */
function width(text: string): number {
  return [...text].length;
}

/** QUERY_INVALID for a query that fits the types but exceeds a limit. */
export function queryLimit(message: string): EbpfMapError {
  return new EbpfMapError("QUERY_INVALID", message);
}
