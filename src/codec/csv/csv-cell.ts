/** The characters that readers might take for the end of a cell or of a line. */
const NEEDS_QUOTES = /[",\r\n]/;

/**
 * Returns a text as a cell of CSV (RFC 4180): in quotes, and its own quotes doubled, if it has a comma, a quote or half
 * of a line end.
 */
export function csvCell(text: string): string {
  return NEEDS_QUOTES.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
