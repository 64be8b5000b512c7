/** The characters that start a formula in spreadsheets, also in full width. */
const FORMULA_START = /^[=+\-@\t\r\n\uff1d\uff0b\uff0d\uff20]/;

/** Puts an apostrophe before a possible formula, as OWASP advises. Numbers are left as they are. */
export function withoutFormula(text: string, isNumber: boolean): string {
  if (!FORMULA_START.test(text) || (isNumber && Number.isFinite(Number(text)))) return text;
  return `'${text}`;
}
