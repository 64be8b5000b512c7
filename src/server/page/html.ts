import { createHash } from "node:crypto";
import type { Report } from "./contract.ts";

/** The program and the style of the page. */
export interface PageAssets {
  readonly script: string;
  readonly style: string;
}

/** The id of the element that has a report's data. */
export const DATA_ID = "report";

/** A report as one file, which loads nothing and sends nothing: its policy allows the script in it, by its hash, alone. */
export function reportHtml(report: Report, title: string, { script, style }: PageAssets): string {
  const policy = [
    "default-src 'none'",
    `script-src '${hashOf(script)}'`,
    `style-src '${hashOf(style)}'`,
    "img-src data:",
    "base-uri 'none'",
    "form-action 'none'",
  ].join("; ");
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="referrer" content="no-referrer">
<title>${asText(title)}</title>
<style>${style}</style>
<body>
<div id="page"><noscript>This report needs JavaScript, which is part of the file.</noscript></div>
<script type="application/json" id="${DATA_ID}">${dataText(report)}</script>
<script>${script}</script>
</body>
</html>
`;
}

/** JSON that can stand in a script element: nothing in it ends the element or begins a comment. */
export function dataText(value: unknown): string {
  return JSON.stringify(value).replace(/[<>&\u2028\u2029]/g, (char) => {
    return `\\u${char.charCodeAt(0).toString(16).padStart(4, "0")}`;
  });
}

function hashOf(text: string): string {
  return `sha256-${createHash("sha256").update(text).digest("base64")}`;
}

function asText(text: string): string {
  return text.replace(/[&<>"']/g, (char) => `&#${char.charCodeAt(0)};`);
}
