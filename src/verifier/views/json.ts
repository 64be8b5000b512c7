import type { VerifierReport } from "../report.ts";

/** Characters that JSON allows as they are, and a terminal may obey or can't show. */
const UNSAFE = /[\x7f-\x9f\p{Cf}\p{Zl}\p{Zp}]/gu;

/** The report as JSON: see `VerifierReport` for its form. */
export function jsonText(report: VerifierReport): string {
  return `${JSON.stringify(report, null, 2).replace(UNSAFE, escaped)}\n`;
}

function escaped(char: string): string {
  return Array.from({ length: char.length }, (_, at) => `\\u${char.charCodeAt(at).toString(16).padStart(4, "0")}`).join(
    "",
  );
}
