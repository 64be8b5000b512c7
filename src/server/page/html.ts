import { createHash } from "node:crypto";
import type { Live, Report } from "./contract.ts";

/** The program and the style of the page. */
export interface PageAssets {
  readonly script: string;
  readonly style: string;
}

/** The id of the element that has a report's data, or what a server's page knows from the start. */
const DATA_ID = "data";

/** The permissions of a server's page: it may run and show what comes from that server. */
export const PAGE_POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "connect-src 'self'",
  "img-src data:",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join("; ");

/** The page that a server shows. Its program and style are files of the server. */
export function livePage(live: Live): string {
  const head = `<title>ebpf-map on ${asText(live.host)}</title>
<link rel="stylesheet" href="/page.css">
<link rel="icon" href="data:,">`;
  return pageHtml(
    head,
    "This page needs JavaScript. The metrics are at /metrics.",
    live,
    '<script src="/page.js"></script>',
  );
}

/**
 * A report as one file, which loads nothing and sends nothing: its policy allows the script in it, by its hash, alone.
 */
export function reportHtml(report: Report, title: string, { script, style }: PageAssets): string {
  const policy = [
    "default-src 'none'",
    `script-src '${hashOf(script)}'`,
    `style-src '${hashOf(style)}'`,
    "img-src data:",
    "base-uri 'none'",
    "form-action 'none'",
  ].join("; ");
  const head = `<meta http-equiv="Content-Security-Policy" content="${policy}">
<title>${asText(title)}</title>
<style>${style}</style>`;
  return pageHtml(
    head,
    "This report needs JavaScript, which is part of the file.",
    report,
    `<script>${script}</script>`,
  );
}

function pageHtml(head: string, without: string, data: Live | Report, program: string): string {
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="referrer" content="no-referrer">
${head}
<body>
<div id="page"><noscript>${without}</noscript></div>
<script type="application/json" id="${DATA_ID}">${dataText(data)}</script>
${program}
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
